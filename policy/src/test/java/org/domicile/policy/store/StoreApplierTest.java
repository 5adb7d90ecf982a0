package org.domicile.policy.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.List;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.StoreNames;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoreApplierTest {
    static List<TestServer> servers() {
        return TestServer.all();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void masksAsThePlanSays(TestServer server) throws Exception {
        Sample.initialised(server);
        StorePlan planned = Sample.look(server, Sample.plan(), Sample.roster());
        assertThat(planned.summary()).isEqualTo("Plan: 7 to add, 0 to change, 0 to remove.");
        assertThat(planned.problems()).isEmpty();
        assertThat(planned.unclassified()).containsEntry(Sample.USERS, List.of("secret"));

        StoreApplier.Applied applied = Sample.apply(server, Sample.plan(), Sample.roster());
        assertThat(applied.version()).isEqualTo(1);
        assertThat(applied.leftovers()).isEmpty();

        try (Connection analyst = server.login("dom_analyst-lin")) {
            assertThat(row(analyst, "SELECT * FROM users ORDER BY email LIMIT 1"))
                    .matches("[0-9a-f]{32} null \\*@example\\.com 1990-01-01 2024-03-01");
            assertThat(row(analyst, "SELECT ip, at, lat FROM logins LIMIT 1"))
                    .isEqualTo("10.1.2.0/24 2024-03-01 40.69248");
            assertThat(row(analyst, "SELECT count(*) FROM users JOIN logins ON id = user_id"))
                    .isEqualTo("20");
        }
        try (Connection support = server.login("dom_us_support-sam")) {
            assertThat(row(support, "SELECT * FROM users WHERE id = 1"))
                    .isEqualTo("1 user1 user1@example.com 1990-05-07 +1 555 1");
        }
    }

    @ParameterizedTest
    @MethodSource("servers")
    void aSecondApplyChangesNothingAndSaysSo(TestServer server) throws Exception {
        Sample.applied(server);
        StorePlan planned = Sample.look(server, Sample.plan(), Sample.roster());
        assertThat(planned.drift()).isEmpty();
        assertThat(planned.changes()).isEmpty();
        assertThat(planned.summary()).startsWith("No changes");
        StoreApplier.Applied again = Sample.apply(server, Sample.plan(), Sample.roster());
        assertThat(again.changed()).isFalse();
        assertThat(again.version()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theGatewayReadsWhatWasApplied(TestServer server) throws Exception {
        Sample.initialised(server);
        try (Connection gateway = server.login(StoreNames.GATEWAY_ROLE)) {
            assertThat(AppliedPlanReader.read(gateway)).isEmpty();
            assertThat(AppliedPlanReader.currentVersion(gateway)).isZero();
            Sample.apply(server, Sample.plan(), Sample.roster());
            assertThat(AppliedPlanReader.currentVersion(gateway)).isEqualTo(1);
            AppliedPlan applied = AppliedPlanReader.read(gateway).orElseThrow();
            assertThat(applied.plan()).isEqualTo(Sample.plan());
            assertThat(applied.roster()).isEqualTo(Sample.roster());
            assertThat(applied.schemaOf(applied.plan().audience("analyst").orElseThrow()))
                    .isEqualTo("dom_analyst_v1");
            assertThat(applied.catalogueDigest()).matches("[0-9a-f]{64}");
        }
    }

    static String row(Connection connection, String sql) throws Exception {
        try (var statement = connection.createStatement();
                var result = statement.executeQuery(sql)) {
            assertThat(result.next()).isTrue();
            StringBuilder row = new StringBuilder();
            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                row.append(i == 1 ? "" : " ").append(result.getString(i));
            }
            return row.toString();
        }
    }
}
