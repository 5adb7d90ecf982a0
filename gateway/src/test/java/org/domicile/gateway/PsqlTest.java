package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What people do with psql, where it is installed. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class PsqlTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        assumeTrue(isInstalled(), "psql is not installed");
        gateway = TestGateway.start();
    }

    @AfterAll
    static void stop() throws IOException {
        if (gateway != null) {
            gateway.close();
        }
    }

    private static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder("psql", "--version").start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String psql(String purpose, String... commands)
            throws IOException, InterruptedException {
        return run(
                gateway.port(),
                "us_support",
                TestGateway.password("us_support"),
                purpose.isEmpty() ? "" : "-c domicile.purpose=" + purpose,
                commands);
    }

    private static String run(
            int port, String user, String password, String options, String... commands)
            throws IOException, InterruptedException {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "psql",
                                "--no-psqlrc",
                                "--no-password",
                                "--host=127.0.0.1",
                                "--port=" + port,
                                "--username=" + user,
                                "us"));
        for (String command : commands) {
            line.add("--command=" + command);
        }
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", password);
        builder.environment().put("PGOPTIONS", options);
        builder.environment().put("PAGER", "");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @Test
    void selectsAndCounts() throws Exception {
        assertThat(psql("support", "SELECT id, email FROM users ORDER BY id LIMIT 2"))
                .contains("person1@example.org")
                .contains("(2 rows)");
        assertThat(psql("support", "SELECT count(*) FROM users")).contains("1000");
    }

    @Test
    void describesWhatIsVisible() throws Exception {
        assertThat(psql("support", "\\d")).contains("users").doesNotContain("ERROR");
        assertThat(psql("support", "\\dv")).contains("users").doesNotContain("ERROR");
        assertThat(psql("support", "\\dt")).doesNotContain("ERROR").doesNotContain("secrets");
        assertThat(psql("support", "\\d users"))
                .contains("email")
                .contains("handle")
                .doesNotContain("ERROR");
        assertThat(psql("support", "\\d+ users")).contains("email").doesNotContain("ERROR");
        assertThat(psql("engineering", "\\d users"))
                .contains("id")
                .doesNotContain("email")
                .doesNotContain("ERROR");
    }

    @Test
    void tellsWhereItIs() throws Exception {
        assertThat(psql("support", "SELECT datname FROM pg_database")).contains("us");
        assertThat(psql("support", "\\l")).contains("List of databases").doesNotContain("ERROR");
        assertThat(psql("support", "\\conninfo")).contains("us_support").doesNotContain("ERROR");
        assertThat(psql("support", "\\dn")).doesNotContain("ERROR");
    }

    @Test
    void refusalsSayWhatToDoInstead() throws Exception {
        assertThat(psql("", "SELECT * FROM users"))
                .contains("no purpose is declared")
                .contains("HINT:  Declare one of");
        assertThat(psql("fun", "SELECT 1")).contains("FATAL").contains("HINT:  Declare one of");
        for (String refused :
                List.of(
                        "INSERT INTO users VALUES (1)",
                        "EXPLAIN SELECT 1",
                        "DO $$ BEGIN END $$",
                        "SELECT * FROM secrets")) {
            assertThat(psql("support", refused)).contains("ERROR").contains("HINT");
        }
        assertThat(psql("", "SET domicile.purpose = 'support'", "SELECT id FROM users LIMIT 1"))
                .contains("SET")
                .contains("(1 row)");
    }
}
