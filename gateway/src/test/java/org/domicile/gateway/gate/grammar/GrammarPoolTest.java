package org.domicile.gateway.gate.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarPoolTest {
    private static final GrammarPool POOL = new GrammarPool(1);

    @AfterAll
    static void close() {
        POOL.close();
    }

    @Test
    void aStatementGivesPostgresqlsOwnTree() throws Exception {
        assertThat(POOL.parse("SELECT id FROM users -- x"))
                .startsWith("{\"version\":18")
                .contains("\"RangeVar\":{\"relname\":\"users\"");
    }

    @Test
    void aTextThatIsNoSqlGivesPostgresqlsOwnMessageAndTheInstanceGoesOn() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> POOL.parse("SELECT FROM WHERE"))
                    .hasMessage("syntax error at or near \"WHERE\"")
                    .asInstanceOf(type(GrammarException.class))
                    .returns(GrammarException.Kind.SYNTAX, GrammarException::kind);
        }
        assertThat(POOL.parse("SELECT 1")).contains("SelectStmt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "not ", "case when ", "(select ", "-", "1+"})
    void deepNestingIsATreeOrARefusalAndTheNextStatementIsServed(String opening) throws Exception {
        for (int depth : List.of(100, 1_000, 4_000)) {
            try {
                POOL.parse("SELECT " + opening.repeat(depth) + "1");
            } catch (GrammarException e) {
                assertThat(e.kind()).isNotEqualTo(GrammarException.Kind.BUSY);
            }
            assertThat(POOL.parse("SELECT 1")).contains("SelectStmt");
        }
    }

    @Test
    void aTreeTooDeepForItsStackIsRefused() {
        assertThatThrownBy(() -> POOL.parse("SELECT " + "not ".repeat(30_000) + "true"))
                .asInstanceOf(type(GrammarException.class))
                .returns(GrammarException.Kind.TOO_COMPLEX, GrammarException::kind);
    }

    @Test
    void virtualThreadsShareThePool() throws Exception {
        var threads =
                IntStream.range(0, 2 * GrammarPool.MAX_WAITING)
                        .mapToObj(i ->
                                Thread.ofVirtual()
                                        .unstarted(() -> {
                                            try {
                                                POOL.parse("SELECT " + i);
                                            } catch (GrammarException e) {
                                                throw new AssertionError(e);
                                            }
                                        }))
                        .toList();
        var failures = new java.util.concurrent.ConcurrentLinkedQueue<Throwable>();
        threads.forEach(t -> t.setUncaughtExceptionHandler((thread, e) -> failures.add(e)));
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
    }
}
