/**
 * The reader of Domicile's YAML files: {@link YamlTree} composes a text into nodes that know their
 * place, {@link Members} and {@link Values} read them, and {@link Problems} collects all that is
 * wrong, so that a file's writer is told everything at once. It knows no file of ours.
 */
@NullMarked
package org.domicile.yaml;

import org.jspecify.annotations.NullMarked;
