package org.domicile.control.access;

import java.util.HashMap;
import java.util.Map;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;

/** How long a roster of many takes, and one decision; run by hand. */
final class AccessRateRun {
    private static final int PEOPLE = 10_000;
    private static final int AUDIENCES = 20;

    private AccessRateRun() {}

    public static void main(String[] arguments) {
        StringBuilder file = new StringBuilder(AccessTexts.ORGANISATION.split("people:")[0]);
        file.append("people:\n  boss: {employer: custodian, sits_in: US, resides_in: US}\n");
        for (int i = 0; i < PEOPLE; i++) {
            file.append(
                    "  p%d: {employer: custodian, manager: %s, sits_in: US, resides_in: US, teams: [team%d]}\n"
                            .formatted(i, i < 10 ? "boss" : "p" + i / 10, i % AUDIENCES));
        }
        StringBuilder policies = new StringBuilder();
        Plan.Audience[] audiences = new Plan.Audience[AUDIENCES];
        for (int i = 0; i < AUDIENCES; i++) {
            policies.append(
                    "permit (principal in Team::\"team%d\", action, resource == Audience::\"a%d\");\n"
                            .formatted(i, i));
            audiences[i] = AccessTexts.audience("a" + i, "custodian", "email", "purpose" + i);
        }
        policies.append("forbid (principal, action, resource) when { principal.isCovered };");
        time("to load the library", () -> AccessPolicy.read("access.cedar", ""));
        Organisation organisation =
                time(
                        "to read the organisation",
                        () -> OrganisationFile.read("organisation.yaml", file.toString()));
        Access access =
                time(
                        "to work out coverage and read the policies",
                        () -> AccessTexts.access(organisation, policies.toString()));
        Plan plan = AccessTexts.plan("us", audiences);
        Map<String, Roster> rosters =
                time(
                        "for a roster of %d people x %d audiences".formatted(PEOPLE, AUDIENCES),
                        () -> Rosters.of(access, Map.of("us", plan)));
        System.out.println(rosters);
        time(
                "for one person's standing",
                () ->
                        access.admittedLike(
                                organisation.accessor("p77").orElseThrow(), plan, new HashMap<>()));
    }

    private static <T> T time(String what, java.util.function.Supplier<T> work) {
        long before = System.nanoTime();
        T done = work.get();
        System.out.printf("%,d ms %s%n", (System.nanoTime() - before) / 1_000_000, what);
        return done;
    }
}
