package org.domicile.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestDatabaseTest {
    @Test
    void isEmptyAndGoneAfterwards() throws Exception {
        TestDatabase first = TestDatabase.create();
        try (TestDatabase second = TestDatabase.create();
                Connection connection = first.connect();
                Statement statement = connection.createStatement();
                Connection other = second.connect();
                Statement otherStatement = other.createStatement()) {
            assertThat(first.store()).isSameAs(second.store());
            statement.execute("CREATE TABLE mine (a int)");
            assertThatThrownBy(() -> otherStatement.execute("TABLE mine"))
                    .isInstanceOf(SQLException.class);
        }
        first.close();
        assertThatThrownBy(first::connect).isInstanceOf(SQLException.class);
    }

    @Test
    void deletesTheStoresOfProcessesThatAreGoneAndNoOthers(@TempDir Path temporary)
            throws Exception {
        Path left = temporary.resolve("left");
        try (EmbeddedStore running =
                EmbeddedStore.start(
                        PostgresBinaries.embedded(),
                        left,
                        0,
                        EmbeddedStore.THROWAWAY,
                        RunAs.choose())) {
            TemporaryStores.remove(left, RunAs.choose());
            assertThat(running.isRunning()).isTrue();
            assertThat(left).exists();
        }
        TemporaryStores.remove(left, RunAs.choose());
        assertThat(Files.exists(left)).isFalse();
    }
}
