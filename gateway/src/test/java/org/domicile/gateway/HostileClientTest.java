package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.domicile.gateway.session.Limits;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.wire.FrontendMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What no honest client sends; afterwards the gateway serves as before. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HostileClientTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        gateway = TestGateway.start();
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
    }

    @AfterEach
    void stillServes() throws SQLException {
        try (Connection connection = gateway.analyst()) {
            assertThat(connection.isValid(10)).isTrue();
        }
    }

    private static ScriptedClient analyst() throws IOException {
        return ScriptedClient.login(
                gateway.port(), "parent_analyst", TestGateway.password("parent_analyst"), "us");
    }

    @Test
    void tenThousandRandomBytesAtTheDoor() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            byte[] bytes = new byte[10_000];
            new Random(seed).nextBytes(bytes);
            try (ScriptedClient client = new ScriptedClient(gateway.port())) {
                client.sendBytes(bytes);
                assertThat(client.untilReady()).hasToString("[E:08P01]");
            }
        }
    }

    @Test
    void tenThousandRandomBytesInASession() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            byte[] bytes = new byte[10_000];
            new Random(seed).nextBytes(bytes);
            bytes[0] = (byte) 0xff;
            try (ScriptedClient client = analyst()) {
                client.sendBytes(bytes);
                assertThat(client.untilReady()).hasToString("[E:08P01]");
            }
        }
    }

    @Test
    void lengthWordsThatLie() throws IOException {
        int[] lengths = {Integer.MAX_VALUE, -1, 0, 3, Integer.MIN_VALUE};
        for (int length : lengths) {
            byte[] word = {
                (byte) (length >> 24), (byte) (length >> 16), (byte) (length >> 8), (byte) length
            };
            try (ScriptedClient client = new ScriptedClient(gateway.port())) {
                client.sendBytes(word);
                client.sendBytes((byte) 0, (byte) 3, (byte) 0, (byte) 0);
                assertThat(client.untilReady()).hasToString("[E:08P01]");
            }
            try (ScriptedClient client = analyst()) {
                client.sendBytes((byte) 'Q');
                client.sendBytes(word);
                assertThat(client.untilReady())
                        .hasToString(length > 0 && length > 3 ? "[E:54000]" : "[E:08P01]");
            }
        }
    }

    @Test
    void messagesNothingHadAskedFor() throws IOException {
        try (ScriptedClient client = analyst()) {
            client.sendBytes((byte) 'p', (byte) 0, (byte) 0, (byte) 0, (byte) 4);
            assertThat(client.untilReady()).hasToString("[E:08P01]");
        }
        // CopyData, CopyDone and CopyFail are ignored, FunctionCall is refused.
        try (ScriptedClient client = analyst()) {
            for (char type : "dcf".toCharArray()) {
                client.sendBytes((byte) type, (byte) 0, (byte) 0, (byte) 0, (byte) 4);
            }
            assertThat(client.query("SHOW TimeZone")).hasToString("[T, D, C, Z]");
        }
        try (ScriptedClient client = analyst()) {
            client.sendBytes((byte) 'F', (byte) 0, (byte) 0, (byte) 0, (byte) 4);
            assertThat(client.untilReady()).hasToString("[E:0A000, Z]");
        }
    }

    @Test
    void textThatIsNotUtf8() throws IOException {
        try (ScriptedClient client = analyst()) {
            client.sendBytes(
                    (byte) 'Q',
                    (byte) 0,
                    (byte) 0,
                    (byte) 0,
                    (byte) 7,
                    (byte) 0xc0,
                    (byte) 0x80,
                    (byte) 0);
            assertThat(client.untilReady()).hasToString("[E:22021]");
        }
    }

    @Test
    void aQueryBeforeThePassword() throws IOException {
        try (ScriptedClient client = new ScriptedClient(gateway.port())) {
            client.startup(3, 0, "parent_analyst", "us");
            client.expect('R');
            client.send(new FrontendMessage.Query("SELECT 1"));
            assertThat(client.untilReady()).hasToString("[E:08P01]");
        }
    }

    @Test
    void aLoginThatNeverEndsIsEnded() throws IOException {
        Limits brief =
                new Limits(
                        5,
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1));
        try (GatewayServer server = gateway.start(brief);
                ScriptedClient silent = new ScriptedClient(server.address().getPort());
                ScriptedClient halfWay = new ScriptedClient(server.address().getPort())) {
            halfWay.startup(3, 0, "parent_analyst", "us");
            halfWay.expect('R');
            assertThat(silent.next()).isNull();
            assertThat(halfWay.next()).isNull();
        }
    }

    @Test
    void moreConnectionsThanAllowedAreToldSo() throws Exception {
        Limits two =
                new Limits(
                        2,
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1),
                        Duration.ofMinutes(1));
        List<ScriptedClient> open = new ArrayList<>();
        try (GatewayServer small = gateway.start(two)) {
            int port = small.address().getPort();
            open.add(new ScriptedClient(port));
            open.add(new ScriptedClient(port));
            try (ScriptedClient third = new ScriptedClient(port)) {
                third.startup(3, 0, "parent_analyst", "us");
                assertThat(third.untilReady()).hasToString("[E:53300]");
            }
        }
        for (ScriptedClient client : open) {
            client.close();
        }
    }

    @Test
    void statementsAndIdlenessHaveTheGatewaysOwnLimits() throws Exception {
        Limits hasty =
                new Limits(
                        5,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(1),
                        Duration.ofMinutes(1));
        try (GatewayServer server = gateway.start(hasty);
                ScriptedClient client =
                        ScriptedClient.login(
                                server.address().getPort(),
                                "parent_analyst",
                                TestGateway.password("parent_analyst"),
                                "us",
                                "options",
                                "-cdomicile.purpose=analytics")) {
            assertThat(client.query(TestGateway.ENDLESS)).hasToString("[T, E:57014, Z]");
            assertThat(client.untilReady()).hasToString("[E:57P05]");
        }
    }

    @Test
    void closingTellsSessions() throws Exception {
        GatewayServer server = gateway.start(TestGateway.LIMITS);
        try (ScriptedClient client =
                ScriptedClient.login(
                        server.address().getPort(),
                        "parent_analyst",
                        TestGateway.password("parent_analyst"),
                        "us")) {
            server.close();
            assertThat(client.untilReady()).hasToString("[E:57P01]");
        }
    }
}
