package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.VerifiedEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.copy.CopyManager;
import org.postgresql.copy.CopyOut;
import org.postgresql.core.BaseConnection;

/** One freezes, at once and in the middle of a result; two end it; nobody else does. */
class FreezeIT {
    private static final String ANALYST = "parent_analyst";
    private static final String GLOBAL = "global_analyst";

    /** 27 million rows; the client takes them slowly enough for a freeze to come in between. */
    private static final String MANY =
            "COPY (SELECT a.id, b.id, c.id FROM users a, users b, users c WHERE a.id <> '424242') TO STDOUT";

    private static final int ROWS_A_PAUSE = 100;

    @TempDir static Path directory;

    private static DemoProcess demo;
    private static Path state;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
        state = Files.createDirectory(directory.resolve("state"));
        Files.copy(demo.data.resolve("credentials"), state.resolve("credentials"));
        for (String person : new String[] {"us_on_call", "overseer", "global_analyst"}) {
            register(person);
        }
    }

    @AfterAll
    static void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    private static void register(String person) throws Exception {
        Shell.Outcome made = demo.domicile("approval-key", person, "--out", key(person).toString());
        assertThat(made.exitCode()).as(made.toString()).isZero();
        Path organisation = demo.data.resolve("organisation.yaml");
        String text = Files.readString(organisation);
        Matcher entry = Pattern.compile("(?m)^  " + person + ":.*\n").matcher(text);
        assertThat(entry.find()).as(person).isTrue();
        Files.writeString(
                organisation,
                new StringBuilder(text)
                        .insert(entry.end(), "    " + made.out().strip() + "\n")
                        .toString());
    }

    private static Path key(String person) {
        return directory.resolve(person + ".key");
    }

    private static Shell.Outcome as(String person, String... words) {
        String[] all = new String[words.length + 6];
        System.arraycopy(words, 0, all, 0, words.length);
        String[] more = {"--as", person, "--key", key(person).toString(), "-j", "us"};
        System.arraycopy(more, 0, all, words.length, more.length);
        return demo.domicile(all);
    }

    private static Connection connect(int port, String user, String purpose) throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", demo.password(user));
        properties.setProperty("options", "-c domicile.purpose=" + purpose);
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/us", properties);
    }

    /** Why somebody cannot connect; empty where they can. */
    private static String refusal(int port, String user, String purpose) throws Exception {
        try (Connection connection = connect(port, user, purpose);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT count(*) FROM users");
            return "";
        } catch (SQLException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String eventually(int port, String user, String expected) throws Exception {
        String refusal = "";
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (System.nanoTime() < untilNanos) {
            refusal = refusal(port, user, "analytics");
            if (expected.isEmpty() ? refusal.isEmpty() : refusal.contains(expected)) {
                return refusal;
            }
            Thread.sleep(100);
        }
        return refusal;
    }

    private static String digest(Shell.Outcome outcome) {
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        Matcher digest = Pattern.compile("\\b[0-9a-f]{64}\\b").matcher(outcome.out());
        assertThat(digest.find()).as(outcome.toString()).isTrue();
        return digest.group();
    }

    @Test
    @Timeout(300)
    void aStreamEndsWithinTwoSecondsAndTheLedgerHasWhatItGave() throws Exception {
        AtomicLong received = new AtomicLong();
        CompletableFuture<Long> endedAtNanos = new CompletableFuture<>();
        try (Connection connection = connect(demo.port, ANALYST, "analytics")) {
            CopyOut stream = new CopyManager(connection.unwrap(BaseConnection.class)).copyOut(MANY);
            assertThat(stream.readFromCopy()).isNotNull();
            received.incrementAndGet();
            var _ =
                    Thread.ofVirtual()
                            .start(() -> {
                                try {
                                    while (stream.readFromCopy() != null) {
                                        if (received.incrementAndGet() % ROWS_A_PAUSE == 0) {
                                            Thread.sleep(1);
                                        }
                                    }
                                    endedAtNanos.completeExceptionally(
                                            new AssertionError("the result came to its end"));
                                } catch (SQLException e) {
                                    endedAtNanos.complete(System.nanoTime());
                                } catch (InterruptedException e) {
                                    endedAtNanos.completeExceptionally(e);
                                }
                            });

            Shell.Outcome mine =
                    as("global_analyst", "freeze", "person", ANALYST, "--reason", "none");
            assertThat(mine.exitCode()).as("an analyst freezes nobody").isNotZero();
            assertThat(mine.err()).contains("only a custodian or an overseer");
            Shell.Outcome nobody =
                    as("overseer", "freeze", "person", "parent_analist", "--reason", "a typo");
            assertThat(nobody.err()).contains("there is no person").contains("parent_analyst");
            assertThat(endedAtNanos).isNotDone();

            String freeze =
                    digest(as("overseer", "freeze", "person", ANALYST, "--reason", "stolen"));
            long frozenAtNanos = System.nanoTime();
            assertThat(endedAtNanos.get(30, TimeUnit.SECONDS) - frozenAtNanos)
                    .as("within 2 s of the command's end, the law of this product")
                    .isLessThan(2_000_000_000L);
            assertThat(received).hasValueGreaterThan(1_000L);

            assertThat(refusal(demo.port, ANALYST, "analytics")).contains("your access is frozen");
            assertThat(refusal(demo.port, "us_support", "support")).isEmpty();

            Shell.Outcome one = as("overseer", "unfreeze", freeze.substring(0, 12));
            assertThat(one.exitCode()).as(one.toString()).isZero();
            assertThat(one.out()).contains("one more has to agree");
            assertThat(refusal(demo.port, ANALYST, "analytics")).contains("frozen");
            Shell.Outcome second = as("us_on_call", "unfreeze", freeze);
            assertThat(second.out())
                    .as(second.toString())
                    .contains("ended by overseer, us_on_call");
            assertThat(eventually(demo.port, ANALYST, "")).isEmpty();
        }

        AtomicLong recorded = new AtomicLong();
        Path ledger = demo.data.resolve("ledger/us");
        LedgerVerifier.verify(
                ledger, LedgerVerifier.ownKey(ledger), entry -> recorded.addAndGet(rows(entry)));
        assertThat(recorded).hasValueGreaterThanOrEqualTo(received.get());
        Shell.Outcome verified =
                demo.domicile(
                        "verify",
                        ledger.toString(),
                        "--key",
                        demo.data.resolve("keys/us.vkey").toString(),
                        "--json");
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
        assertThat(verified.out())
                .containsPattern("\"frozen\"\\s*:\\s*1")
                .containsPattern("\"unfrozen\"\\s*:\\s*1");
    }

    private static long rows(VerifiedEntry entry) {
        boolean isOfTheStream =
                entry.privateValues().orElseThrow().getOrDefault("sql", "").contains("424242");
        return isOfTheStream && entry.fact() instanceof Fact.Disclosure disclosure
                ? disclosure.rows()
                : 0;
    }

    /** Whoever can write the store's tables, or kill the gateway, ends no freeze. */
    @Test
    @Timeout(300)
    void takingTheRowAwayEndsNothing() throws Exception {
        Path policy = demo.data.resolve("domicile.yaml");
        ServeProcess gateway = ServeProcess.start(policy, state);
        try {
            assertThat(refusal(gateway.port, GLOBAL, "analytics")).isEmpty();
            Shell.Outcome frozen =
                    as("us_on_call", "freeze", "entity", "global", "--reason", "an order");
            assertThat(frozen.exitCode()).as(frozen.toString()).isZero();
            assertThat(eventually(gateway.port, GLOBAL, "everybody who works where you do"))
                    .contains("is frozen");
            asAdministrator("DELETE FROM domicile.freeze");
            Thread.sleep(2 * StorePlanPoller.INTERVAL_MILLIS);
            assertThat(refusal(gateway.port, GLOBAL, "analytics")).contains("is frozen");
            assertThat(refusal(gateway.port, ANALYST, "analytics")).isEmpty();
        } finally {
            gateway.kill();
        }
        ServeProcess again = ServeProcess.start(policy, state);
        try {
            assertThat(refusal(again.port, GLOBAL, "analytics")).contains("is frozen");
        } finally {
            again.kill();
        }
    }

    private static void asAdministrator(String sql) throws Exception {
        PolicyOptions.Target target =
                PolicyOptions.of(demo.data.resolve("domicile.yaml")).targets().stream()
                        .filter(found -> found.store().jurisdiction().equals("us"))
                        .findFirst()
                        .orElseThrow();
        try (Connection admin = target.store().asCompiler();
                Statement statement = admin.createStatement()) {
            statement.execute("SET ROLE domicile_owner");
            statement.execute(sql);
        }
    }
}
