package org.domicile.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Iterator;
import java.util.List;
import java.util.Scanner;
import java.util.stream.Stream;
import org.domicile.gateway.gate.GateNames;
import org.domicile.plan.Plan;
import org.domicile.testkit.EmbeddedStore;

/**
 * Statements that sqlsmith makes for the analyst of a {@link WalledStore}. It makes them of every
 * name it finds in a database, of which the gate would let none pass; so it looks at a copy that
 * {@code sqlsmith.sql} has cut down to the gate's own lists, and sends nothing itself.
 */
final class Sqlsmith implements AutoCloseable {
    private static final String PROGRAM = "sqlsmith";
    private static final String DATABASE = "sqlsmith";

    private final EmbeddedStore store;
    private final Path errors;
    private final Process process;
    private final Scanner statements;

    private Sqlsmith(EmbeddedStore store, long seed, int count) throws IOException {
        this.store = store;
        errors = Files.createTempFile("sqlsmith", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(
                                PROGRAM,
                                "--target=host=127.0.0.1 port=%d dbname=%s user=%s"
                                        .formatted(store.port(), DATABASE, store.superuser()),
                                "--dry-run",
                                "--seed=" + seed,
                                "--max-queries=" + count)
                        .redirectError(errors.toFile());
        builder.environment().put("PGPASSWORD", store.password());
        process = builder.start();
        statements =
                new Scanner(process.getInputStream(), StandardCharsets.UTF_8).useDelimiter(";\n");
    }

    static boolean isInstalled() throws InterruptedException {
        try {
            return new ProcessBuilder(PROGRAM, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }

    static Sqlsmith start(WalledStore walled, long seed, int count)
            throws IOException, SQLException {
        EmbeddedStore store = walled.postgres();
        store.createDatabase(DATABASE, WalledStore.DATABASE);
        try (Connection copy = store.connect(DATABASE);
                Statement statement = copy.createStatement()) {
            statement.execute("CREATE SCHEMA smith");
            statement.execute("CREATE TABLE smith.named (kind text, name text)");
            name(copy, "function", GateNames.functions());
            name(copy, "type", GateNames.types());
            name(copy, "column", columns(walled));
            statement.execute(script());
        }
        return new Sqlsmith(store, seed, count);
    }

    private static List<String> columns(WalledStore walled) {
        Stream<String> shown =
                WalledStore.audience().views().stream()
                        .flatMap(view -> columns(walled.schema(), view));
        return Stream.concat(GateNames.catalogueColumns(), shown).toList();
    }

    private static Stream<String> columns(String schema, Plan.View view) {
        return view.columns().stream()
                .map(column -> schema + "." + view.table().name() + "." + column.name());
    }

    private static void name(Connection copy, String kind, List<String> names) throws SQLException {
        try (PreparedStatement insert =
                copy.prepareStatement("INSERT INTO smith.named SELECT ?, unnest(?)")) {
            insert.setString(1, kind);
            insert.setArray(2, copy.createArrayOf("text", names.toArray()));
            insert.execute();
        }
    }

    private static String script() throws IOException {
        try (InputStream in = Sqlsmith.class.getResourceAsStream("sqlsmith.sql")) {
            if (in == null) {
                throw new IllegalStateException("sqlsmith.sql is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    Iterator<String> statements() {
        return statements;
    }

    /** What it said beside its statements. */
    String complaint() throws IOException {
        return Files.readString(errors);
    }

    @Override
    public void close() throws IOException, SQLException {
        process.destroyForcibly();
        statements.close();
        Files.delete(errors);
        store.dropDatabase(DATABASE);
    }
}
