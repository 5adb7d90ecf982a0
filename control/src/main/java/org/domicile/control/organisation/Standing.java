package org.domicile.control.organisation;

import java.util.List;
import java.util.Optional;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;

/**
 * What the organisation file says now of somebody on a store's roster: it narrows what the roster
 * allows, at once, and never widens it; for that the roster has to be applied anew. There is no
 * third answer (I2).
 */
public sealed interface Standing {

    /**
     * They may act, as this accessor: with those of the roster's audiences that are still theirs.
     */
    record Admitted(Roster.Accessor accessor) implements Standing {}

    /**
     * They may not act at all.
     *
     * @param reason a stable word for the ledger
     * @param message for them: what is wrong
     * @param hint for them: what to do instead
     */
    record Denied(String reason, String message, String hint) implements Standing {}

    /** Decides. Grants are no audiences of the organisation file, and end in their own ways. */
    static Standing of(Organisation organisation, Roster.Accessor onRoster) {
        Optional<Organisation.Accessor> known =
                organisation.accessors().stream()
                        .filter(accessor -> accessor.id().equals(onRoster.id()))
                        .findFirst();
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
        List<String> audiences =
                onRoster.audiences().stream()
                        .filter(name ->
                                person.audiences().contains(name)
                                        || name.startsWith(Plan.Grant.AUDIENCE_PREFIX))
                        .toList();
        return new Admitted(
                new Roster.Accessor(
                        onRoster.id(),
                        onRoster.entity(),
                        onRoster.sitsIn(),
                        onRoster.residesIn(),
                        audiences));
    }
}
