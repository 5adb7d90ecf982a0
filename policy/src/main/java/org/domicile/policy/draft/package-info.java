/**
 * A first policy file for a store that has none.
 *
 * <p>{@link PolicyDraft#write} is the entry: from the tables a store has it writes a {@code
 * domicile.yaml} in which everything is hidden, with a guess of what each column is. It guesses by
 * names, types and foreign keys only; it never sees a row. The result has no {@link
 * org.domicile.policy.Problem}.
 */
@NullMarked
package org.domicile.policy.draft;

import org.jspecify.annotations.NullMarked;
