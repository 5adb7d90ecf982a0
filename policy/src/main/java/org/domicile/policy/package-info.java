/**
 * The policy: {@code domicile.yaml}, checked, and compiled to one plan per jurisdiction.
 *
 * <p>{@link PolicyFile#read} is the entry: it answers with a {@link Policy}, or with every {@link
 * Problem} of the file at once. {@link PolicyCompiler#compile} turns a policy into the records of
 * {@code org.domicile.plan}; {@code org.domicile.policy.store} makes a region store match them, and
 * {@code org.domicile.policy.draft} writes a first file for a store that has none. Nothing in this
 * package touches a socket or a clock, and only {@link PolicyFile#read(java.nio.file.Path,
 * java.util.Collection, java.util.function.Function)} touches a file.
 *
 * <p>The file is described for its writers in {@code docs/policy.md} and, for their editors, in the
 * JSON Schema {@code domicile.schema.json} among this module's resources.
 */
@NullMarked
package org.domicile.policy;

import org.jspecify.annotations.NullMarked;
