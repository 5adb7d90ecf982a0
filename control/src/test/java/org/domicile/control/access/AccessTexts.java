package org.domicile.control.access;

import java.util.List;
import java.util.Map;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.control.rules.RulePacks;
import org.domicile.control.rules.Rules;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;

/** An organisation, two plans and policies for tests. */
final class AccessTexts {
    private AccessTexts() {}

    static final String ORGANISATION =
            """
            organisation: 1
            rules: [us-dsp-2025]
            entities:
              custodian: {name: US Data Custody Inc., organised_in: US}
              parent: {name: Parent Co., organised_in: KY, place_of_business: CN, owners: {trust: 30 %, CN: 25 %}}
              trust: {name: Staff Trust, organised_in: SG, owners: {SG: 10 %}}
              partner: {name: Partner Ltd., organised_in: SG, owners: {parent: 25 %}}
              agency: {name: Agency Ltd., organised_in: SG, owners: {parent: 24.9 %}}
            people:
              founder: {employer: parent, sits_in: CN, resides_in: CN}
              head: {employer: parent, manager: founder, sits_in: SG, resides_in: SG}
              bob: {employer: parent, manager: head, sits_in: SG, resides_in: SG, teams: [analytics]}
              anna: {employer: custodian, sits_in: US, resides_in: US, teams: [support], roles: [on_call]}
              paper: {employer: custodian, manager: founder, sits_in: US, resides_in: US, teams: [support]}
              abroad: {employer: custodian, sits_in: CA, resides_in: CA, teams: [support]}
              gone: {employer: custodian, sits_in: US, resides_in: US, teams: [support], disabled: true}
              temp: {employer: custodian, contracts_with: [parent], sits_in: US, resides_in: US, teams: [support]}
              pia: {employer: partner, sits_in: SG, resides_in: SG, citizen_of: [CN], teams: [analytics]}
              amy: {employer: agency, sits_in: SG, resides_in: SG, teams: [analytics]}
              nobody: {sits_in: US, resides_in: US, teams: [support]}
            jobs:
              nightly: {employer: parent, runs_in: SG, responsible: bob, teams: [analytics]}
              report: {employer: custodian, runs_in: US, responsible: anna, teams: [reports]}
            """;

    /** Everybody in a team may as the team may; other tests add to it. */
    static final String POLICIES =
            """
            @id("support")
            permit (principal in Team::"support", action == Action::"act", resource == Audience::"support");

            @id("analytics")
            permit (principal in Team::"analytics", action == Action::"act", resource)
            when { context.purpose == "analytics" };
            """;

    static Organisation organisation() {
        return OrganisationFile.read("organisation.yaml", ORGANISATION);
    }

    static Access access(String policies) {
        return access(organisation(), policies);
    }

    static Access access(Organisation organisation, String policies) {
        Rules rules = new Rules(List.of(RulePacks.included("us-dsp-2025")));
        return new Access(
                organisation,
                Coverage.of(organisation, rules),
                AccessPolicy.read(AccessPolicy.NAME, policies));
    }

    private static final RelationName USERS = new RelationName("public", "users");

    static Plan.Audience audience(
            String name, String counterparty, String column, String... purposes) {
        return new Plan.Audience(
                name,
                counterparty,
                List.of(purposes),
                List.of(
                        new Plan.View(
                                USERS,
                                List.of(new Plan.ViewColumn(column, new Transform.Show())))));
    }

    static Plan plan(String jurisdiction, Plan.Audience... audiences) {
        return new Plan(
                jurisdiction,
                "custodian",
                List.of(
                        new Plan.Entity("custodian", "US"),
                        new Plan.Entity("parent", "KY"),
                        new Plan.Entity("partner", "SG"),
                        new Plan.Entity("agency", "SG")),
                List.of(
                        new Plan.Table(
                                USERS,
                                List.of("id"),
                                List.of(
                                        new Plan.Column("id", "user.unique_id"),
                                        new Plan.Column("email", "user.contact.email")))),
                List.of(audiences));
    }

    static final Plan US =
            plan(
                    "us",
                    audience("support", "custodian", "email", "billing", "support"),
                    audience("reporting", "custodian", "id", "reports"),
                    audience("abroad", "parent", "id", "analytics"),
                    audience("partners", "partner", "id", "analytics"),
                    audience("agents", "agency", "id", "analytics"));

    static final Plan EU = plan("eu", audience("abroad", "parent", "id", "analytics"));

    static final Map<String, Plan> PLANS = Map.of("us", US, "eu", EU);
}
