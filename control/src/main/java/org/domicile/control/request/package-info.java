/**
 * Requests to be shown more than the policy shows, and who agreed: a {@link Request} is filed and
 * decided by {@link SignedAct}s, each with its signer's own key; {@link Independence} says who may
 * decide and why; {@link GrantApproval} checks all that is known of one request, and {@link Grants}
 * puts those that count into a plan and a roster.
 *
 * <p>Pure: nothing here reads a file, a store or a clock. Formats: {@code docs/formats/request.md}.
 */
@NullMarked
package org.domicile.control.request;

import org.jspecify.annotations.NullMarked;
