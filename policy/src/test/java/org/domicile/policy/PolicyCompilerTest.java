package org.domicile.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.domicile.policy.PolicyTexts.read;
import static org.domicile.policy.PolicyTexts.small;

import java.util.Map;
import org.domicile.plan.Plan;
import org.junit.jupiter.api.Test;

class PolicyCompilerTest {
    private static Plan compiled(String text, String jurisdiction) {
        Plan compiled = PolicyCompiler.compile(read(text)).get(jurisdiction);
        assertThat(compiled).isNotNull();
        return compiled;
    }

    @Test
    void each_jurisdiction_has_its_own_tables_and_audiences() {
        assertThat(PolicyCompiler.compile(read(small())).keySet()).containsExactly("eu", "us");

        Plan eu = compiled(small(), "eu");
        assertThat(eu.toJson())
                .isEqualTo(
                        """
                        {"audiences":[{"counterparty":"parent","name":"abroad",\
                        "purposes":["analytics"],"views":[\
                        {"columns":[{"name":"item","transform":"show"},\
                        {"name":"price","transform":"show"}],"name":"prices","schema":"public"},\
                        {"columns":[{"name":"born","transform":"generalise year"},\
                        {"name":"email","transform":"partial"},\
                        {"name":"id","transform":"pseudonym"}],"name":"users","schema":"public"}]}],\
                        "custodian":"custodian_eu",\
                        "entities":[{"country":"IE","id":"custodian_eu"},\
                        {"country":"CN","id":"parent"}],\
                        "format":"domicile-plan-1","jurisdiction":"eu",\
                        "tables":[{"columns":[{"category":"system.operations","name":"item"},\
                        {"category":"system.operations","name":"price"}],"name":"prices",\
                        "schema":"public","subjects":[]},\
                        {"columns":[{"category":"user.demographic.date_of_birth","name":"born"},\
                        {"category":"user.contact.email","name":"email"},\
                        {"category":"user.unique_id","name":"id"},\
                        {"category":"user.content.private","name":"note"},\
                        {"category":"user.contact.phone_number","name":"phone"}],"name":"users",\
                        "schema":"public","subjects":["id"]}]}\
                        """);
        Plan us = compiled(small(), "us");
        assertThat(us.tables()).hasSize(3);
    }

    @Test
    void the_order_of_the_file_does_not_matter() {
        String small = small();
        int purposes = small.indexOf("purposes:\n");
        int tables = small.indexOf("tables:\n");
        int audiences = small.indexOf("audiences:\n  us_support");
        String shuffled =
                small.substring(audiences)
                        + small.substring(tables, audiences)
                        + small.substring(purposes, tables)
                        + small.substring(0, purposes);
        assertThat(PolicyCompiler.compile(read(shuffled)))
                .isEqualTo(PolicyCompiler.compile(read(small)));
    }

    @Test
    void every_plan_reads_back() {
        PolicyCompiler.compile(read(PolicyTexts.demo()))
                .values()
                .forEach(plan -> assertThat(Plan.fromJson(plan.toJson())).isEqualTo(plan));
    }

    /** The largest policy that has to be quick; how quick shows in the test's report. */
    @Test
    void a_thousand_tables_and_twenty_audiences_compile() {
        StringBuilder text = new StringBuilder(small().substring(0, small().indexOf("tables:\n")));
        text.append("tables:\n");
        for (int table = 0; table < 1_000; table++) {
            text.append("  table_").append(table).append(":\n    subject: id\n    columns:\n");
            text.append("      id: user.unique_id\n");
            for (int column = 1; column < 15; column++) {
                text.append("      column_").append(column).append(": user.behavior\n");
            }
        }
        text.append("audiences:\n  us_support: &all\n    counterparty: custodian_us\n");
        text.append("    jurisdictions: [us, eu]\n    purposes: [support]\n");
        text.append("    categories: {user: show, user.unique_id: pseudonym}\n");
        text.append("  abroad: {like: us_support, counterparty: parent}\n");
        for (int audience = 2; audience < 20; audience++) {
            text.append("  audience_").append(audience).append(": {like: us_support}\n");
        }

        Map<String, Plan> compiled = PolicyCompiler.compile(read(text.toString()));

        Plan us = compiled.get("us");
        assertThat(us).isNotNull();
        assertThat(us.tables()).hasSize(1_000);
        assertThat(us.audiences())
                .hasSize(20)
                .allSatisfy(audience -> {
                    assertThat(audience.views()).hasSize(1_000);
                    assertThat(audience.views().get(0).columns()).hasSize(15);
                });
        compiled.values().forEach(each -> assertThat(each.digest()).hasSize(64));
    }
}
