package org.domicile.console.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class SqlTurnsTest {
    @Test
    void somebodyHasTwoTurnsAndGetsThemBack() {
        SqlTurns turns = new SqlTurns();
        assertThat(turns.take("ana")).isTrue();
        assertThat(turns.take("ana")).isTrue();
        assertThat(turns.take("ana")).isFalse();
        assertThat(turns.take("bo")).isTrue();
        turns.giveBack("ana");
        assertThat(turns.take("ana")).isTrue();
        assertThat(turns.take("ana")).isFalse();
    }

    @Test
    void allTogetherAreFew() {
        SqlTurns turns = new SqlTurns();
        for (int i = 0; i < SqlTurns.MAX; i++) {
            assertThat(turns.take("person" + i)).isTrue();
        }
        assertThat(turns.take("one_more")).isFalse();
        turns.giveBack("person0");
        assertThat(turns.take("one_more")).isTrue();
    }

    @Test
    void exampleNamesAreQuotedWhereTheyHaveToBe() {
        assertThat(SqlText.firstRows("users", List.of("id", "order", "birth Date"), 10))
                .isEqualTo("SELECT id, \"order\", \"birth Date\" FROM users LIMIT 10");
        assertThat(SqlText.name("a\"b")).isEqualTo("\"a\"\"b\"");
    }
}
