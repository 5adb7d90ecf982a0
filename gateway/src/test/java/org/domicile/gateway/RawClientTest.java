package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.upstream.ScriptedClient.Received;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.FrontendMessage.Bind;
import org.domicile.gateway.wire.FrontendMessage.Close;
import org.domicile.gateway.wire.FrontendMessage.Describe;
import org.domicile.gateway.wire.FrontendMessage.Execute;
import org.domicile.gateway.wire.FrontendMessage.Flush;
import org.domicile.gateway.wire.FrontendMessage.Parse;
import org.domicile.gateway.wire.FrontendMessage.Query;
import org.domicile.gateway.wire.FrontendMessage.Sync;
import org.domicile.gateway.wire.FrontendMessage.Target;
import org.domicile.gateway.wire.StartupPacket;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The protocol message by message, where drivers show too little of it. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class RawClientTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
    }

    @BeforeEach
    void forget() {
        gateway.ledger().works();
        gateway.ledger().forget();
    }

    private static ScriptedClient analyst() throws IOException {
        return login("parent_analyst", "options", "-c domicile.purpose=analytics");
    }

    private static ScriptedClient login(String user, String... parameters) throws IOException {
        return ScriptedClient.login(
                gateway.port(), user, TestGateway.password(user), "us", parameters);
    }

    private static String types(List<Received> messages) {
        StringBuilder types = new StringBuilder();
        messages.forEach(message -> types.append(message.type()));
        return types.toString();
    }

    private static Bind bind(String portal, String statement) {
        return new Bind(portal, statement, List.of(), List.of(), List.of());
    }

    private static Parse parse(String name, String sql) {
        return new Parse(name, sql, List.of());
    }

    @Test
    void i1NoRowReachesAClientWhenTheLedgerCannotRecord() throws IOException {
        try (ScriptedClient client = login("us_support", "options", "-cdomicile.purpose=support")) {
            gateway.ledger().failAfter(0);
            client.send(new Query("SELECT handle, email FROM users"));
            List<Received> answer = client.untilReady();
            assertThat(answer).hasToString("[E:58030]");
            assertThat(client.everything()).doesNotContain("person").doesNotContain("handle");
        }
    }

    @Test
    void i1SegmentsBeforeALedgersFailureAreTheOnesRecorded() throws IOException {
        try (ScriptedClient client = login("us_support", "options", "-cdomicile.purpose=support")) {
            gateway.ledger().forget();
            gateway.ledger().failAfter(2);
            client.send(
                    new Query("SELECT a.email, b.email FROM users a, users b WHERE b.id <= 50"));
            List<Received> answer = client.untilReady();
            assertThat(answer.get(answer.size() - 1)).hasToString("E:58030");
            long rows = answer.stream().filter(message -> message.type() == 'D').count();
            assertThat(gateway.ledger().disclosures()).hasSize(2);
            assertThat(
                            gateway.ledger().disclosures().stream()
                                    .mapToLong(Fact.Disclosure::rows)
                                    .sum())
                    .isEqualTo(rows)
                    .isPositive();
        }
    }

    @Test
    void aSessionThatCannotBeRecordedDoesNotBegin() throws IOException {
        gateway.ledger().failAfter(0);
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.startup(3, 0, "parent_analyst", "us");
            client.authenticate(TestGateway.password("parent_analyst"));
            assertThat(client.untilReady()).hasToString("[E:58030]");
        }
    }

    @Test
    void theBytesOfADisclosureAreTheRowsFramesTheClientGot() throws IOException {
        try (ScriptedClient client = analyst()) {
            List<Received> answer = client.query("SELECT id FROM users");
            assertThat(types(answer)).matches("TD{1000}CZ");
            long bytes =
                    answer.stream()
                            .filter(message -> message.type() == 'D')
                            .mapToLong(message -> message.body().length + 5)
                            .sum();
            assertThat(gateway.ledger().disclosures())
                    .singleElement()
                    .satisfies(d -> assertThat(d.bytes()).isEqualTo(bytes));
        }
    }

    @Test
    void severalStatementsAreAnsweredAndRecordedOneByOne() throws IOException {
        try (ScriptedClient client = analyst()) {
            assertThat(types(client.query("SELECT 1; SELECT id FROM users LIMIT 2; SHOW TimeZone")))
                    .isEqualTo("TDCTDDCTDCZ");
            assertThat(gateway.ledger().disclosures())
                    .extracting(Fact.Disclosure::rows)
                    .containsExactly(1L, 2L);
            assertThat(types(client.query("SELECT 1; DROP TABLE users"))).isEqualTo("EZ");
            assertThat(types(client.query(""))).isEqualTo("IZ");
        }
    }

    @Test
    void aPurposeMayComeFirstInAQuery() throws IOException {
        try (ScriptedClient client = login("us_support")) {
            assertThat(
                            types(
                                    client.query(
                                            "SET domicile.purpose = 'support';"
                                                    + " SELECT email FROM users LIMIT 1")))
                    .matches("S*CTDCZ");
            assertThat(types(client.query("SELECT 1; SET domicile.purpose = 'engineering'")))
                    .isEqualTo("EZ");
        }
    }

    @Test
    void aRefusalInAPipelineSkipsToSyncLikeAnyError() throws IOException {
        try (ScriptedClient client = analyst()) {
            client.send(
                    parse("a", "SELECT id FROM users LIMIT 1"),
                    bind("", "a"),
                    new Execute("", 0),
                    parse("b", "DROP TABLE users"),
                    bind("", "b"),
                    new Execute("", 0),
                    bind("", "a"),
                    new Execute("", 0),
                    new Sync(),
                    bind("", "a"),
                    new Describe(Target.PORTAL, ""),
                    new Execute("", 0),
                    new Close(Target.STATEMENT, "a"),
                    new Sync());
            assertThat(types(client.untilReady())).isEqualTo("12DCEZ");
            assertThat(types(client.untilReady())).isEqualTo("2TDC3Z");
            assertThat(gateway.ledger().disclosures()).hasSize(2);
            assertThat(gateway.ledger().refusals()).hasSize(1);
        }
    }

    @Test
    void aStatementTheGatewayDoesNotKnowCannotRun() throws IOException {
        try (ScriptedClient client = analyst()) {
            client.send(bind("", "never"), new Execute("", 0), new Sync());
            assertThat(client.untilReady()).hasToString("[E:26000, Z]");
            client.send(new Execute("never", 0), new Sync());
            assertThat(client.untilReady()).hasToString("[E:34000, Z]");
            client.send(parse("c", "DROP TABLE users"), new Sync());
            assertThat(client.untilReady()).hasToString("[E:0A000, Z]");
            client.send(bind("", "c"), new Execute("", 0), new Sync());
            assertThat(client.untilReady()).hasToString("[E:26000, Z]");
        }
    }

    @Test
    void aNameKeepsItsVerdictWhenPreparedTwice() throws IOException {
        try (ScriptedClient client = analyst()) {
            client.send(parse("a", "SELECT id FROM users LIMIT 1"), new Sync());
            assertThat(types(client.untilReady())).isEqualTo("1Z");
            client.send(parse("a", "SELECT 1"), bind("", "a"), new Execute("", 0), new Sync());
            assertThat(client.untilReady()).hasToString("[E:42P05, Z]");
            gateway.ledger().forget();
            client.send(bind("", "a"), new Execute("", 0), new Sync());
            assertThat(types(client.untilReady())).isEqualTo("2DCZ");
            assertThat(gateway.ledger().disclosures())
                    .singleElement()
                    .satisfies(d -> assertThat(d.shape()).isEqualTo(Fact.Shape.SELECT));
        }
    }

    @Test
    void flushAnswersWithoutEndingThePipeline() throws IOException {
        try (ScriptedClient client = analyst()) {
            client.send(parse("", "SELECT id FROM users"), bind("p", ""), new Execute("p", 2));
            client.send(new Flush());
            for (char type : "12DDs".toCharArray()) {
                client.expect(type);
            }
            client.send(new Execute("p", 3), new Sync());
            assertThat(types(client.untilReady())).isEqualTo("DDDsZ");
            assertThat(gateway.ledger().disclosures())
                    .extracting(Fact.Disclosure::segment)
                    .containsExactly(0, 1);
        }
    }

    @Test
    void aPurposeCanBeDeclaredInTheExtendedProtocol() throws IOException {
        try (ScriptedClient client = login("us_support")) {
            client.send(
                    parse("", "SET domicile.purpose = 'support'"),
                    bind("", ""),
                    new Describe(Target.PORTAL, ""),
                    new Execute("", 1),
                    new Sync());
            assertThat(types(client.untilReady())).matches("12nS*CZ");
            assertThat(types(client.query("SELECT email FROM users LIMIT 1"))).isEqualTo("TDCZ");
        }
    }

    @Test
    void onlyTheRightKeyCancels() throws Exception {
        try (ScriptedClient client = analyst()) {
            BackendMessage.BackendKeyData key = client.key();
            client.send(new Query(TestGateway.ENDLESS));
            awaitBackends(1);
            byte[] wrong = key.key();
            wrong[0] ^= 1;
            cancel(key.processId(), wrong);
            cancel(key.processId() ^ 1, key.key());
            Thread.sleep(300); // a signal sent in error would have come by now
            awaitBackends(1);
            cancel(key.processId(), key.key());
            assertThat(client.untilReady()).hasToString("[T, E:57014, Z]");
        }
    }

    private static void cancel(int processId, byte[] key) throws IOException {
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.send(new StartupPacket.CancelRequest(processId, key));
            assertThat(client.next()).isNull();
        }
    }

    @Test
    void whatTheStoreEndsTheClientIsTold() throws Exception {
        try (ScriptedClient client = analyst()) {
            try (Statement admin = gateway.store().connect("us").createStatement()) {
                admin.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                                + " WHERE usename LIKE 'dom!_%' ESCAPE '!'");
                admin.getConnection().close();
            }
            assertThat(client.untilReady()).hasToString("[E:57P01]");
        }
    }

    @Test
    void aPlanThatChangedEndsOlderSessionsBusyOrIdle() throws IOException {
        try (ScriptedClient busy = analyst();
                ScriptedClient idle = analyst()) {
            gateway.apply(TestGateway.appliedPlan(2));
            assertThat(busy.query("SELECT 1")).hasToString("[E:57P01]");
            assertThat(idle.untilReady()).hasToString("[E:57P01]");
        } finally {
            gateway.apply(TestGateway.appliedPlan(1));
        }
    }

    @Test
    void aPlanThatIsTheSameForThemLeavesSessionsAlone() throws IOException {
        try (ScriptedClient client = analyst()) {
            gateway.apply(TestGateway.appliedPlan(3));
            assertThat(client.query("SELECT 1").toString()).doesNotContain("57P01");
            assertThat(client.query("SELECT 1").toString()).doesNotContain("57P01");
        } finally {
            gateway.apply(TestGateway.appliedPlan(1));
        }
    }

    @Test
    void aClientThatVanishesLeavesNoBackend() throws Exception {
        ScriptedClient client = analyst();
        client.send(new Query(TestGateway.ENDLESS));
        awaitBackends(1);
        client.close();
        awaitBackends(0);
    }

    @Test
    void aClientThatVanishesMidResultLeavesNoBackend() throws Exception {
        ScriptedClient client = analyst();
        client.send(new Query("SELECT a.id FROM users a, users b, users c"));
        client.expect('T');
        client.close();
        awaitBackends(0);
    }

    private static void awaitBackends(int count) throws SQLException, InterruptedException {
        try (Statement admin = gateway.store().connect("us").createStatement()) {
            int found = -1;
            while (found != count) {
                Thread.sleep(50);
                try (var result =
                        admin.executeQuery(
                                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                                        + " AND usename LIKE 'dom!_%' ESCAPE '!'")) {
                    result.next();
                    found = result.getInt(1);
                }
            }
            admin.getConnection().close();
        }
    }

    @Test
    void startupParametersPassByAllowList() throws IOException {
        try (ScriptedClient client =
                login(
                        "parent_analyst",
                        "options",
                        "--domicile.purpose=analytics -c TimeZone=Asia/Tokyo",
                        "application_name",
                        "raw client",
                        "client_encoding",
                        "'utf-8'")) {
            assertThat(client.everything())
                    .contains("TimeZone\0Asia/Tokyo\0")
                    .contains("application_name\0raw client\0")
                    .contains("is_superuser\0off\0")
                    .contains("session_authorization\0parent_analyst\0")
                    .doesNotContain("dom_");
        }
        for (String[] parameter :
                List.of(
                        new String[] {"replication", "database"},
                        new String[] {"search_path", "public"},
                        new String[] {"client_encoding", "LATIN1"},
                        new String[] {"domicile.grant", "7"},
                        new String[] {"options", "-c search_path=public"},
                        new String[] {"options", "-c standard_conforming_strings=off"})) {
            assertThatThrownBy(() -> login("parent_analyst", parameter))
                    .as(String.join("=", parameter))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("[E:");
        }
        assertThat(gateway.ledger().refusals()).hasSize(6);
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.startup(3, 0, "parent_analyst", "us", "options", "-f s");
            assertThat(client.untilReady()).hasToString("[E:08P01]");
        }
    }

    @Test
    void newerProtocolsAreNegotiatedDown() throws IOException {
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.startup(3, 9999, "parent_analyst", "us", "_pq_.unheard_of", "1");
            assertThat(client.expect('v').text())
                    .startsWith("\0\3\0\2") // 3.2
                    .contains("_pq_.unheard_of");
            client.authenticate(TestGateway.password("parent_analyst"));
            assertThat(types(client.untilReady())).matches("RRS+KZ");
            assertThat(client.key().key()).hasSize(32);
        }
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.startup(3, 2, "parent_analyst", "us");
            client.authenticate(TestGateway.password("parent_analyst")); // nothing to negotiate
            assertThat(types(client.untilReady())).matches("RRS+KZ");
            assertThat(client.key().key()).hasSize(32);
        }
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.startup(3, 0, "parent_analyst", "us");
            client.authenticate(TestGateway.password("parent_analyst"));
            assertThat(types(client.untilReady())).matches("RRS+KZ");
            assertThat(client.key().key()).hasSize(4);
        }
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.startup(2, 0, "parent_analyst", "us");
            assertThat(client.untilReady()).hasToString("[E:0A000]");
        }
    }

    @Test
    void encryptionIsDeclinedAndNothingMayComeBeforeTheAnswer() throws IOException {
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.send(new StartupPacket.GssEncRequest());
            assertThat(client.readByte()).isEqualTo('N');
            client.send(new StartupPacket.SslRequest());
            assertThat(client.readByte()).isEqualTo('N');
            client.startup(3, 0, "parent_analyst", "us");
            client.authenticate(TestGateway.password("parent_analyst"));
            assertThat(types(client.untilReady())).endsWith("Z");
        }
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.sendWithMore(new StartupPacket.SslRequest(), (byte) 'Q');
            assertThat(client.untilReady()).hasToString("[E:08P01]");
        }
    }
}
