package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.domicile.ledger.Fact;
import org.domicile.plan.RelationName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementGateTest {
    private static final String ODD = "'\"();,.$*/-\\:\0\ud800\u00e9 ";
    private static final StatementGate GATE = StatementGate.open();

    @AfterAll
    static void close() {
        GATE.close();
    }

    private static Verdict judge(String sql) {
        return GATE.judge(sql, Fixture.CONTEXT).get(0).verdict();
    }

    private static String reason(String sql, GateContext context) {
        return GATE.judge(sql, context).get(0).verdict() instanceof Verdict.Refused refused
                ? refused.reason()
                : "";
    }

    @Test
    void columnsComeWithTheirTransformsUnderTheBaseTablesName() {
        assertThat(judge("SELECT id, handle FROM users"))
                .isEqualTo(
                        new Verdict.Query(
                                Fact.Shape.SELECT,
                                Map.of("app.users", Map.of("id", "pseudonym", "handle", "show")),
                                new Subjects(
                                        List.of(
                                                new Subjects.Hidden(
                                                        new RelationName("app", "users"),
                                                        "id",
                                                        Subjects.Form.TOKEN)),
                                        Map.of()),
                                "select id, handle from users"));
    }

    @Test
    void anEmptyTextHasNoStatement() {
        assertThat(GATE.judge(" ; -- nothing\n ;", Fixture.CONTEXT)).isEmpty();
    }

    @Test
    void eachStatementComesWithItsOwnText() {
        assertThat(GATE.judge(" BEGIN ; SELECT 'a;b' /* c */ ;; COMMIT", Fixture.CONTEXT))
                .extracting(Judged::sql)
                .containsExactly("BEGIN", "SELECT 'a;b'", "COMMIT");
    }

    @Test
    void withoutAPurposeNobodysTableIsReadButTheCatalogueIs() {
        assertThat(reason("SELECT id FROM users", GateContext.undecided("18.6")))
                .isEqualTo("purpose-unset");
        assertThat(reason("SELECT relname FROM pg_class", GateContext.undecided("18.6"))).isEmpty();
        assertThat(reason("SET domicile.purpose = 'analytics'", GateContext.undecided("18.6")))
                .isEmpty();
    }

    @Test
    void aVerdictOfOneAudienceIsNotAnothers() {
        GateContext other =
                new GateContext(
                        new org.domicile.plan.Plan.Audience(
                                "others", "parent", List.of("analytics"), List.of()),
                        "dom_others_v1",
                        Map.of(),
                        Map.of(),
                        18);
        assertThat(reason("SELECT title FROM videos", Fixture.CONTEXT)).isEmpty();
        assertThat(reason("SELECT title FROM videos", other)).isEqualTo("relation-unknown");
        assertThat(reason("SELECT title FROM videos", GateContext.undecided("18.6")))
                .isEqualTo("purpose-unset");
    }

    /** Same text but for literals, where the literal is what matters. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET timezone = 'UTC' | SET timezone = 'x;y'",
                "SET client_encoding = 'UTF8' | SET client_encoding = 'latin1'",
                "SELECT set_config('timezone', 'UTC', false) | SELECT set_config('role', 'x', false)",
                "SELECT current_setting('timezone') | SELECT current_setting('hba_file')",
                "SELECT 1; SET jit = 'on' | SELECT 1; SET jit = 'maybe'",
                "COPY users TO STDOUT (DELIMITER ';') | COPY users TO STDOUT (DELIMITER 'ab')",
                "COPY (VALUES (1)) TO STDOUT (HEADER 1) | COPY (VALUES (1)) TO STDOUT (HEADER 2)",
                "SELECT 1; COPY users TO STDOUT (FORMAT 'csv') | SELECT 1; COPY users TO STDOUT (FORMAT 'xml')",
            })
    void aLiteralThatMattersIsLookedAtEachTime(String allowed, String refused) {
        for (int i = 0; i < 3; i++) {
            assertThat(GATE.judge(allowed, Fixture.CONTEXT))
                    .noneMatch(judged -> judged.verdict() instanceof Verdict.Refused);
            assertThat(GATE.judge(refused, Fixture.CONTEXT))
                    .anyMatch(judged -> judged.verdict() instanceof Verdict.Refused);
        }
    }

    @Test
    void aFoldedListNeverHidesALiteralThatMatters() {
        assertThat(judge("SET datestyle = 'iso', 'mdy', 'iso'"))
                .isInstanceOf(Verdict.Refused.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT handle AS \"alice@example.com\" FROM users | select handle as _ from users",
                "SELECT 'alice' -- bob | select ?",
                "SELECT E'al\\'ice', $$bob$$, b'1', x'ff', 1.5e3, 0x10, U&'x' | select ?, ?, ?, ?, ?, ?, ?",
                "SELECT id FROM alice_smith | select id from _",
                "SELECT passport FROM users | select _ from users",
                "SELECT alice.id FROM users alice WHERE alice.handle = 'x' | select _.id from users _ where _.handle = ?",
                "SAVEPOINT alice | savepoint _",
                "SELECT $1, $491511234 | select $1, ?",
                "SELECT count(*) FROM users WHERE id IN (1,2,3,4) | select count(*) from users where id in(?, ?)",
                "SELECT id::text, ARRAY[1] FROM users | select id::text, array[?] from users",
                "SELECT 'open | select…",
                "SELECT 1 FRM alice | select ? _ _",
                "SELECT U&\"alice\" | select _",
                "DECLARE alice CURSOR FOR SELECT id FROM users | declare _ cursor for select id from users",
                "FETCH 10 FROM alice | fetch ? from _",
                "COPY users (id) TO STDOUT (FORMAT csv, NULL 'alice', FORCE_QUOTE (id)) | copy users(id) to stdout(format csv, null ?, force_quote(id))",
                "COPY (SELECT 'alice') TO PROGRAM 'mail bob' | copy(select ?) to program ?",
            })
    void theNormalisedTextSaysNothingOfAnybody(String sql, String normalised) {
        assertThat(judge(sql).statement()).isEqualTo(normalised);
    }

    @Test
    void theNormalisedTextIsBounded() {
        Verdict verdict = judge("SELECT " + "id, ".repeat(600) + "id FROM users");
        assertThat(verdict).isInstanceOf(Verdict.Query.class);
        String wide =
                GATE.judge("SELECT " + "current_timestamp, ".repeat(600) + "1", Fixture.CONTEXT)
                        .get(0)
                        .verdict()
                        .statement();
        assertThat(wide.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(NormalisedText.MAX_BYTES);
        assertThat(wide).endsWith("…");
    }

    @Test
    void longListsAreFoldedAndLongTextsRefused() {
        String ids =
                IntStream.range(0, 50_000)
                        .mapToObj(String::valueOf)
                        .collect(Collectors.joining(","));
        assertThat(judge("SELECT handle FROM users WHERE id IN (" + ids + ")"))
                .isInstanceOf(Verdict.Query.class);
        assertThat(
                        reason(
                                "SELECT '" + "x".repeat(StatementGate.MAX_STATEMENT_BYTES) + "'",
                                Fixture.CONTEXT))
                .isEqualTo("too-long");
        assertThat(reason("SELECT 1" + "+1".repeat(StatementGate.MAX_TOKENS), Fixture.CONTEXT))
                .isEqualTo("too-long");
    }

    @ParameterizedTest
    @CsvSource({"not ,true", "(,1", "case when ,1", "(select ,1", "-,1", "ARRAY[,1"})
    void deepNestingIsRefusedAndTheGateGoesOn(String opening, String core) {
        String closing =
                opening.startsWith("(")
                        ? ")"
                        : opening.startsWith("ARRAY")
                                ? "]"
                                : opening.startsWith("case") ? " then 1 end" : "";
        for (int depth : List.of(50, 300)) {
            judge("SELECT " + (opening + " ").repeat(depth) + core + closing.repeat(depth));
            assertThat(judge("SELECT " + depth)).isInstanceOf(Verdict.Query.class);
        }
        if (!opening.equals("(") && !opening.equals("-")) {
            assertThat(
                            reason(
                                    "SELECT "
                                            + (opening + " ").repeat(900)
                                            + core
                                            + closing.repeat(900),
                                    Fixture.CONTEXT))
                    .isIn("too-complex", "too-long");
        }
    }

    @Test
    void textThatIsNoUnicodeIsRefused() {
        assertThat(reason("SELECT '\ud800'", Fixture.CONTEXT)).isEqualTo("encoding");
        assertThat(reason("SELECT 1\0", Fixture.CONTEXT)).isEqualTo("encoding");
    }

    @Test
    void whatGoesToTheStoreForACopyIsJudgedAsTheCopy() {
        AttackTest.cases()
                .flatMap(attack -> GATE.judge(attack.sql(), Fixture.CONTEXT).stream())
                .forEach(StatementGateTest::isCarriedAsItWasJudged);
    }

    private static void isCarriedAsItWasJudged(Judged judged) {
        if (judged.verdict() instanceof Verdict.Copy copy) {
            assertThat(judge(CopyText.forStore(judged.sql(), copy)))
                    .isInstanceOfSatisfying(
                            Verdict.Copy.class,
                            again -> {
                                assertThat(again.format()).isEqualTo(copy.format());
                                assertThat(again.query().columns())
                                        .isEqualTo(copy.query().columns());
                            });
        }
    }

    /** Whatever is sent, the answer is a verdict; and what was refused as it is stays refused. */
    @Test
    void mutatedStatementsGiveVerdictsOnly() {
        Random random = new Random(99);
        List<String> corpus = AttackTest.cases().map(AttackTest.Attack::sql).toList();
        for (int i = 0; i < Integer.getInteger("domicile.mutations", 200); i++) {
            StringBuilder text = new StringBuilder(corpus.get(random.nextInt(corpus.size())));
            for (int edits = 1 + random.nextInt(4); edits > 0 && !text.isEmpty(); edits--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(4)) {
                    case 0 -> text.deleteCharAt(at);
                    case 1 -> text.insert(at, ODD.charAt(random.nextInt(ODD.length())));
                    case 2 -> text.setCharAt(at, (char) random.nextInt(0x80));
                    default -> {
                        String other = corpus.get(random.nextInt(corpus.size()));
                        text.insert(at, other, 0, random.nextInt(other.length() + 1));
                    }
                }
            }
            for (Judged judged : GATE.judge(text.toString(), Fixture.CONTEXT)) {
                assertThat(judged.verdict().statement()).isNotNull();
                assertThat(judged.toString()).doesNotContain("passport");
                isCarriedAsItWasJudged(judged);
            }
        }
    }
}
