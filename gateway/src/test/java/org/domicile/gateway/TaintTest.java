package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Iterator;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.domicile.gateway.gate.RandomQuery;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.upstream.ScriptedClient.Received;
import org.domicile.gateway.wire.FrontendMessage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Whatever {@code parent_analyst} asks, no byte that comes back is of a cell the audience does not
 * show. The statements are our own generator's and sqlsmith's, both seeded; {@code
 * -Ddomicile.taint=50000} runs that many of each.
 */
@Timeout(value = 12, unit = TimeUnit.HOURS)
class TaintTest {
    private static final int STATEMENTS = Integer.getInteger("domicile.taint", 25);
    private static final long SEED = Long.getLong("domicile.seed", 20_260);

    /** Set by {@code .ci/run}, which installs sqlsmith: that it is missing is then a failure. */
    private static final boolean ALL_REQUIRED = "1".equals(System.getenv("DOMICILE_ALL_CLIENTS"));

    /** A parser that is cold takes its time for a long statement, more so on a busy machine. */
    private static final int ANSWER_TIMEOUT_MILLIS = 120_000;

    /** No more is read of an answer. */
    private static final long MAX_ANSWER_BYTES = 1024 * 1024;

    private static WalledStore store;
    private static Set<String> tokens;

    @BeforeAll
    static void start() throws Exception {
        store = WalledStore.start();
        tokens = store.tokens();
    }

    @AfterAll
    static void stop() throws IOException {
        store.close();
    }

    /** How many were asked, and of these how many the gate let pass and the store answered. */
    private static final class Tally {
        private int asked;
        private int passed;
        private int answered;

        @Override
        public String toString() {
            return asked + " asked, " + passed + " passed the gate, " + answered + " had no error";
        }
    }

    @Test
    void noByteIsOfACellThatIsNotShownToOurOwnQueries() throws Exception {
        RandomQuery random = new RandomQuery(new Random(SEED), WalledStore.audience());
        Tally tally = new Tally();
        ask(Stream.generate(() -> store.here(random.next())).limit(STATEMENTS).iterator(), tally);
        assertManyAnswered(tally);
    }

    @Test
    void noByteIsOfACellThatIsNotShownToSqlsmith() throws Exception {
        boolean installed = Sqlsmith.isInstalled();
        if (!installed && !ALL_REQUIRED) {
            Assumptions.abort("sqlsmith is not installed: apt-get install sqlsmith");
        }
        assertThat(installed).as("sqlsmith is installed").isTrue();
        // Now and then it ends early; the next seed goes on.
        Tally tally = new Tally();
        String complaint = "";
        for (int run = 0; run < STATEMENTS && tally.asked < STATEMENTS; run++) {
            try (Sqlsmith sqlsmith = Sqlsmith.start(store, SEED + run, STATEMENTS - tally.asked)) {
                ask(sqlsmith.statements(), tally);
                complaint = sqlsmith.complaint();
            }
        }
        assertThat(tally.asked).as(complaint).isEqualTo(STATEMENTS);
        assertManyAnswered(tally);
    }

    /** It must not pass by refusing everything. */
    private static void assertManyAnswered(Tally tally) {
        System.out.println(tally);
        assertThat(tally.answered).as(tally.toString()).isGreaterThan(tally.asked / 10);
    }

    private static void ask(Iterator<String> queries, Tally tally) throws IOException {
        ScriptedClient analyst = login();
        try {
            while (queries.hasNext()) {
                String sql = queries.next();
                analyst.forget();
                store.ledger().forget();
                boolean failed = false;
                long bytes = 0;
                analyst.send(new FrontendMessage.Query(sql));
                Received next = next(analyst, sql);
                while (next != null && next.type() != 'Z' && bytes < MAX_ANSWER_BYTES) {
                    failed |= next.type() == 'E';
                    bytes += next.body().length;
                    next = next(analyst, sql);
                }
                Canary.assertNoneAndNoSubject(analyst.everything(), tokens, sql);
                tally.asked++;
                tally.answered += failed ? 0 : 1;
                boolean refused =
                        store.ledger().refusals().stream()
                                .anyMatch(refusal -> !refusal.reason().equals("store-error"));
                tally.passed += refused ? 0 : 1;
                if (next == null || next.type() != 'Z') {
                    analyst.close();
                    analyst = login();
                }
            }
        } finally {
            analyst.close();
        }
    }

    private static @Nullable Received next(ScriptedClient analyst, String sql) throws IOException {
        try {
            return analyst.next();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no answer to: " + sql, e);
        }
    }

    private static ScriptedClient login() throws IOException {
        ScriptedClient analyst = store.analyst();
        analyst.waitAtMost(ANSWER_TIMEOUT_MILLIS);
        analyst.forget();
        analyst.send(new FrontendMessage.Query("SET statement_timeout = '2s'"));
        analyst.untilReady();
        return analyst;
    }
}
