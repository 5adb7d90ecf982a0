package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The queries clients describe a store with, as they were recorded. */
class ClientQueriesTest {
    private static final StatementGate GATE = StatementGate.open();
    private static final Pattern QUERY =
            Pattern.compile(
                    "^-- (pass|refuse): (.*?)\\n(.*?)\\n;$", Pattern.DOTALL | Pattern.MULTILINE);

    record Recorded(boolean passes, String client, String sql) {
        @Override
        public String toString() {
            return client;
        }
    }

    @AfterAll
    static void close() {
        GATE.close();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void isJudgedAsWritten(Recorded recorded) {
        Verdict verdict = GATE.judge(recorded.sql(), Fixture.CONTEXT).get(0).verdict();
        if (!recorded.passes()) {
            assertThat(verdict).isInstanceOf(Verdict.Refused.class);
        } else if (verdict instanceof Verdict.Query query) {
            assertThat(query.shape()).isIn(Fact.Shape.CATALOGUE, Fact.Shape.CONSTANT);
            assertThat(query.columns()).isEmpty();
        } else {
            assertThat(verdict).as(recorded.sql()).isInstanceOf(Verdict.SetSetting.class);
        }
    }

    static Stream<Recorded> recorded() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(
                        ClientQueriesTest.class.getResourceAsStream("client-queries.sql"))) {
            Matcher matcher = QUERY.matcher(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            return matcher
                    .results()
                    .map(r -> new Recorded(r.group(1).equals("pass"), r.group(2), r.group(3)))
                    .toList()
                    .stream();
        }
    }
}
