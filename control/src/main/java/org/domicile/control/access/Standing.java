package org.domicile.control.access;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.organisation.Organisation;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;

/**
 * What the organisation file and the policies of {@code access.cedar} say now of somebody on a
 * store's roster: they narrow what the roster allows, at once, and never widen it; for that the
 * roster has to be applied anew. There is no third answer (I2).
 */
public sealed interface Standing {

    /** They may act, as this accessor: with what of the roster's is still theirs. */
    record Admitted(Roster.Accessor accessor) implements Standing {}

    /**
     * They may not act at all.
     *
     * @param reason a stable word for the ledger
     * @param message for them: what is wrong
     * @param hint for them: what to do instead
     */
    record Denied(String reason, String message, String hint) implements Standing {}

    /**
     * Decides. Grants are no audiences that a policy gives, and end in their own ways.
     *
     * @param plan the store's
     * @param alike what this access answered about this plan before, for those whom the policies
     *     cannot tell apart; it is added to
     */
    static Standing of(
            Access access, Plan plan, Roster.Accessor onRoster, Map<Object, List<Verdict>> alike) {
        Optional<Organisation.Accessor> known = access.organisation().accessor(onRoster.id());
        if (known.isEmpty()) {
            return new Denied(
                    "person-unknown",
                    "you are no longer in the organisation file",
                    "Ask your custodian.");
        }
        Organisation.Accessor person = known.get();
        if (person.isDisabled()) {
            return new Denied(
                    "person-disabled", "your access has been disabled", "Ask your custodian.");
        }
        boolean isSame =
                person.employer()
                                .map(Organisation.Party::text)
                                .equals(Optional.of(onRoster.entity()))
                        && person.sitsIn().equals(onRoster.sitsIn())
                        && person.residesIn().equals(onRoster.residesIn());
        if (!isSame) {
            return new Denied(
                    "person-changed",
                    "for whom you work, or where you sit or live, has changed",
                    "Ask your custodian to check your audiences and run `domicile apply`.");
        }
        return new Admitted(narrowed(onRoster, plan, access.admittedLike(person, plan, alike)));
    }

    /** What both allow: audiences and purposes of the roster that the policies permit too. */
    private static Roster.Accessor narrowed(
            Roster.Accessor onRoster, Plan plan, Optional<Roster.Accessor> permitted) {
        List<String> audiences = new ArrayList<>();
        List<Roster.Limit> limits = new ArrayList<>();
        for (String name : onRoster.audiences()) {
            if (name.startsWith(Plan.Grant.AUDIENCE_PREFIX)) {
                audiences.add(name);
                continue;
            }
            Optional<Plan.Audience> audience = plan.audience(name);
            if (audience.isEmpty() || permitted.isEmpty()) {
                continue;
            }
            List<String> purposes = new ArrayList<>(onRoster.purposesOf(audience.get()));
            purposes.retainAll(permitted.get().purposesOf(audience.get()));
            if (!purposes.isEmpty()) {
                audiences.add(name);
            }
            if (!purposes.isEmpty() && purposes.size() < audience.get().purposes().size()) {
                limits.add(new Roster.Limit(name, purposes));
            }
        }
        return new Roster.Accessor(
                onRoster.id(),
                onRoster.entity(),
                onRoster.sitsIn(),
                onRoster.residesIn(),
                audiences,
                limits);
    }
}
