package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Clients people use, reading through one running gateway. What each does is a script in {@code
 * src/test/clients}; {@code docs/clients.md} lists what works and what does not.
 */
class ClientsIT {
    private static final Path CLIENTS = Project.root().resolve("app/src/test/clients");
    private static final String PYTHON = "/usr/bin/python3";

    @TempDir static Path directory;
    private static DemoProcess demo;

    @BeforeAll
    static void startTheDemo() throws Exception {
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
    }

    @AfterAll
    static void stopTheDemo() {
        if (demo != null) {
            demo.close();
        }
    }

    @Test
    void psql() {
        Shell.require("psql", "psql", "--version");
        check(CLIENTS.resolve("psql"), "bash", "check.sh");
    }

    @ParameterizedTest
    @ValueSource(strings = {"psycopg", "sqlalchemy", "asyncpg", "odbc"})
    void python(String client) {
        String modules =
                switch (client) {
                    case "odbc" -> "pyodbc";
                    case "sqlalchemy" -> "sqlalchemy, psycopg2";
                    default -> client;
                };
        Shell.require(client, PYTHON, "-c", "import " + modules);
        check(CLIENTS.resolve("python"), PYTHON, "-B", "check_" + client + ".py");
    }

    @Test
    void nodePostgres() throws Exception {
        Path build = NpmPackages.fetch("clients/node");
        Files.copy(
                CLIENTS.resolve("node/check.mjs"),
                build.resolve("check.mjs"),
                StandardCopyOption.REPLACE_EXISTING);
        check(build, "node", "check.mjs");
    }

    @TestFactory
    Stream<DynamicTest> pgjdbc() throws Exception {
        return new JdbcChecks(demo).all();
    }

    /** What DBeaver and Metabase send over pgjdbc; each query says whether it passes. */
    @TestFactory
    Stream<DynamicTest> replayed() throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (String tool : List.of("dbeaver", "metabase")) {
            Path file = CLIENTS.resolve("replayed").resolve(tool + ".sql");
            ReplayedQuery.read(file)
                    .forEach(query ->
                            tests.add(
                                    DynamicTest.dynamicTest(
                                            query.title(),
                                            () -> query.check(new JdbcChecks(demo)))));
        }
        return tests.stream();
    }

    /** Runs a script; each of its sections that passed says so. */
    private static void check(Path folder, String... command) {
        Map<String, String> environment = new HashMap<>();
        environment.put("PGPASSFILE", demo.data.resolve("pgpass").toString());
        environment.put("PGHOST", "127.0.0.1");
        environment.put("PGPORT", Integer.toString(demo.port));
        environment.put("PGDATABASE", "us");
        Shell.Outcome outcome = Shell.run(folder, environment, List.of(command));
        assertThat(outcome.exitCode()).as(outcome.toString()).isZero();
        assertThat(outcome.out().lines().filter(line -> line.startsWith("ok ")))
                .as(outcome.toString())
                .hasSizeGreaterThanOrEqualTo(5);
    }
}
