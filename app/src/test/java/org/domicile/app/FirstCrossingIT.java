package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A newcomer's first crossing: the demo, psql on both sides of the border, the ledger verified. */
class FirstCrossingIT {
    private static final String LOOK =
            "SELECT id, handle, email, birth_date, phone FROM users ORDER BY 1 LIMIT 3";

    @TempDir static Path directory;
    private static DemoProcess demo;

    @BeforeAll
    static void startTheDemo() throws Exception {
        Shell.assumePsql();
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
    }

    @AfterAll
    static void stopTheDemo() {
        if (demo != null) {
            assertThat(demo.stop()).as("the demo ends within 10 s of TERM").isTrue();
            demo.close();
        }
    }

    @Test
    void aForeignAnalystSeesPseudonymsAndNoContactData() {
        Shell.Outcome look = demo.psql("parent_analyst", "us", "analytics", "-c", LOOK);
        assertThat(look.exitCode()).as(look.toString()).isZero();
        List<String> rows = look.out().lines().toList();
        assertThat(rows).hasSize(3);
        for (String row : rows) {
            String[] columns = row.split("\\|", -1);
            assertThat(columns[0]).as("id").matches("[0-9a-f]{32}");
            assertThat(columns[1]).as("handle").matches("[0-9a-f]{32}");
            assertThat(columns[2]).as("email").doesNotMatch("[^*]+@.*");
            assertThat(columns[3]).as("birth_date").matches("\\d{4}-01-01");
            assertThat(columns[4]).as("phone").isEmpty();
        }
    }

    @Test
    void supportAtHomeSeesTheSameRowsAsTheyAre() {
        Shell.Outcome look = demo.psql("us_support", "us", "support", "-c", LOOK);
        assertThat(look.exitCode()).as(look.toString()).isZero();
        assertThat(look.out().lines()).hasSize(3);
        for (String row : look.out().lines().toList()) {
            String[] columns = row.split("\\|", -1);
            assertThat(columns[0]).as("id").matches("\\d+");
            assertThat(columns[2]).as("email").matches("[^@*]+@[^@]+");
        }
    }

    @Test
    void countsAreTheStoresOwn() throws Exception {
        Shell.Outcome count =
                demo.psql(
                        "parent_analyst",
                        "us",
                        "analytics",
                        "-c",
                        "SELECT count(*) FROM impressions");
        Shell.Outcome atHome =
                demo.psql(
                        "us_engineer",
                        "us",
                        "engineering",
                        "-c",
                        "SELECT count(*) FROM impressions");
        assertThat(Long.parseLong(count.out().strip())).isPositive();
        assertThat(atHome.out()).isEqualTo(count.out());
    }

