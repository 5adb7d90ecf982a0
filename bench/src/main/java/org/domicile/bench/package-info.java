/**
 * The gateway measured beside its peers, and soaked.
 *
 * <p>{@link GatewayBench} and {@link Soak} are the entry types. Both build a {@link Site}: one
 * region store with a million impressions, the policy applied to it, and {@code domicile serve} as
 * a process of its own. Nothing here knows the gateway's code: what is measured is what a user
 * starts.
 */
@NullMarked
package org.domicile.bench;

import org.jspecify.annotations.NullMarked;
