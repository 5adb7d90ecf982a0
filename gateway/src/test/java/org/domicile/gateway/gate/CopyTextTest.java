package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.Statement;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** What is sent in a COPY's place writes what the COPY itself would, byte for byte. */
class CopyTextTest {
    private static final StatementGate GATE = StatementGate.open();

    @SuppressWarnings("NullAway.Init") // made before every test
    private static EmbeddedStore store;

    @SuppressWarnings("NullAway.Init")
    private static Connection connection;

    @BeforeAll
    static void start() throws Exception {
        store = EmbeddedStore.startTemporary(PostgresBinaries.embedded(), EmbeddedStore.THROWAWAY);
        connection = store.connect("postgres");
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE users (id text, handle text, email text, birth_date date, country"
                            + " text)");
            statement.execute(
                    """
                    INSERT INTO users VALUES
                        (1, 'plain', 'a@b', '2000-01-01', 'US'),
                        (2, E'tab\\tline\\nback\\\\slash\\r', 'x,"y"', NULL, ''),
                        (3, 'semi;pipe|til~de''', NULL, '1999-12-31', '\\N'),
                        (4, 'nil', E'\\\\.', NULL, 'ä')
                    """);
        }
    }

    @AfterAll
    static void stop() throws Exception {
        connection.close();
        store.close();
        GATE.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY users TO STDOUT",
                "copy /* a ( */ users -- to\n to stdout",
                "COPY users (handle, \"id\") TO STDOUT WITH (FORMAT csv, HEADER)",
                "COPY BINARY users (id, email) TO STDOUT",
                "COPY users TO STDOUT WITH BINARY",
                "COPY users TO STDOUT USING DELIMITERS '|'",
                "COPY users TO STDOUT USING DELIMITERS ';' WITH NULL AS 'nil'",
                "COPY users TO STDIN CSV HEADER QUOTE AS '~' ESCAPE AS '''' FORCE QUOTE id, handle",
                "COPY users TO STDOUT (FORMAT csv, DELIMITER ';', NULL 'nil', FORCE_QUOTE *)",
                "COPY users TO STDOUT (FORMAT csv, QUOTE '''', ESCAPE '\\', DELIMITER E'\\t')",
                "COPY users TO STDOUT (DELIMITER '~', NULL '', HEADER true)",
                "COPY (SELECT handle AS \"to\", '(' AS for FROM users WHERE id IN ('1','2','3','4')"
                        + " ORDER BY id -- )\n) TO STDOUT (FORMAT csv, HEADER 1, ENCODING 'UTF8')",
                "COPY (VALUES (1, NULL), (2, 'x')) TO STDOUT",
                "COPY (WITH t AS (TABLE users) SELECT count(*) FROM t) TO STDOUT (FORMAT binary)",
            })
    void aCopyWritesTheSame(String sql) throws Exception {
        Verdict.Copy copy = (Verdict.Copy) judged(sql).verdict();
        assertThat(bytes(CopyText.forStore(sql, copy))).isNotEmpty().isEqualTo(bytes(sql));
    }

    private static Judged judged(String sql) {
        Judged judged = GATE.judge(sql, Fixture.CONTEXT).get(0);
        assertThat(judged.verdict()).isNotInstanceOf(Verdict.Refused.class);
        return judged;
    }

    private static byte[] bytes(String copy) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copy, out);
        return out.toByteArray();
    }
}
