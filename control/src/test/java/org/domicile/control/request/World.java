package org.domicile.control.request;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.control.rules.RulePacks;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;

/** An organisation in which everybody's key is at hand, and what they sign. */
public final class World {
    public static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    public static final RelationName USERS = new RelationName("public", "users");

    private static final Map<String, ApprovalSigner> KEYS = new ConcurrentHashMap<>();

    public static final String TEXT =
            """
            organisation: 1
            rules: [us-dsp-2025]
            longest_grants: {user.contact: 1h, user.contact.email: 4h}
            entities:
              custodian_us: {name: a, organised_in: US}
              auditor: {name: a, organised_in: IE}
              app:
                name: a
                organised_in: SG
                owners: {holding: 30 %, fund: 24 %, quarter: 25 %, public: 21 %}
              holding: {name: a, organised_in: SG, owners: {top: 80 %}}
              top: {name: a, organised_in: SG}
              fund: {name: a, organised_in: SG, owners: {top_fund: 90 %}}
              top_fund: {name: a, organised_in: SG}
              quarter: {name: a, organised_in: SG}
              sister: {name: a, organised_in: SG, owners: {holding: 25 %}}
              subsidiary: {name: a, organised_in: SG, owners: {app: 25 %}}
              small_part: {name: a, organised_in: SG, owners: {app: 24.9 %}}
              app_two: {name: a, organised_in: SG, owners: {pair: 20 %, helper: 80 %}}
              helper: {name: a, organised_in: SG, owners: {pair: 24 %}}
              pair: {name: a, organised_in: SG}
              app_three: {name: a, organised_in: SG, owners: {shareholder: 25 %}}
            people:
              analyst: {employer: app, sits_in: SG, resides_in: SG, manager: lead, KEY}
              lead: {employer: app, sits_in: SG, resides_in: SG, manager: boss, KEY}
              boss: {employer: top_fund, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              analyst_two: {employer: app_two, sits_in: SG, resides_in: SG, KEY}
              analyst_three: {employer: app_three, sits_in: SG, resides_in: SG, KEY}
              us_analyst: {employer: custodian_us, sits_in: US, resides_in: US, KEY}
              paper: {employer: custodian_us, sits_in: US, resides_in: US, manager: middle, roles: [custodian], KEY}
              middle: {employer: auditor, sits_in: SG, resides_in: SG, manager: boss}
              chief: {employer: custodian_us, sits_in: US, resides_in: US, roles: [custodian], KEY}
              owner: {employer: custodian_us, sits_in: US, resides_in: US, manager: chief, roles: [data_owner], KEY}
              owner_two: {employer: custodian_us, sits_in: US, resides_in: US, roles: [data_owner], KEY}
              second: {employer: custodian_us, sits_in: US, resides_in: US, roles: [custodian], KEY}
              colleague: {employer: custodian_us, sits_in: US, resides_in: US, manager: chief, roles: [custodian], KEY}
              eye: {employer: auditor, sits_in: IE, resides_in: IE, roles: [overseer], KEY}
              duty: {employer: custodian_us, sits_in: US, resides_in: US, roles: [on_call], KEY}
              duty_two: {employer: custodian_us, sits_in: US, resides_in: US, roles: [on_call, data_owner], KEY}
              duty_twin: {employer: custodian_us, sits_in: US, resides_in: US, roles: [on_call], KEY-OF duty}
              duty_abroad: {employer: app, sits_in: SG, resides_in: SG, roles: [on_call], KEY}
              junior: {employer: custodian_us, sits_in: US, resides_in: US, manager: analyst, roles: [custodian], KEY}
              deep: {employer: custodian_us, sits_in: US, resides_in: US, manager: junior, roles: [custodian], KEY}
              in_beijing: {employer: auditor, sits_in: CN, resides_in: CN, roles: [overseer], KEY}
              leaver: {employer: auditor, sits_in: IE, resides_in: IE, roles: [overseer], disabled: true, KEY}
              keyless: {employer: auditor, sits_in: IE, resides_in: IE, roles: [overseer]}
              roleless: {employer: auditor, sits_in: IE, resides_in: IE, KEY}
              jobless: {sits_in: IE, resides_in: IE, roles: [overseer], KEY}
              at_holding: {employer: holding, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              at_top: {employer: top, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              at_fund: {employer: fund, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              at_quarter: {employer: quarter, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              at_sister: {employer: sister, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              at_subsidiary: {employer: subsidiary, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              at_small_part: {employer: small_part, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              at_pair: {employer: pair, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              contractor: {employer: auditor, contracts_with: [app], sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              shareholder: {employer: auditor, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              at_app: {employer: app, sits_in: SG, resides_in: SG, roles: [overseer], KEY}
              twin: {employer: auditor, sits_in: IE, resides_in: IE, roles: [overseer], KEY-OF analyst}
              second_twin: {employer: auditor, sits_in: IE, resides_in: IE, roles: [overseer], KEY-OF second}
            """;

