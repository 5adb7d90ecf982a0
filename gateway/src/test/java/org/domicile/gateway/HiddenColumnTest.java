package org.domicile.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.domicile.gateway.upstream.ScriptedClient;
import org.domicile.gateway.upstream.ScriptedClient.Received;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.FrontendMessage.Bind;
import org.domicile.gateway.wire.FrontendMessage.Describe;
import org.domicile.gateway.wire.FrontendMessage.Execute;
import org.domicile.gateway.wire.FrontendMessage.Parse;
import org.domicile.gateway.wire.FrontendMessage.Query;
import org.domicile.gateway.wire.FrontendMessage.Sync;
import org.domicile.gateway.wire.FrontendMessage.Target;
import org.domicile.ledger.Fact;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The columns that the gate appends never show: what a client gets through the gateway is, message
 * by message and byte by byte, what the role gets from the store without it.
 */
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class HiddenColumnTest {

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

    @BeforeEach
    void forget() {
        store.ledger().forget();
    }

    private static FrontendMessage[] extended(String sql, int... resultFormats) {
        List<Integer> formats = new ArrayList<>();
        for (int format : resultFormats) {
            formats.add(format);
        }
        return new FrontendMessage[] {
            new Parse("", sql, List.of()),
            new Describe(Target.STATEMENT, ""),
            new Bind("", "", List.of(), List.of(), formats),
            new Describe(Target.PORTAL, ""),
            new Execute("", 0),
            new Sync()
        };
    }

    private static FrontendMessage query(String sql) {
        return new Query(sql);
    }

    /** What one side answers, with no error's words, as texts that can be compared. */
    private static List<String> answers(ScriptedClient client, FrontendMessage... messages)
            throws IOException {
        client.forget();
        List<String> answers = new ArrayList<>();
        for (FrontendMessage message : messages) {
            client.send(message);
            if (message instanceof Query || message instanceof Sync) {
                for (Received one : client.untilReady()) {
                    if (one.type() != 'N' && one.type() != 'S') {
                        answers.add(
                                one.type() + (one.error() == null ? one.text() : one.toString()));
                    }
                }
            }
        }
        return answers;
    }

    private static String told(FrontendMessage... messages) {
        StringBuilder text = new StringBuilder();
        for (FrontendMessage message : messages) {
            text.append(message instanceof Query query ? query.sql() : message).append(" / ");
        }
        return text.toString();
    }

    /** Sends the same to both. */
    private static void assertSame(FrontendMessage... messages) throws IOException {
        try (ScriptedClient role = store.role();
                ScriptedClient analyst = store.analyst()) {
            assertSame(role, analyst, messages);
        }
    }

    private static void assertSame(
            ScriptedClient role, ScriptedClient analyst, FrontendMessage... messages)
            throws IOException {
        String what = told(messages);
        List<String> through = answers(analyst, messages);
        Canary.assertNoneAndNoSubject(analyst.everything(), tokens, what);
        List<String> directly = answers(role, messages);
        for (int i = 0; i < Math.min(through.size(), directly.size()); i++) {
            assertThat(through.get(i)).as("answer %s to %s", i, what).isEqualTo(directly.get(i));
        }
        assertThat(through).as(what).hasSameSizeAs(directly);
    }

    /** The gateway may refuse what the store does; it must show no more. */
    private static void assertNothingMore(FrontendMessage... messages) throws IOException {
        try (ScriptedClient analyst = store.analyst()) {
            answers(analyst, messages);
            Canary.assertNoneAndNoSubject(analyst.everything(), tokens, told(messages));
        }
    }

    private static final List<String> SELECTS =
            List.of(
                    "SELECT * FROM users ORDER BY handle",
                    "SELECT handle FROM users ORDER BY 2",
                    "SELECT handle FROM users ORDER BY 1, 1, 1, 2",
                    "SELECT * FROM (SELECT handle FROM users ORDER BY 2) u ORDER BY 1",
                    "SELECT u.*, 1 AS one FROM users u ORDER BY handle",
                    "SELECT * FROM (SELECT * FROM (SELECT * FROM users) a) b ORDER BY handle",
                    "WITH c AS (SELECT * FROM users) SELECT * FROM c ORDER BY handle",
                    "SELECT u FROM users u ORDER BY handle",
                    "SELECT u.* FROM (SELECT u FROM users u) u ORDER BY 1",
                    "SELECT row_to_json(u) FROM users u ORDER BY handle",
                    "SELECT row_to_json(u) FROM (SELECT * FROM users) u ORDER BY handle",
                    "SELECT to_jsonb(c) FROM (SELECT u.handle, l.city FROM users u, logins l) c ORDER BY handle, city",
                    "SELECT ROW(u.*)::text FROM users u ORDER BY handle",
                    "SELECT (u).* FROM users u ORDER BY handle",
                    "SELECT * FROM logins ORDER BY city",
                    "SELECT * FROM logins a JOIN logins b USING (city) ORDER BY city",
                    "SELECT * FROM logins a NATURAL JOIN logins b ORDER BY city",
                    "SELECT * FROM posts ORDER BY body, user_id",
                    "SELECT body FROM posts ORDER BY body, user_id",
                    "SELECT city FROM logins GROUP BY 1 ORDER BY 1",
                    "SELECT city FROM logins ORDER BY count",
                    "SELECT l.city FROM logins l ORDER BY l.count",
                    "SELECT l.city, l.max FROM logins l",
                    "SELECT city FROM logins HAVING true",
                    "SELECT city, (SELECT count(*) FROM posts) FROM logins ORDER BY 1",
                    "SELECT city FROM logins l WHERE l IS NOT NULL ORDER BY 1",
                    "SELECT city FROM logins l WHERE (l.city, l.at) IN (SELECT * FROM logins) ORDER BY 1",
                    "SELECT x.* FROM logins l, LATERAL (SELECT l.*) x ORDER BY 1",
                    "SELECT * FROM logins l, jsonb_each_text(to_jsonb(l)) e ORDER BY 1, 3, 4",
                    "SELECT * FROM logins a LEFT JOIN posts b ON false ORDER BY 1",
                    "SELECT a FROM logins a(a, b) ORDER BY 1",
                    "SELECT a.* FROM logins a(x) ORDER BY 1",
                    "SELECT city AS \"Domicile_subject_1\" FROM logins ORDER BY 1",
                    "SELECT nothing FROM logins",
                    "SELECT subject_user_id FROM logins",
                    "SELECT city FROM logins -- a comment",
                    "SELECT city /* FROM posts */ FROM logins WHERE city LIKE '%_1' ORDER BY 1; ",
                    "TABLE logins ORDER BY city",
                    "VALUES ((SELECT max(city) FROM logins))");

    @Test
    void noShapeOfAQueryShowsThem() throws IOException {
        try (ScriptedClient role = store.role();
                ScriptedClient analyst = store.analyst()) {
            for (String sql : SELECTS) {
                assertSame(role, analyst, query(sql));
                assertSame(role, analyst, extended(sql));
            }
        }
    }

    @Test
    void theirNamesAreNobodys() throws IOException {
        for (String sql :
                List.of(
                        "SELECT domicile_subject_1 FROM users",
                        "SELECT domicile_subject_id FROM users",
                        "SELECT city AS domicile_subject_1 FROM logins",
                        "SELECT U&\"domicile\\005fsubject\\005fid\" FROM users",
                        "SELECT u.\"domicile_subject_id\" FROM users u",
                        "SELECT (u).domicile_subject_id FROM users u",
                        "SELECT * FROM logins l(domicile_subject_1)",
                        "SELECT * FROM logins ORDER BY domicile_subject_1",
                        "SELECT to_jsonb(l) ->> 'user_id' FROM logins l",
                        "SELECT current_query() FROM logins",
                        "DECLARE domicile_subject_1 CURSOR FOR SELECT 1",
                        "SHOW domicile_subject_1")) {
            try (ScriptedClient analyst = store.analyst()) {
                analyst.query(sql);
                assertThat(analyst.everything())
                        .as(sql)
                        .doesNotContain(store.schema() + "_subjects.")
                        .doesNotContain("FROM app.")
                        .doesNotContain("subject_secret");
            }
        }
    }

    @Test
    void resultFormatsOfEveryNumberAreAnsweredAsWithoutThem() throws IOException {
        String sql = "SELECT user_id, body FROM posts ORDER BY body, user_id";
        String hidden = "SELECT city, at FROM logins ORDER BY city";
        for (String one : List.of(sql, hidden)) {
            assertSame(extended(one));
            assertSame(extended(one, 0));
            assertSame(extended(one, 1));
            assertSame(extended(one, 0, 1));
            assertSame(extended(one, 1, 0));
            assertSame(extended(one, 1, 1));
            assertSame(extended(one, 1, 1, 1));
            assertSame(extended(one, 0, 0, 0, 0));
        }
        assertSame(extended("SELECT city FROM logins ORDER BY city", 1));
        assertSame(extended("SELECT city FROM logins ORDER BY city", 0, 0));
    }

    private static final List<String> COPY_OPTIONS =
            List.of(
                    "",
                    "(HEADER)",
                    "(DELIMITER '|')",
                    "(DELIMITER ',', NULL '')",
                    "(NULL 'NULL', HEADER)",
                    "(FORMAT csv)",
                    "(FORMAT csv, HEADER)",
                    "(FORMAT csv, FORCE_QUOTE *)",
                    "(FORMAT csv, FORCE_QUOTE *, NULL 'NULL')",
                    "(FORMAT csv, FORCE_QUOTE (body))",
                    "(FORMAT csv, DELIMITER ';', QUOTE '''', ESCAPE '\\')",
                    "(FORMAT csv, QUOTE ',', DELIMITER '\"')",
                    "(FORMAT csv, ESCAPE ',')",
                    "(FORMAT csv, ESCAPE 'a', FORCE_QUOTE *)",
                    "(FORMAT csv, QUOTE '1', FORCE_QUOTE *)",
                    "(FORMAT csv, DELIMITER '0')",
                    "(FORMAT csv, DELIMITER 'a', NULL 'x')",
                    "(FORMAT csv, QUOTE '6', ESCAPE '0', DELIMITER '2')",
                    "(FORMAT csv, NULL '\\')",
                    "(FORMAT csv, NULL 'a''b')",
                    "(FORMAT csv, DELIMITER E'\\t', ESCAPE E'\\t')",
                    "(FORMAT binary)");

    private static final List<String> COPIED =
            List.of(
                    "SELECT body, user_id FROM posts ORDER BY body, user_id",
                    "SELECT user_id, body FROM posts ORDER BY body, user_id",
                    "SELECT body, body AS \"a,\"\"\nb\\|;\" FROM posts ORDER BY body, user_id",
                    "SELECT body FROM posts ORDER BY body, user_id",
                    "SELECT p.body, l.city FROM posts p LEFT JOIN logins l ON l.city = 'zqs_logins_city_1' AND p.body = '1' ORDER BY p.body, p.user_id");

    @Test
    void copiesAreCutWhateverTheirMarksAre() throws IOException {
        try (ScriptedClient role = store.role();
                ScriptedClient analyst = store.analyst()) {
            for (String options : COPY_OPTIONS) {
                for (String sql : COPIED) {
                    assertSame(
                            role,
                            analyst,
                            query(("COPY (" + sql + ") TO STDOUT " + options).strip()));
                    // In the text format a NULL of one's own choice may be a key, and counts as
                    // one.
                    boolean told = options.contains("csv") || !options.contains("NULL");
                    if (told && sql.equals(COPIED.get(0))) {
                        assertPeople(11);
                    }
                    store.ledger().forget();
                }
            }
        }
    }

    private static void assertPeople(long count) {
        assertThat(store.ledger().disclosures())
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.subjects().bounds()).isEmpty();
                    assertThat(d.subjects().people()).containsEntry("user.behavior", count);
                });
    }

    @Test
    void cursorsAreCutAsTheQueryTheyRead() throws IOException {
        String logins = "SELECT city FROM logins ORDER BY city";
        assertSame(
                query("BEGIN; DECLARE c CURSOR FOR " + logins + "; FETCH 2 FROM c; MOVE 1 IN c"),
                query("FETCH ALL FROM c; FETCH 1 FROM c; CLOSE c; COMMIT"));
        assertSame(
                query("BEGIN"),
                query("DECLARE c CURSOR WITH HOLD FOR " + logins),
                query("COMMIT"),
                query("FETCH BACKWARD 1 FROM c"),
                query("FETCH 3 FROM c"),
                query("CLOSE c"),
                query("FETCH 3 FROM c"));
        assertSame(
                query("BEGIN; SAVEPOINT s; DECLARE c CURSOR FOR SELECT 1 AS x, 2 AS y"),
                query("ROLLBACK TO s; DECLARE c CURSOR FOR " + logins),
                query("FETCH 2 FROM c; ROLLBACK"));
        assertSame(
                query("BEGIN; DECLARE c BINARY CURSOR FOR " + logins + "; FETCH 2 FROM c"),
                query("SELECT 1/0"),
                query("FETCH 1 FROM c"),
                query("ROLLBACK"));
        assertSame(
                query(
                        "BEGIN; DECLARE c BINARY SCROLL CURSOR FOR SELECT body, user_id FROM posts ORDER BY 1, 2"),
                query("FETCH ALL c; FETCH BACKWARD ALL c; FETCH ABSOLUTE 3 c; COMMIT"));
    }

    /** The store fixes what a FETCH returns when it is bound, but fetches when it is executed. */
    @Test
    void aBoundFetchIsOfTheCursorItWasBoundTo() throws IOException {
        assertNothingMore(
                query("BEGIN; DECLARE c CURSOR FOR SELECT 'a'::text AS x, 'b'::text AS y"),
                new Parse("f", "FETCH ALL FROM c", List.of()),
                new Bind("p", "f", List.of(), List.of(), List.of()),
                new Sync(),
                query("CLOSE c; DECLARE c CURSOR FOR SELECT city FROM logins"),
                new Describe(Target.PORTAL, "p"),
                new Execute("p", 0),
                new Sync());
    }

    @Test
    void aPreparedFetchIsDescribedAsTheCursorItWasPreparedFor() throws IOException {
        assertNothingMore(
                query("BEGIN; DECLARE c CURSOR FOR SELECT city FROM logins"),
                new Parse("f", "FETCH ALL FROM c", List.of()),
                new Sync(),
                query("CLOSE c; DECLARE c CURSOR FOR SELECT 1 AS x"),
                new Describe(Target.STATEMENT, "f"),
                new Sync());
    }

    @Test
    void portalsAndCursorsDoNotTakeEachOthersNames() throws IOException {
        assertNothingMore(
                query("BEGIN"),
                new Parse("a", "SELECT city FROM logins", List.of()),
                new Bind("p", "a", List.of(), List.of(), List.of()),
                new Execute("p", 1),
                new Sync(),
                query("FETCH ALL FROM p"),
                new Execute("p", 0),
                new Sync());
        assertNothingMore(
                query("BEGIN; SAVEPOINT s; DECLARE p CURSOR FOR SELECT 1 AS x, 2 AS y"),
                query("ROLLBACK TO s"),
                new Parse("a", "SELECT city FROM logins", List.of()),
                new Bind("p", "a", List.of(), List.of(), List.of()),
                new Execute("p", 1),
                new Sync(),
                query("FETCH ALL FROM p"));
    }

    @Test
    void statementsReplacedUnderWayKeepTheirOwnColumns() throws IOException {
        Parse logins = new Parse("s", "SELECT city FROM logins ORDER BY city", List.of());
        Parse one = new Parse("s", "SELECT 1 AS x, 2 AS y", List.of());
        Bind bind = new Bind("", "s", List.of(), List.of(), List.of());
        FrontendMessage.Close close = new FrontendMessage.Close(Target.STATEMENT, "s");
        Describe describe = new Describe(Target.PORTAL, "");
        Execute execute = new Execute("", 0);
        assertSame(
                logins,
                bind,
                describe,
                execute,
                close,
                one,
                bind,
                describe,
                execute,
                close,
                logins,
                bind,
                describe,
                execute,
                one,
                bind,
                execute,
                new Sync(),
                bind,
                describe,
                execute,
                new Sync());
        assertSame(
                logins,
                bind,
                new Execute("", 2),
                new Sync(),
                query("DEALLOCATE s"),
                one,
                bind,
                execute,
                new Sync());
    }

    @Test
    void severalStatementsAndAnErrorAmongThem() throws IOException {
        assertSame(
                query(
                        "SELECT city FROM logins ORDER BY 1 LIMIT 2; SELECT body FROM posts ORDER BY body, user_id LIMIT 3; SELECT 1/0; SELECT city FROM logins"));
        assertSame(
                query(
                        "SELECT city, 1 / (CASE WHEN city = 'zqs_logins_city_9' THEN 0 ELSE 1 END) FROM logins ORDER BY city"));
    }

    @Test
    void thePeopleCountedAreThoseShown() throws IOException {
        try (ScriptedClient analyst = store.analyst()) {
            analyst.query("SELECT city FROM logins");
            assertPeople(12);
            store.ledger().forget();
            analyst.query("SELECT handle FROM users LIMIT 7");
            assertPeople(7);
            store.ledger().forget();
            answers(analyst, extended("SELECT body, city FROM posts, logins", 1, 0));
            assertThat(store.ledger().disclosures())
                    .extracting(Fact.Disclosure::subjects)
                    .last()
                    .satisfies(subjects ->
                            assertThat(subjects.people()).containsEntry("user.behavior", 23L));
        }
    }
}
