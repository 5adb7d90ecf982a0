package org.domicile.control;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.jspecify.annotations.Nullable;

/** Which audience an accessor acts as for a purpose, or why none. There is no third answer (I2). */
public sealed interface AccessDecision {

    /** The accessor acts as {@code audience} until the plan or the purpose changes. */
    record Allowed(Plan.Audience audience, String purpose) implements AccessDecision {}

    /**
     * Nothing may be read.
     *
     * @param reason a stable word for the ledger
     * @param message for the accessor: what is wrong
     * @param hint for the accessor: what to do instead
     */
    record Refused(String reason, String message, String hint) implements AccessDecision {}

    /**
     * Decides. Exactly one of the accessor's audiences must be for the purpose: with two, which
     * masks apply would be chance.
     */
    static AccessDecision decide(
            AppliedPlan applied, Roster.Accessor accessor, @Nullable String purpose) {
        List<Plan.Audience> theirs =
                applied.plan().audiences().stream()
                        .filter(audience -> accessor.audiences().contains(audience.name()))
                        .filter(audience -> audience.counterparty().equals(accessor.entity()))
                        .filter(audience -> audience.grant().isEmpty())
                        .toList();
        String jurisdiction = applied.plan().jurisdiction();
        if (theirs.isEmpty()) {
            return new Refused(
                    "no-audience",
                    "you may not act as any audience in \"" + jurisdiction + "\"",
                    "Connect to a jurisdiction you have access to, or ask its custodian.");
        }
        String purposes =
                theirs.stream()
                        .flatMap(audience -> accessor.purposesOf(audience).stream())
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(", "));
        if (purpose == null) {
            return new Refused(
                    "purpose-unset",
                    "no purpose is declared for this session",
                    "Declare one of "
                            + purposes
                            + ", e.g. SET domicile.purpose = '"
                            + accessor.purposesOf(theirs.get(0)).get(0)
                            + "', or PGOPTIONS='-c domicile.purpose="
                            + accessor.purposesOf(theirs.get(0)).get(0)
                            + "' when connecting.");
        }
        List<Plan.Audience> fitting =
                theirs.stream()
                        .filter(audience -> accessor.purposesOf(audience).contains(purpose))
                        .toList();
        return switch (fitting.size()) {
            case 0 ->
                    new Refused(
                            "purpose-not-yours",
                            "the declared purpose is not one you may act for in \""
                                    + jurisdiction
                                    + "\"",
                            "Declare one of: " + purposes + ".");
            case 1 -> new Allowed(fitting.get(0), purpose);
            default ->
                    new Refused(
                            "audience-ambiguous",
                            "more than one audience fits you and this purpose",
                            "Ask the custodian to leave you one of: "
                                    + fitting.stream()
                                            .map(Plan.Audience::name)
                                            .collect(Collectors.joining(", "))
                                    + ".");
        };
    }

    /**
     * Decides for a session under a grant, which is its one accessor's and has one purpose.
     *
     * @param grant the name of its audience
     * @param purpose what was declared; null stands for the grant's own
     */
    static AccessDecision underGrant(
            AppliedPlan applied,
            Roster.Accessor accessor,
            String grant,
            @Nullable String purpose,
            Instant now) {
        Optional<Plan.Audience> found =
                applied.plan()
                        .audience(grant)
                        .filter(audience -> audience.grant().isPresent())
                        .filter(audience -> accessor.audiences().contains(audience.name()))
                        .filter(audience -> audience.counterparty().equals(accessor.entity()));
        if (found.isEmpty()) {
            return new Refused(
                    "no-such-grant",
                    "you have no such grant in \"" + applied.plan().jurisdiction() + "\"",
                    "See yours with `domicile grants`; one that has ended is no longer there.");
        }
        Plan.Audience audience = found.get();
        if (audience.grant().filter(g -> !now.isBefore(g.end())).isPresent()) {
            return new Refused(
                    "grant-ended",
                    "the grant has ended",
                    "Ask again with `domicile request` if more is needed.");
        }
        String own = audience.purposes().get(0);
        return purpose == null || purpose.equals(own)
                ? new Allowed(audience, own)
                : new Refused(
                        "purpose-not-of-grant",
                        "the grant has another purpose than the declared one",
                        "Declare " + own + ", or none.");
    }
}