    private World() {}

    public static ApprovalSigner key(String person) {
        return KEYS.computeIfAbsent(person, _ -> newKey());
    }

    private static ApprovalSigner newKey() {
        try {
            Path directory = Files.createTempDirectory("domicile-request-test");
            Path file = directory.resolve("key");
            try {
                return ApprovalSigner.generate(file, null);
            } finally {
                Files.deleteIfExists(file);
                Files.delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Organisation organisation() {
        return organisation(TEXT);
    }

    public static Organisation organisation(String text) {
        String withKeys =
                Pattern.compile("(?m)^(  (\\w+): .*)KEY(-OF (\\w+))?\\}$")
                        .matcher(text)
                        .replaceAll(line -> {
                            String whose = line.group(4) == null ? line.group(2) : line.group(4);
                            return line.group(1)
                                    + "approval_key: "
                                    + key(whose).verifierKey().text()
                                    + "}";
                        });
        return OrganisationFile.read("organisation.yaml", withKeys);
    }

    public static Independence independence(Organisation organisation) {
        return new Independence(
                organisation,
                Coverage.of(organisation, new Rules(List.of(RulePacks.included("us-dsp-2025")))));
    }

    public static Plan plan() {
        return new Plan(
                "us",
                "custodian_us",
                List.of(new Plan.Entity("custodian_us", "US")),
                List.of(
                        new Plan.Table(
                                USERS,
                                List.of("id"),
                                List.of(
                                        new Plan.Column("id", "user.unique_id"),
                                        new Plan.Column("phone", "user.contact.phone_number"),
                                        new Plan.Column("email", "user.contact.email"))),
                        new Plan.Table(
                                new RelationName("public", "countries"),
                                List.of(),
                                List.of(new Plan.Column("name", "system.operations")))),
                List.of());
    }

    public static Plan.View view(String... columns) {
        return new Plan.View(
                USERS,
                List.of(columns).stream()
                        .map(column -> new Plan.ViewColumn(column, new Transform.Show()))
                        .toList());
    }

    /** Filed at noon, for an hour. */
    public static Request request(String requester) {
        return new Request(
                requester,
                "app",
                "us",
                "support",
                "T-1",
                List.of(view("email")),
                List.of("17", "4"),
                "2026-11-22T13:00:00Z",
                NOON.toString(),
                "0123456789abcdef0123456789abcdef");
    }

    static String note(SignedAct.Kind kind, Request request, String person) {
        return SignedAct.sign(kind, request.digest(), NOON, key(person)).noteText();
    }

    static RequestRecord.Entry entry(SignedAct.Kind kind, Request request, String person) {
        return new RequestRecord.Entry(person, note(kind, request, person));
    }

    public static RequestRecord filed(Request request, RequestRecord.Entry... decisions) {
        return new RequestRecord(
                request.digest(),
                request.toJson(),
                note(SignedAct.Kind.FILE, request, request.requester()),
                List.of(decisions),
                List.of());
    }
}
