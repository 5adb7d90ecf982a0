package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.BitSet;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.gateway.upstream.StoreException;
import org.domicile.policy.store.StoreInit;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The bulk meter at the numbers of 28 CFR 202.205, with a gateway of its own process over a real
 * store: what reaches clients is counted by them, row by row, also when the gateway is killed in
 * the middle of it.
 */
class BulkMeterIT {
    private static final int PEOPLE = 150_000;
    private static final int IDENTIFIERS = 100_000;
    private static final int DEVICES = 1_000;
    private static final int ALL_DEVICES = 1_500;
    private static final Duration CHECKPOINT_TIMEOUT = Duration.ofSeconds(20);

    private static final String SECRET = "a store secret of more than thirty-two characters";
    private static final String PASSWORD = "a password of some length";

    /** Its people and devices have numbers of their own, which are nobody's data, to count by. */
    private static final String TABLES =
            """
            CREATE TABLE users (id int PRIMARY KEY, number int UNIQUE, email text, bio text);
            INSERT INTO users
              SELECT i * 7, i, 'user' || i || '@example.com', repeat('x', 300)
              FROM generate_series(1, %d) i;
            CREATE TABLE places (device uuid, number int, latitude float8, longitude float8);
            INSERT INTO places
              SELECT md5(i::text)::uuid, i, 40 + i / 1e4 + again / 1e5, -74
              FROM generate_series(1, %d) i, generate_series(1, 3) again;
            ANALYZE;
            """
                    .formatted(PEOPLE, ALL_DEVICES);

    private static final Pattern LEFT = Pattern.compile(": ([\\d,]+) left in category (\\w+), of ");

    @TempDir static Path directory;
    private static EmbeddedStore store;

    @SuppressWarnings("NullAway.Init")
    private static ServeProcess gateway;

    @BeforeAll
    static void start() throws Exception {
        store = EmbeddedStore.startTemporary(PostgresBinaries.embedded(), EmbeddedStore.THROWAWAY);
        store.createDatabase("us");
        try (Connection admin = store.connect("us");
                Statement statement = admin.createStatement()) {
            statement.execute(TABLES);
            StoreInit.run(admin, SECRET);
        }
        Files.writeString(directory.resolve("domicile.yaml"), resource("domicile.yaml"));
        Files.writeString(
                directory.resolve("domicile.env"),
                "DOMICILE_US_STORE=postgresql://127.0.0.1:%d/us\nDOMICILE_US_SECRET=%s\n"
                        .formatted(store.port(), SECRET));
        Matcher person =
                Pattern.compile("(?m)^  (\\w+): .*(KEY)\\}$")
                        .matcher(resource("organisation.yaml"));
        StringBuilder organisation = new StringBuilder();
        while (person.find()) {
            String name = person.group(1);
            String key = said("approval-key", name, "--out", key(name)).strip();
            person.appendReplacement(
                    organisation,
                    Matcher.quoteReplacement(person.group().replace("KEY}", key + "}")));
        }
        person.appendTail(organisation);
        Files.writeString(directory.resolve("organisation.yaml"), organisation);
        Files.writeString(directory.resolve("access.cedar"), resource("access.cedar"));
        said("apply", "-c", policy());
        Files.createDirectory(state());
        PasswordCommand.set(state().resolve("credentials"), "analyst", PASSWORD);
        PasswordCommand.set(state().resolve("credentials"), "trader", PASSWORD);
        startGateway();
    }

