package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whose rows queries show: {@code subjects.txt}, and the texts that go to the store. */
class SubjectsTest {
    @AutoClose private static final StatementGate GATE = StatementGate.open();

    record Example(String hidden, String bounds, String sql) {}

    @ParameterizedTest
    @MethodSource("examples")
    void isAsWritten(Example example) {
        Judged judged = GATE.judge(example.sql(), Fixture.CONTEXT).get(0);
        Subjects subjects = ((Verdict.Query) judged.verdict()).subjects();
        assertThat(
                        subjects.hidden().stream()
                                .map(one -> one.table().name() + "." + one.subjectColumn())
                                .collect(Collectors.joining(" ")))
                .isEqualTo(example.hidden());
        assertThat(
                        new TreeMap<>(subjects.bounds())
                                .entrySet().stream()
                                        .map(one ->
                                                one.getKey().substring("app.".length())
                                                        + ":"
                                                        + one.getValue())
                                        .collect(Collectors.joining(" ")))
                .isEqualTo(example.bounds());
        boolean untouched = judged.upstream().equals(judged.sql());
        boolean catalogue = example.sql().contains("pg_class");
        assertThat(untouched).isEqualTo(subjects.hidden().isEmpty() && !catalogue);
        assertThat(subjects.hidden()).allMatch(one -> one.form() == Subjects.Form.TOKEN);
    }

    static Stream<Example> examples() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(SubjectsTest.class.getResourceAsStream("subjects.txt"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .filter(line -> !line.isBlank() && !line.startsWith("#"))
                            .map(line -> line.split("\\|", 3))
                            .map(parts ->
                                    new Example(
                                            parts[0].strip(),
                                            parts[1].strip(),
                                            parts[2].strip().translateEscapes()))
                            .toList()
                            .stream();
        }
    }

    private static String upstream(String sql, GateContext context) {
        return GATE.judge(sql, context).get(0).upstream();
    }

    @Test
    void editsFollowTheTokensWhateverTheLiterals() {
        String end =
                " , pg_catalog.encode(\"users\".\"domicile_subject_id\", 'hex') AS"
                        + " domicile_subject_1 FROM \"dom_analysts_v7_subjects\".\"users\" AS"
                        + " \"users\" WHERE id IN (";
        for (String list :
                List.of(
                        "'a', 'b', 'c', 'd'",
                        "'\u20ac\ud83d\ude00','b'/*,*/,'','FROM', $$x$$",
                        "'', ''")) {
            assertThat(
                            upstream(
                                    "/* \u00e9 */ SELECT '\u00e9', id\nFROM users WHERE id IN ("
                                            + list
                                            + ")",
                                    Fixture.CONTEXT))
                    .isEqualTo("SELECT '\u00e9', id\n" + end.substring(1) + list + ")");
        }
    }

    @Test
    void aKeyThatIsShownIsReadItself() {
        GateContext context =
                new GateContext(
                        new Plan.Audience(
                                "owners",
                                "parent",
                                List.of("support"),
                                List.of(
                                        new Plan.View(
                                                new RelationName("app", "users"),
                                                List.of(
                                                        new Plan.ViewColumn(
                                                                "id", new Transform.Show()))))),
                        "dom_owners_v1",
                        Map.of("users", List.of("id")),
                        Map.of(),
                        18);
        assertThat(upstream("SELECT *, u FROM users u", context))
                .isEqualTo("SELECT *, u , \"u\".\"id\"::text AS domicile_subject_1 FROM users u");
        assertThat(upstream("TABLE users", context))
                .isEqualTo(
                        "SELECT \"users\".*, \"users\".\"id\"::text AS domicile_subject_1 FROM users");
        // Which column an alias renames is not known.
        assertThat(upstream("SELECT a FROM users u(a)", context)).doesNotContain("subject");
    }

    @Test
    void withoutTheColumnsOrderAStarIsABound() {
        GateContext context =
                new GateContext(
                        Fixture.AUDIENCE, Fixture.SCHEMA, Fixture.CONTEXT.subjects(), Map.of(), 18);
        Judged judged = GATE.judge("SELECT * FROM users", context).get(0);
        assertThat(((Verdict.Query) judged.verdict()).subjects().bounds())
                .isEqualTo(Map.of("app.users", "star"));
        assertThat(upstream("SELECT id, u.handle FROM users u", context)).contains("_subjects");
    }

    /** I2: a client can name neither the gate's columns nor the schema they are in. */
    @Test
    void theGatesOwnNamesAreRefused() {
        for (String sql :
                List.of(
                        "SELECT domicile_subject_id FROM users",
                        "SELECT u.DOMICILE_SUBJECT_1 FROM users u",
                        "SELECT id AS domicile_subject_1 FROM users",
                        "SELECT 1 FROM users u(domicile_subject_x)",
                        "SELECT 1 FROM users JOIN views USING (domicile_subject_user_id)",
                        "WITH domicile_subject_a AS (SELECT 1) SELECT 1",
                        "SELECT U&\"domicile_subject!005Fx\" UESCAPE '!' FROM users",
                        "SELECT (u).domicile_subject_id FROM users u",
                        "SELECT id FROM dom_analysts_v7_subjects.users",
                        "SELECT 1 FROM users WINDOW domicile_subject_w AS ()")) {
            assertThat(GATE.judge(sql, Fixture.CONTEXT).get(0).verdict())
                    .as(sql)
                    .isInstanceOf(Verdict.Refused.class);
        }
        assertThat(GATE.judge("SELECT 'domicile_subject_id'", Fixture.CONTEXT).get(0).verdict())
                .isInstanceOf(Verdict.Query.class);
    }
}
