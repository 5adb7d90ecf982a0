package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.plan.BackendPassword;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A grant from the question to its end, as people type it: the demo's store, a gateway of its own,
 * psql; and that it ends though the gateway is dead.
 */
class GrantIT {
    private static final String REQUESTER = "parent_analyst";
    private static final long LIFE_SECONDS = 60;

    @TempDir static Path directory;
    private static DemoProcess demo;
    private static Path state;

    @BeforeAll
    static void start() throws Exception {
        Shell.assumePsql();
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
        state = Files.createDirectory(directory.resolve("state"));
        Files.copy(demo.data.resolve("credentials"), state.resolve("credentials"));
        for (String person : new String[] {REQUESTER, "us_on_call", "overseer", "founder"}) {
            Shell.Outcome made =
                    demo.domicile("approval-key", person, "--out", key(person).toString());
            assertThat(made.exitCode()).as(made.toString()).isZero();
            Path organisation = demo.data.resolve("organisation.yaml");
            String text = Files.readString(organisation);
            Matcher entry = Pattern.compile("(?m)^  " + person + ":.*\n").matcher(text);
            assertThat(entry.find()).as(person).isTrue();
            Files.writeString(
                    organisation,
                    text.substring(0, entry.end())
                            + "    "
                            + made.out().strip()
                            + "\n"
                            + text.substring(entry.end()));
        }
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

    private static Shell.Outcome decide(String verb, String request, String person) {
        return demo.domicile(
                verb, request, "--as", person, "--key", key(person).toString(), "-j", "us");
    }

    private static Shell.Outcome psql(ServeProcess gateway, String options, String sql)
            throws Exception {
        return psql(gateway, REQUESTER, options, sql);
    }

    private static Shell.Outcome psql(ServeProcess gateway, String user, String options, String sql)
            throws Exception {
        return demo.psql(
                Map.of(
                        "PGOPTIONS",
                        options,
                        "PGPORT",
                        Integer.toString(gateway.port),
                        "PGPASSWORD",
                        demo.password(user)),
                user,
                "us",
                "-c",
                sql);
    }

    private static Map<String, String> environment() throws Exception {
        Map<String, String> environment = new HashMap<>();
        for (String line : Files.readAllLines(demo.data.resolve("domicile.env"))) {
            int equals = line.indexOf('=');
            if (equals > 0 && !line.startsWith("#")) {
                environment.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return environment;
    }

    @Test
    void aUsersEmailForAWhileAndNobodyElses() throws Exception {
        ServeProcess gateway = ServeProcess.start(demo.data.resolve("domicile.yaml"), state);
        Shell.Outcome someone =
                psql(gateway, "-c domicile.purpose=analytics", "SELECT count(*) FROM users");
        assertThat(someone.exitCode()).as(someone.toString()).isZero();
        Shell.Outcome support =
                demo.psql(
                        "us_support", "us", "support", "-c", "SELECT id, email FROM users LIMIT 1");
        String[] user = support.out().strip().split("\\|");

        Instant until = Instant.now().plusSeconds(LIFE_SECONDS);
        Shell.Outcome asked =
                demo.domicile(
                        "request",
                        "--as",
                        REQUESTER,
                        "--key",
                        key(REQUESTER).toString(),
                        "-j",
                        "us",
                        "--purpose",
                        "support",
                        "--ticket",
                        "T-1",
                        "--columns",
                        "users.email",
                        "--subjects",
                        user[0],
                        "--until",
                        until.truncatedTo(ChronoUnit.SECONDS).toString());
        assertThat(asked.exitCode()).as(asked.toString()).isZero();
        Matcher digest = Pattern.compile("\\b[0-9a-f]{64}\\b").matcher(asked.out());
        assertThat(digest.find()).as(asked.toString()).isTrue();
        String request = digest.group();
        String grant = "grant_" + request.substring(0, 12);

        Shell.Outcome boss = decide("approve", request, "founder");
        assertThat(boss.exitCode()).as(boss.toString()).isNotZero();
        assertThat(boss.err()).contains("founder");
        assertThat(decide("approve", request, "us_on_call").exitCode()).isZero();
        Shell.Outcome early =
                psql(gateway, "-c domicile.grant=" + grant, "SELECT email FROM users");
        assertThat(early.exitCode()).as("one approval is none").isNotZero();
        Shell.Outcome second = decide("approve", request, "overseer");
        assertThat(second.exitCode()).as(second.toString()).isZero();
        assertThat(second.err()).as("the demo applies by itself").contains("grant is in force");

        Shell.Outcome shown = psqlOnceThere(gateway, grant);
        assertThat(shown.out().strip()).isEqualTo(user[1]);
        assertThat(
                        psql(gateway, "-c domicile.grant=" + grant, "SELECT handle FROM users")
                                .exitCode())
                .isNotZero();
        Shell.Outcome other =
                psql(
                        gateway,
                        "global_analyst",
                        "-c domicile.grant=" + grant,
                        "SELECT email FROM users");
        assertThat(other.err()).as("somebody else's grant").contains("you have no such grant");

        // Nothing of Domicile's is there any more; the store alone keeps the time.
        gateway.kill();
        demo.kill();
        String role = "dom_" + grant + "-" + REQUESTER;
        Map<String, String> environment = environment();
        String url =
                "jdbc:"
                        + environment
                                .getOrDefault("DOMICILE_US_STORE", "")
                                .replaceFirst("//[^/@]*@", "//");
        String password =
                BackendPassword.derive(environment.getOrDefault("DOMICILE_US_SECRET", ""), role);
        String schema = null;
        try (Connection backend = DriverManager.getConnection(url, role, password);
                Statement statement = backend.createStatement()) {
            assertThat(emails(statement)).isEqualTo(1);
            while (Instant.now().isBefore(until.plusSeconds(2))) {
                Thread.sleep(Duration.ofMillis(200));
            }
            assertThat(emails(statement)).isZero();
            try (ResultSet row = statement.executeQuery("SELECT current_schema")) {
                row.next();
                schema = row.getString(1);
            }
        }
        assertThat(schema).startsWith("dom_" + grant);
        assertThatThrownBy(() -> DriverManager.getConnection(url, role, password).close())
                .isInstanceOf(SQLException.class);

        ServeProcess again = ServeProcess.start(demo.data.resolve("domicile.yaml"), state);
        Shell.Outcome late = psql(again, "-c domicile.grant=" + grant, "SELECT email FROM users");
        assertThat(late.err()).contains("grant has ended");
        again.kill();
        Shell.Outcome verified =
                demo.domicile("verify", state.resolve("ledger").resolve("us").toString());
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
        assertThat(verified.out()).contains("grant-opened");
    }

    /** The gateway looks at the store's plan four times a second. */
    private static Shell.Outcome psqlOnceThere(ServeProcess gateway, String grant)
            throws Exception {
        Instant deadline = Instant.now().plusSeconds(15);
        while (true) {
            Shell.Outcome shown =
                    psql(gateway, "-c domicile.grant=" + grant, "SELECT email FROM users");
            if (shown.exitCode() == 0 || Instant.now().isAfter(deadline)) {
                assertThat(shown.exitCode()).as(shown.toString()).isZero();
                return shown;
            }
            Thread.sleep(250);
        }
    }

    private static int emails(Statement statement) throws SQLException {
        int rows = 0;
        try (ResultSet result = statement.executeQuery("SELECT email FROM users")) {
            while (result.next()) {
                rows++;
            }
        }
        return rows;
    }
}