    @AfterAll
    static void stop() throws Exception {
        if (gateway != null) {
            gateway.kill();
        }
        store.close();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        BulkMeterIT.class.getResourceAsStream("/bulk-meter/" + name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void startGateway() throws Exception {
        gateway = ServeProcess.start(directory.resolve("domicile.yaml"), state());
    }

    private static Path state() {
        return directory.resolve("state");
    }

    private static String policy() {
        return directory.resolve("domicile.yaml").toString();
    }

    private static String key(String person) {
        return directory.resolve(person + ".key").toString();
    }

    private static String said(String... words) {
        Shell.Outcome outcome = Shell.domicile(words);
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        return outcome.out();
    }

    private static GatewayClient client(String user, String setting) {
        return new GatewayClient(gateway.port, user, PASSWORD, "-c domicile." + setting);
    }

    private static String users(String columns, int from, int to) {
        return "SELECT number, %s FROM users WHERE number BETWEEN %d AND %d ORDER BY number"
                .formatted(columns, from, to);
    }

    private static String places(int from, int to) {
        return "SELECT number, latitude FROM places WHERE number BETWEEN %d AND %d"
                .formatted(from, to);
    }

    private static BitSet numbers(int from, int to) {
        BitSet numbers = new BitSet();
        numbers.set(from, to + 1);
        return numbers;
    }

    private static void assertShown(GatewayClient.Answer answer, int from, int to) {
        assertThat(answer.error()).isEmpty();
        assertThat(answer.isWhole()).isTrue();
        assertThat(answer.numbers()).isEqualTo(numbers(from, to));
    }

    private static void assertRefused(GatewayClient.Answer answer, String category, long left) {
        assertThat(answer.rows()).as("rows of what is refused").isZero();
        assertThat(left(answer, category)).isEqualTo(left);
    }

    private static long left(GatewayClient.Answer answer, String category) {
        Matcher said = LEFT.matcher(answer.error());
        assertThat(said.find()).as(answer.error()).isTrue();
        assertThat(said.group(2)).isEqualTo(category);
        return Long.parseLong(said.group(1).replace(",", ""));
    }

    /** What the running gateway would still let pass, as told by refusing what has room for all. */
    private static long leftLive(GatewayClient client) throws Exception {
        GatewayClient.Answer refused =
                client.ask("SELECT 1, repeat('x', 2400000) || min(id) FROM users");
        assertThat(refused.rows()).isZero();
        return left(refused, "personal_identifiers");
    }

    /** Made from the ledger's last checkpoint, which is up to a second old. */
    private static long awaitRebuilt(String counterparty, String category, long left)
            throws Exception {
        Instant deadline = Instant.now().plus(CHECKPOINT_TIMEOUT);
        while (true) {
            JsonNode meter = rebuilt(counterparty, category);
            if (meter.path("left").asLong(-1) == left || Instant.now().isAfter(deadline)) {
                assertThat(meter.path("left").asLong(-1)).as(meter.toString()).isEqualTo(left);
                assertThat(meter.path("untold").asLong(-1)).isZero();
                return meter.path("people").asLong();
            }
            Thread.sleep(100);
        }
    }

    private static JsonNode rebuilt(String counterparty, String category) throws Exception {
        JsonNode meters =
                new ObjectMapper()
                        .readTree(said("meters", "--state", state().toString(), "--json"))
                        .path("meters");
        for (JsonNode meter : meters) {
            if (meter.path("counterparty").asText().equals(counterparty)
                    && meter.path("category").asText().equals(category)) {
                return meter;
            }
        }
        return MissingNode.getInstance();
    }

    private static void assertVerifies() {
        assertThat(said("verify", state().resolve("ledger/us").toString())).isNotEmpty();
    }

    @Test
    void a100_000PeoplePassOnceWhateverTheWay() throws Exception {
        GatewayClient pseudonyms = client("analyst", "purpose=analytics");
        GatewayClient shown = client("analyst", "purpose=advertising");
        assertShown(pseudonyms.ask(users("id", 1, 60_000)), 1, 60_000);
        assertShown(shown.ask(users("id", 50_001, 99_999)), 50_001, 99_999);
        assertThat(leftLive(pseudonyms)).isEqualTo(1);
        assertRefused(
                shown.ask(users("id", IDENTIFIERS, IDENTIFIERS + 1)), "personal_identifiers", 1);
        assertShown(shown.ask(users("id", IDENTIFIERS, IDENTIFIERS)), IDENTIFIERS, IDENTIFIERS);

        for (GatewayClient client : new GatewayClient[] {pseudonyms, shown}) {
            int next = IDENTIFIERS + 1;
            assertRefused(client.ask(users("id", next, next)), "personal_identifiers", 0);
            assertShown(client.ask(users("id", 1, IDENTIFIERS)), 1, IDENTIFIERS);
            GatewayClient.Answer long_ = client.ask(users("id", 1, next));
            assertThat(left(long_, "personal_identifiers")).isZero();
            assertThat(long_.isWhole()).as("the session goes on").isTrue();
            assertThat(long_.numbers().get(next)).as("the last segment").isFalse();
        }
        assertThat(awaitRebuilt("parent", "personal_identifiers", 0)).isEqualTo(IDENTIFIERS);
        aGrantIsNoWayAround();
        assertThat(awaitRebuilt("parent", "personal_identifiers", 0)).isEqualTo(IDENTIFIERS);
        assertVerifies();
    }

    /** For one who was counted and one who would be the next. */
    private static void aGrantIsNoWayAround() throws Exception {
        String[] asked = {
            "request",
            "-c",
            policy(),
            "--as",
            "analyst",
            "--key",
            key("analyst"),
            "--purpose",
            "support",
            "--ticket",
            "T-1",
            "--columns",
            "users.number,users.email",
            "--subjects",
            "35," + (IDENTIFIERS + 1) * 7,
            "--for",
            "30m",
            "--json"
        };
        String grant = new ObjectMapper().readTree(said(asked)).get(0).path("grant").asText();
        for (String person : new String[] {"custodian", "overseer"}) {
            said(
                    "approve",
                    grant,
                    "-c",
                    policy(),
                    "--as",
                    person,
                    "--key",
                    key(person),
                    "--wait",
                    "0");
        }
        said("apply", "-c", policy());
        GatewayClient client = client("analyst", "grant=" + grant);
        GatewayClient.Answer shown = awaitOpen(client, users("email", 5, 5));
        assertShown(shown, 5, 5);
        assertRefused(client.ask(users("email", 1, PEOPLE)), "personal_identifiers", 0);
    }

    /** The gateway looks at the store's plan four times a second. */
    private static GatewayClient.Answer awaitOpen(GatewayClient client, String sql)
            throws Exception {
        Instant deadline = Instant.now().plusSeconds(15);
        while (true) {
            try {
                return client.ask(sql);
            } catch (StoreException e) {
                if (Instant.now().isAfter(deadline)) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    @Test
    void a1_000DevicesPassAndOneMoreIsRefused() throws Exception {
        GatewayClient client = client("analyst", "purpose=analytics");
        assertShown(client.ask(places(1, 400)), 1, 400);
        assertShown(client.ask(places(300, DEVICES)), 300, DEVICES);
        int next = DEVICES + 1;
        assertRefused(client.ask(places(next, next)), "precise_location", 0);
        assertRefused(client.ask(places(1, next)), "precise_location", 0);
        assertShown(client.ask(places(1, DEVICES)), 1, DEVICES);
        assertThat(awaitRebuilt("parent", "precise_location", 0)).isEqualTo(DEVICES);
        assertVerifies();
    }

    /** Two small exports and a large one, and the gateway killed while rows of each leave. */
    @Test
    void i1KilledExportsAddUpAndNoneIsForgotten() throws Exception {
        BitSet received = new BitSet();
        killInTheMiddle(received, 1, 30_000, 2_000);
        killInTheMiddle(received, 20_001, 60_000, 3_000);
        killInTheMiddle(received, 1, PEOPLE, 40_000);

        GatewayClient client = client("trader", "purpose=analytics");
        GatewayClient.Answer rest = client.ask(users("id, bio", 1, PEOPLE));
        received.or(rest.numbers());
        long left = left(rest, "personal_identifiers");
        assertThat(leftLive(client)).isEqualTo(left);
        int counted = (int) awaitRebuilt("partner", "personal_identifiers", left);
        assertThat(received).as("one by one, to the segment").isEqualTo(numbers(1, counted));
        assertThat(counted).isEqualTo(IDENTIFIERS - left);

        assertRefused(
                client.ask(users("id", counted + 1, IDENTIFIERS + 1)),
                "personal_identifiers",
                left);
        assertShown(client.ask(users("id", counted + 1, IDENTIFIERS)), counted + 1, IDENTIFIERS);
        assertRefused(
                client.ask(users("id", IDENTIFIERS + 1, IDENTIFIERS + 1)),
                "personal_identifiers",
                0);
        assertThat(awaitRebuilt("partner", "personal_identifiers", 0)).isEqualTo(IDENTIFIERS);
        assertVerifies();
    }

    private static void killInTheMiddle(BitSet received, int from, int to, int afterRows)
            throws Exception {
        GatewayClient.Answer cut =
                client("trader", "purpose=analytics")
                        .ask(
                                users("id, bio", from, to),
                                rows -> {
                                    if (rows == afterRows) {
                                        gateway.kill();
                                    }
                                });
        assertThat(cut.isWhole()).as("killed in the middle").isFalse();
        received.or(cut.numbers());
        startGateway();
        long left = leftLive(client("trader", "purpose=analytics"));
        long counted = awaitRebuilt("partner", "personal_identifiers", left);
        assertThat(counted)
                .as("people counted, of those received")
                .isGreaterThanOrEqualTo(received.cardinality());
    }
}
