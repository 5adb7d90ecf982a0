/**
 * The statement gate: which statements may go to a store, and what they read there.
 *
 * <p>{@link StatementGate} is the entry type. It parses with PostgreSQL's own grammar, lets pass
 * only what is on its lists (node types, functions, settings, catalogue columns), and says for each
 * statement a {@link Verdict}: its relations and columns, over-approximated and never under, and
 * its text without literals, fit for a ledger entry. It touches no socket, file or clock.
 *
 * <p>Neighbours: {@code session} asks it before anything goes upstream. What passes and what does
 * not is described for people in {@code docs/statements.md}.
 */
@NullMarked
package org.domicile.gateway.gate;

import org.jspecify.annotations.NullMarked;
