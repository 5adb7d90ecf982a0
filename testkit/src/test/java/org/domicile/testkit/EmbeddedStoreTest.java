package org.domicile.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStoreTest {
    @Test
    void keepsItsDataFromOneRunToTheNext(@TempDir Path directory) throws Exception {
        PostgresBinaries binaries = PostgresBinaries.embedded();
        try (EmbeddedStore store =
                EmbeddedStore.start(binaries, directory, 0, EmbeddedStore.THROWAWAY)) {
            store.createDatabase("us");
            try (Connection connection = store.connect("us");
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE kept AS SELECT 42 AS answer");
            }
        }
        try (EmbeddedStore store =
                        EmbeddedStore.start(binaries, directory, 0, EmbeddedStore.THROWAWAY);
                Connection connection = store.connect("us");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT answer FROM kept")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isEqualTo(42);
        }
    }
}
