package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two on call take what they need at once; a day later it was looked into, or one is frozen. */
class BreakGlassIT {
    private static final String ENGINEER = "us_engineer";
    private static final String ON_CALL = "us_on_call";

    @TempDir static Path directory;

    private static DemoProcess demo;
    private static Path state;
    private static String user = "";

    @BeforeAll
    static void start() throws Exception {
        Shell.assumePsql();
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
        user =
                demo.psql("us_support", "us", "support", "-c", "SELECT id FROM users LIMIT 1")
                        .out()
                        .strip();
        state = Files.createDirectory(directory.resolve("state"));
        Files.copy(demo.data.resolve("credentials"), state.resolve("credentials"));
        insert(ENGINEER, "    roles: [on_call]\n");
        for (String person : new String[] {ENGINEER, ON_CALL, "overseer"}) {
            Shell.Outcome made =
                    demo.domicile("approval-key", person, "--out", key(person).toString());
            assertThat(made.exitCode()).as(made.toString()).isZero();
            insert(person, "    " + made.out().strip() + "\n");
        }
    }

    private static void insert(String person, String lines) throws Exception {
        Path organisation = demo.data.resolve("organisation.yaml");
        String text = Files.readString(organisation);
        Matcher entry = Pattern.compile("(?m)^  " + person + ":.*\n").matcher(text);
        assertThat(entry.find()).as(person).isTrue();
        Files.writeString(
                organisation, new StringBuilder(text).insert(entry.end(), lines).toString());
    }

    @AfterAll
    static void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    private static Path key(String person) {
        return directory.resolve(person + ".key");
    }

    private static Shell.Outcome as(String person, String... words) {
        String[] more = {"--as", person, "--key", key(person).toString(), "-j", "us"};
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return demo.domicile(all);
    }

    private static String take(String by) {
        Shell.Outcome asked =
                as(
                        by,
                        "request",
                        "--break-glass",
                        "--purpose",
                        "support",
                        "--columns",
                        "users.email",
                        "--subjects",
                        user,
                        "--for",
                        "30m");
        assertThat(asked.exitCode()).as(asked.toString()).isZero();
        assertThat(asked.out()).contains("BREAK-GLASS");
        Matcher digest = Pattern.compile("\\b[0-9a-f]{64}\\b").matcher(asked.out());
        assertThat(digest.find()).isTrue();
        return digest.group();
    }

    private static Shell.Outcome psql(ServeProcess gateway, String user, String request)
            throws Exception {
        String password =
                Files.readAllLines(demo.data.resolve("pgpass")).stream()
                        .filter(line -> line.contains(":" + user + ":"))
                        .map(line -> line.substring(line.lastIndexOf(':') + 1))
                        .findFirst()
                        .orElseThrow();
        return demo.psql(
                Map.of(
                        "PGOPTIONS",
                        "-c domicile.grant=grant_" + request.substring(0, 12),
                        "PGPORT",
                        Integer.toString(gateway.port),
                        "PGPASSWORD",
                        password),
                user,
                "us",
                "-c",
                "SELECT email FROM users");
    }

    private static Shell.Outcome eventually(ServeProcess gateway, String user, String request)
            throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        Shell.Outcome outcome = psql(gateway, user, request);
        while (outcome.exitCode() != 0 && System.nanoTime() < untilNanos) {
            Thread.sleep(200);
            outcome = psql(gateway, user, request);
        }
        return outcome;
    }

    private static Shell.Outcome verify() {
        return demo.domicile(
                "verify",
                state.resolve("ledger/us").toString(),
                "--key",
                state.resolve("keys/us.vkey").toString(),
                "--json");
    }

    @Test
    @Timeout(300)
    void isTakenAtOnceAndReviewedOrElseFreezes() throws Exception {
        Path policy = demo.data.resolve("domicile.yaml");
        ServeProcess gateway = ServeProcess.start(policy, state);
        try {
            Shell.Outcome notOnCall =
                    as(
                            "overseer",
                            "request",
                            "--break-glass",
                            "--purpose",
                            "support",
                            "--columns",
                            "users.email",
                            "--subjects",
                            "1",
                            "--for",
                            "30m");
            assertThat(notOnCall.err()).contains("may not without a ticket");

            String looked = take(ENGINEER);
            assertThat(as(ON_CALL, "approve", looked).exitCode()).isZero();
            Shell.Outcome shown = eventually(gateway, ENGINEER, looked);
            assertThat(shown.exitCode()).as(shown.toString()).isZero();
            assertThat(shown.out().lines()).hasSize(1);
            assertThat(as(ON_CALL, "review", looked).err()).contains("may not review it");
            Shell.Outcome reviewed = as("overseer", "review", looked);
            assertThat(reviewed.exitCode()).as(reviewed.toString()).isZero();

            String forgotten = take(ENGINEER);
            assertThat(as(ON_CALL, "approve", forgotten).exitCode()).isZero();
            assertThat(eventually(gateway, ENGINEER, forgotten).exitCode()).isZero();
            gateway.kill();
            // As if a day had gone by.
            Path kept = state.resolve("freezes/us");
            String before = Files.readString(kept);
            String after =
                    before.replaceFirst("\"due\":\"[^\"]*\"", "\"due\":\"2020-01-01T00:00:00Z\"");
            assertThat(after)
                    .as("only one of the two is due")
                    .isNotEqualTo(before)
                    .containsOnlyOnce("\"due\"");
            Files.writeString(kept, after);
            gateway = ServeProcess.start(policy, state);
            Shell.Outcome frozen = psql(gateway, ENGINEER, forgotten);
            assertThat(frozen.err()).as(frozen.toString()).contains("your access is frozen");
        } finally {
            gateway.kill();
        }
        Shell.Outcome verified = verify();
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
        assertThat(verified.out())
                .containsPattern("\"break-glass-opened\"\\s*:\\s*4")
                .containsPattern("\"break-glass-reviewed\"\\s*:\\s*1")
                .containsPattern("\"frozen\"\\s*:\\s*1");
    }
}
