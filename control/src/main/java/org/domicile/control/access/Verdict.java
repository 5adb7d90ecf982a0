package org.domicile.control.access;

import java.util.List;
import java.util.Optional;

/**
 * What the policies say of one accessor, audience and purpose. There is no third answer (I2): what
 * no policy permits is denied, one policy that forbids outweighs all that permit, and a policy that
 * could not be evaluated denies, whatever it would have said.
 *
 * @param deciding the policies that decided; none where none permits
 * @param failed policies that could not be evaluated, and why in Cedar's words, which may name
 *     people
 */
public record Verdict(
        String audience,
        String purpose,
        boolean isPermitted,
        List<AccessPolicy.Rule> deciding,
        List<Failure> failed) {
    public Verdict {
        deciding = List.copyOf(deciding);
        failed = List.copyOf(failed);
        if (isPermitted && (deciding.isEmpty() || !failed.isEmpty())) {
            throw new IllegalArgumentException("only a policy permits, and none that failed");
        }
    }

    /** A policy that could not be evaluated; nothing where Cedar itself could not be asked. */
    public record Failure(Optional<AccessPolicy.Rule> rule, String why) {}
}
