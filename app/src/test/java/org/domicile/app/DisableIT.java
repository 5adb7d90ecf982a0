package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The day of departure: one command, and a session in the middle of a result ends. */
class DisableIT {
    /** A result of so many rows takes far longer to fetch one by one than the test has. */
    private static final String LONG = "SELECT a.id, b.id FROM users a, users b, users c";

    /** Then whoever still gets rows was not stopped. */
    private static final long ENOUGH_NANOS = 20_000_000_000L;

    @TempDir Path directory;

    private static Connection connect(DemoProcess demo, String user, String purpose)
            throws Exception {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password(demo, user));
        properties.setProperty("options", "-c domicile.purpose=" + purpose);
        Connection connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + demo.port + "/us", properties);
        connection.setAutoCommit(false); // so that rows are fetched in portions
        return connection;
    }

    private static String password(DemoProcess demo, String user) throws Exception {
        return Files.readAllLines(demo.data.resolve("pgpass")).stream()
                .map(line -> line.split(":"))
                .filter(fields -> fields[3].equals(user))
                .findFirst()
                .orElseThrow()[4];
    }

    @Test
    @Timeout(600)
    void whoeverIsDisabledStopsInTheMiddleOfAResult() throws Exception {
        try (DemoProcess demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
                Connection leaving = connect(demo, "parent_analyst", "analytics");
                Connection staying = connect(demo, "us_support", "support");
                Statement long_ = leaving.createStatement();
                Statement short_ = staying.createStatement()) {
            String before = Files.readString(demo.data.resolve("organisation.yaml"));
            long_.setFetchSize(100);
            ResultSet rows = long_.executeQuery(LONG);
            assertThat(rows.next()).isTrue();

            Shell.Outcome disabled =
                    demo.domicile(
                            "person",
                            "disable",
                            "parent_analyst",
                            "-o",
                            demo.data.resolve("organisation.yaml").toString());
            assertThat(disabled.exitCode()).as(disabled.toString()).isZero();
            long doneNanos = System.nanoTime();

            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> {
                        while (rows.next() && System.nanoTime() - doneNanos < ENOUGH_NANOS) {
                            Thread.sleep(1);
                        }
                    });
            assertThat(System.nanoTime() - doneNanos)
                    .as("within 2 s of the command's end, the law of this product")
                    .isLessThan(2_000_000_000L);
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> connect(demo, "parent_analyst", "analytics"))
                    .withMessageContaining("your access has been disabled");
            try (ResultSet others = short_.executeQuery("SELECT count(*) FROM users")) {
                assertThat(others.next()).isTrue();
            }

            String after = Files.readString(demo.data.resolve("organisation.yaml"));
            assertThat(after.replaceFirst("    disabled: true\n", "")).isEqualTo(before);
            Shell.Outcome verified =
                    demo.domicile(
                            "verify",
                            demo.data.resolve("ledger/us").toString(),
                            "--key",
                            demo.data.resolve("keys/us.vkey").toString(),
                            "--json");
            assertThat(verified.exitCode()).as(verified.toString()).isZero();
            assertThat(verified.out()).containsPattern("\"organisation-changed\"\\s*:\\s*2");
        }
    }

    /** What a policy takes away is gone as soon, and what it gives back comes with an apply. */
    @Test
    @Timeout(600)
    void aPolicyThatForbidsEndsASessionInTheMiddleOfAResult() throws Exception {
        try (DemoProcess demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
                Connection forbidden = connect(demo, "parent_analyst", "analytics");
                Connection staying = connect(demo, "us_support", "support");
                Statement long_ = forbidden.createStatement();
                Statement short_ = staying.createStatement()) {
            Path policies = demo.data.resolve("access.cedar");
            String before = Files.readString(policies);
            long_.setFetchSize(100);
            ResultSet rows = long_.executeQuery(LONG);
            assertThat(rows.next()).isTrue();

            replace(
                    policies,
                    before
                            + "\n@id(\"not now\") forbid (principal in Entity::\"parent\", action,"
                            + " resource) when { context.purpose == \"analytics\" };\n");
            long doneNanos = System.nanoTime();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> {
                        while (rows.next()) {
                            Thread.sleep(1);
                        }
                    })
                    .withMessageContaining("what you may act as has changed");
            assertThat(System.nanoTime() - doneNanos)
                    .as("within 2 s of the file's change, the law of this product")
                    .isLessThan(2_000_000_000L);
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> connect(demo, "parent_analyst", "analytics"))
                    .withMessageContaining("you may not act as any audience in \"us\"");
            try (ResultSet others = short_.executeQuery("SELECT count(*) FROM users")) {
                assertThat(others.next()).isTrue();
            }

            Shell.Outcome explained =
                    demo.domicile(
                            "access",
                            "explain",
                            "parent_analyst",
                            "us",
                            "--purpose",
                            "analytics",
                            "-c",
                            demo.data.resolve("domicile.yaml").toString());
            assertThat(explained.exitCode()).as(explained.toString()).isZero();
            assertThat(explained.out())
                    .contains("as parent_analytics for analytics: denied")
                    .contains("forbid \"not now\" (access.cedar:");

            replace(policies, before + "permit (principal, action, resuorce);\n");
            Shell.Outcome planned =
                    demo.domicile("plan", "-c", demo.data.resolve("domicile.yaml").toString());
            assertThat(planned.exitCode()).as(planned.toString()).isEqualTo(ExitCode.FAILED);
            int line = 1 + (int) before.chars().filter(c -> c == '\n').count();
            assertThat(planned.err()).contains("access.cedar:" + line + ":28: ");

            replace(policies, before);
            Shell.Outcome verified =
                    demo.domicile(
                            "verify",
                            demo.data.resolve("ledger/us").toString(),
                            "--key",
                            demo.data.resolve("keys/us.vkey").toString(),
                            "--json");
            assertThat(verified.exitCode()).as(verified.toString()).isZero();
            assertThat(verified.out()).containsPattern("\"organisation-changed\"\\s*:\\s*[23]");
        }
    }

    /** In one step, as the gateway's readers expect it. */
    private static void replace(Path file, String text) throws Exception {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(beside, text);
        Files.move(
                beside,
                file,
                java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
