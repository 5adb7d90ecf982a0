/**
 * Laws as data: {@link RulePack}, read from versioned, signed YAML files by {@link RulePackFile},
 * and {@link Rules}, the packs that an organisation has chosen, of which the strictest wins.
 */
@NullMarked
package org.domicile.control.rules;

import org.jspecify.annotations.NullMarked;
