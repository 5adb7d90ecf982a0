package org.domicile.testkit.shortvideo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.domicile.testkit.TestDatabase;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.PGCopyOutputStream;

class CopyRowsTest {
    @Test
    void postgresReadsBackWhatWasWritten() throws Exception {
        List<String> texts =
                List.of(
                        "",
                        "\\",
                        "\\N",
                        "\\.",
                        "a\tb",
                        "a\nb\r\nc",
                        "\u00e4\ud83d\ude02",
                        "x".repeat(70_000));
        List<Long> progress = new ArrayList<>();
        try (TestDatabase database = TestDatabase.create();
                Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (n int, text text, empty text)");
            try (PGCopyOutputStream out =
                    new PGCopyOutputStream(
                            connection.unwrap(PGConnection.class), "COPY t FROM STDIN")) {
                CopyRows rows = new CopyRows(out, progress::add);
                for (int i = 0; i < texts.size(); i++) {
                    rows.row(i, texts.get(i), null);
                }
                rows.finish();
            }
            List<String> read = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery("SELECT text, empty FROM t ORDER BY n")) {
                while (rows.next()) {
                    read.add(rows.getString(1));
                    assertThat(rows.getString(2)).isNull();
                }
            }
            assertThat(read).isEqualTo(texts);
        }
        assertThat(progress).containsExactly((long) texts.size());
    }

    @Test
    void reportsEveryTenThousandRows() throws Exception {
        List<Long> progress = new ArrayList<>();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CopyRows rows = new CopyRows(out, progress::add);
        for (int i = 0; i < 20_500; i++) {
            rows.row(i);
        }
        rows.finish();
        assertThat(progress).containsExactly(10_000L, 20_000L, 20_500L);
        assertThat(out.toString(StandardCharsets.UTF_8).lines()).hasSize(20_500);
    }
}
