/**
 * Who may ask, and what follows from a recorded answer.
 *
 * <p>{@link AccessDecision#decide} says which audience an accessor acts as for a declared purpose,
 * or why not; {@link org.domicile.control.access} which of them it may act as at all. {@link
 * ScramCredentials} holds what is needed to check a password without knowing it. {@link
 * DisclosureRules} recomputes, from a ledger and the plans it names, whether each disclosure was
 * allowed (I4).
 */
@NullMarked
package org.domicile.control;

import org.jspecify.annotations.NullMarked;