    @Test
    void thePasswordFileIsItsOwnersAlone() throws Exception {
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(demo.data.resolve("pgpass"))))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INSERT INTO users VALUES (1)",
                "EXPLAIN SELECT * FROM users",
                "DO $$ BEGIN END $$",
                "SELECT * FROM nothing_like_it",
                "SELECT body FROM messages",
                "SELECT pg_sleep(1)",
                "SELECT domicile.pseudonym('a', 'b', 'c')",
            })
    void whatIsNotAQuestionIsRefusedWithAHint(String statement) {
        Shell.Outcome refused =
                demo.psql(
                        "parent_analyst",
                        "us",
                        "analytics",
                        "-v",
                        "VERBOSITY=verbose",
                        "-c",
                        statement);
        assertThat(refused.exitCode()).as(refused.toString()).isOne();
        assertThat(refused.err()).containsPattern("ERROR:  [0-9A-Z]{5}: ").contains("HINT:");
    }

    @Test
    void withoutAKnownPurposeNothingIsRead() {
        for (String purpose : new String[] {"", "curiosity", "support"}) {
            Shell.Outcome refused = demo.psql("parent_analyst", "us", purpose, "-c", "TABLE users");
            assertThat(refused.exitCode()).as(refused.toString()).isNotZero();
            assertThat(refused.err()).contains("HINT:").contains("analytics");
        }
    }

    @Test
    void thePurposeCanBeSetInTheSession() {
        Shell.Outcome set =
                demo.psql(
                        "parent_analyst",
                        "us",
                        "",
                        "-c",
                        "SET domicile.purpose = 'analytics'",
                        "-c",
                        "SELECT count(*) > 0 FROM users");
        assertThat(set.out()).as(set.toString()).contains("t");
    }

    /** Another driver than libpq's own tools: extended protocol, parameters, binary results. */
    @Test
    void psycopgReadsWhatPsqlReads() {
        Assumptions.assumeTrue(
                Shell.run(directory, Map.of(), "sh", "-c", "/usr/bin/python3 -c 'import psycopg'")
                                .exitCode()
                        == 0,
                "psycopg 3 is not installed");
        String script =
                """
                import psycopg
                with psycopg.connect(options="-c domicile.purpose=analytics") as connection:
                    cursor = connection.cursor(binary=True)
                    cursor.execute("SELECT id, birth_date FROM users WHERE country = %s ORDER BY id LIMIT %s", ("US", 2))
                    rows = cursor.fetchall()
                    assert len(rows) == 2 and all(len(i) == 32 and d.month == d.day == 1 for i, d in rows), rows
                    try:
                        cursor.execute("DELETE FROM users")
                    except psycopg.errors.FeatureNotSupported as refused:
                        assert refused.diag.message_hint, refused
                    else:
                        raise SystemExit("the DELETE was not refused")
                """;
        Shell.Outcome outcome =
                Shell.run(
                        directory,
                        Map.of(
                                "PGPASSFILE", demo.data.resolve("pgpass").toString(),
                                "PGHOST", "127.0.0.1",
                                "PGPORT", Integer.toString(demo.port),
                                "PGUSER", "parent_analyst",
                                "PGDATABASE", "us"),
                        "/usr/bin/python3",
                        "-c",
                        script);
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
    }

    @Test
    void strangersGetNoFurtherThanTheDoor() {
        Shell.Outcome wrong =
                demo.psql(Map.of("PGPASSWORD", "wrong"), "parent_analyst", "us", "-c", "SELECT 1");
        Shell.Outcome unknown =
                demo.psql(Map.of("PGPASSWORD", "wrong"), "nobody_known", "us", "-c", "SELECT 1");
        Shell.Outcome nowhere =
                demo.psql("parent_analyst", "atlantis", "analytics", "-c", "SELECT 1");
        for (Shell.Outcome outcome : List.of(wrong, unknown, nowhere)) {
            assertThat(outcome.exitCode()).as(outcome.toString()).isEqualTo(2);
        }
        assertThat(wrong.err().replace("parent_analyst", "X"))
                .isEqualTo(unknown.err().replace("nobody_known", "X"));
    }

    @ParameterizedTest
    @CsvSource({"\\d", "\\d+ users", "\\l", "\\conninfo", "\\dn"})
    void psqlsOwnQuestionsWork(String command) {
        Shell.Outcome described = demo.psql("parent_analyst", "us", "analytics", "-c", command);
        assertThat(described.exitCode()).as(described.toString()).isZero();
        assertThat(described.out()).isNotBlank();
    }

    @Test
    void whatAnAudienceSeesAreViewsSoThereAreNoTables() {
        Shell.Outcome tables = demo.psql("parent_analyst", "us", "analytics", "-c", "\\dt");
        assertThat(tables.exitCode()).as(tables.toString()).isZero();
    }

    @Test
    void theLedgerVerifiesAndCountsTheLooks() throws Exception {
        long before = disclosures();
        assertThat(demo.psql("parent_analyst", "us", "analytics", "-c", LOOK).exitCode()).isZero();
        assertThat(demo.psql("us_support", "us", "support", "-c", LOOK).exitCode()).isZero();
        assertThat(disclosures()).isEqualTo(before + 2);
    }

    private static long disclosures() {
        Shell.Outcome verified =
                demo.domicile(
                        "verify",
                        demo.data.resolve("ledger/us").toString(),
                        "--key",
                        demo.data.resolve("keys/us.vkey").toString(),
                        "--json");
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
        return Long.parseLong(
                verified.out().replaceAll("(?s).*\"disclosure\"\\s*:\\s*(\\d+).*", "$1"));
    }

    @Test
    void aFlippedByteIsNamed() throws Exception {
        Path copy = directory.resolve("copy-of-ledger");
        copyTree(demo.data.resolve("ledger/us"), copy);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(copy)) {
            files =
                    walk.filter(file -> Files.isRegularFile(file) && file.toFile().length() > 0)
                            .toList();
        }
        assertThat(files).isNotEmpty();
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
            Shell.Outcome damaged = demo.domicile("verify", copy.toString());
            assertThat(damaged.exitCode()).as(file + ": " + damaged).isOne();
            assertThat(damaged.err()).contains(copy.relativize(file).toString());
            bytes[bytes.length / 2] ^= 1;
            Files.write(file, bytes);
        }
        assertThat(demo.domicile("verify", copy.toString()).exitCode()).isZero();
    }

    private static void copyTree(Path from, Path to) throws Exception {
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path source : walk.toList()) {
                Path target = to.resolve(from.relativize(source));
                if (Files.isDirectory(source)) {
                    Files.createDirectories(target);
                } else if (Files.exists(source)) {
                    Files.copy(source, target);
                }
            }
        }
    }
}
