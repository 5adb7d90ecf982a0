package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.console.page.Sql;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Statements on the console's page: what psql shows the same person, and no more. */
@Timeout(400)
class ConsoleSqlIT {
    private static final Pattern ENTRY = Pattern.compile("(disclosure|refusal) ([0-9,]+)<");
    private static final String PEOPLE =
            "SELECT id, handle, email, birth_date, phone, followers_count, created_at FROM users"
                    + " ORDER BY id";

    @TempDir static Path directory;

    private static DemoProcess demo;
    private static final Map<String, ConsoleBrowser> browsers = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
        // The policy of eu is told in its ledger when somebody first asks there.
        assertThat(post("/sql", "parent_analyst", "eu", "analytics", "SELECT 1").statusCode())
                .isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    private static ConsoleBrowser as(String person) throws Exception {
        ConsoleBrowser known = browsers.get(person);
        if (known != null) {
            return known;
        }
        ConsoleBrowser browser = new ConsoleBrowser(demo.console());
        assertThat(browser.signIn(person, password(person))).as(person).isEqualTo(303);
        browsers.put(person, browser);
        return browser;
    }

    private static String password(String person) throws Exception {
        return Files.readAllLines(demo.data.resolve("pgpass")).stream()
                .map(line -> line.split(":"))
                .filter(fields -> fields[3].equals(person))
                .findFirst()
                .orElseThrow()[4];
    }

    private static HttpResponse<String> post(
            String path, String person, String jurisdiction, String purpose, String statement)
            throws Exception {
        ConsoleBrowser browser = as(person);
        return browser.post(
                path,
                Map.of(
                        "form_token",
                        ConsoleBrowser.token(browser.get("/me").body()),
                        "jurisdiction",
                        jurisdiction,
                        "as",
                        purpose,
                        "statement",
                        statement));
    }

    private static String page(String person, String purpose, String statement) throws Exception {
        HttpResponse<String> answer = post("/sql", person, "us", purpose, statement);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    private static String file(String person, String purpose, String statement) throws Exception {
        HttpResponse<String> answer = post("/sql/csv", person, "us", purpose, statement);
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .as(answer.body())
                .startsWith("text/csv");
        assertThat(answer.headers().firstValue("Content-Disposition").orElse(""))
                .startsWith("attachment;");
        return answer.body();
    }

    /** As psql writes it, without headers. */
    private static String psql(String person, String purpose, String statement) {
        Shell.Outcome asked =
                demo.psql(
                        person,
                        "us",
                        purpose,
                        "--csv",
                        "-c",
                        "SET TimeZone TO 'UTC'",
                        "-c",
                        statement);
        assertThat(asked.exitCode()).as(asked.toString()).isZero();
        return asked.out().replaceFirst("^SET\n", "");
    }

    private static String shown(String html) {
        return html.replaceAll("<[^>]*>", " ")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#34;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    private static List<Long> entries(String page) {
        return ENTRY.matcher(page)
                .results()
                .map(found -> Long.valueOf(found.group(2).replace(",", "")))
                .toList();
    }

    private static JsonNode entry(String jurisdiction, long index) throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            HttpResponse<String> answer =
                    as("overseer").get("/api/disclosures/" + jurisdiction + "/" + index);
            if (answer.statusCode() == 200) {
                return new ObjectMapper().readTree(answer.body());
            }
            assertThat(System.nanoTime()).as("entry " + index).isLessThan(untilNanos);
            Thread.sleep(100);
        }
    }

    @Test
    void rowsAreThosePsqlShowsThem() throws Exception {
        Shell.assumePsql();
        for (Map.Entry<String, String> one :
                Map.of("parent_analyst", "analytics", "us_support", "support").entrySet()) {
            String expected = psql(one.getKey(), one.getValue(), PEOPLE);
            List<String> file =
                    file(one.getKey(), one.getValue(), PEOPLE).lines().map(String::strip).toList();
            assertThat(file.getFirst())
                    .isEqualTo("id,handle,email,birth_date,phone,followers_count,created_at");
            assertThat(file.subList(1, file.size()))
                    .as(one.getKey())
                    .hasSizeGreaterThan(50)
                    .isEqualTo(expected.lines().toList());
            String page = page(one.getKey(), one.getValue(), PEOPLE);
            String[] row = expected.lines().findFirst().orElseThrow().split(",");
            assertThat(page)
                    .contains("<td>" + row[0] + "</td>")
                    .contains("<td>" + row[2] + "</td>");
        }
    }

    @Test
    void aResultSaysHowAndWhyAndWhereItIsRecorded() throws Exception {
        String page =
                page(
                        "parent_analyst",
                        "analytics",
                        "SELECT id, email AS contact, lower(country) FROM users LIMIT 3");
        assertThat(page.replaceAll("\\s+", " "))
                .contains("<th scope=\"col\">id<br> <span class=\"badge good\">pseudonym")
                .contains("<th scope=\"col\">contact<br> <span class=\"badge good\">partial")
                .contains("<th scope=\"col\">lower<br> <span class=\"hint\">computed");
        assertThat(shown(page))
                .contains("user.contact.email")
                .contains("parent_analytics")
                .contains("analytics, wherever the analysts are")
                .contains("Of users, 1 in number: bio");
        // It is there when the page is: nothing is shown before it is durable (I1).
        assertThat(entries(page)).hasSize(1);
        assertThat(page).doesNotContain("href=\"/disclosures/us/");
        JsonNode entry = entry("us", entries(page).getFirst());
        assertThat(entry.get("type").asText()).isEqualTo("disclosure");
        assertThat(entry.get("shown").get("rows").asLong()).isEqualTo(3);
        assertThat(entry.get("shown").get("purpose").asText()).isEqualTo("analytics");
    }

    @Test
    void hiddenColumnsAreRefusedInTheGatesWords() throws Exception {
        Shell.assumePsql();
        for (String statement :
                List.of(
                        "SELECT bio FROM users",
                        "SELECT pg_read_file('/etc/passwd')",
                        "DELETE FROM users",
                        "SET domicile.purpose = 'support'",
                        "SELECT FROM WHERE")) {
            Shell.Outcome refused = demo.psql("parent_analyst", "us", "analytics", "-c", statement);
            Matcher said = Pattern.compile("ERROR:  (.*)").matcher(refused.err());
            assertThat(said.find()).as(refused.toString()).isTrue();
            String page = page("parent_analyst", "analytics", statement);
            assertThat(shown(page)).contains(said.group(1));
            assertThat(page).contains("role=\"alert\"");
        }
        String page = page("parent_analyst", "analytics", "SELECT bio FROM users");
        assertThat(page).contains("/requests/new?jurisdiction=us");
        assertThat(entry("us", entries(page).getFirst()).get("type").asText()).isEqualTo("refusal");
    }

    @Test
    void nobodyAsksAsWhatTheyAreNot() throws Exception {
        for (String as : List.of("support", "nonsense", "", "analytics -c domicile.grant=x")) {
            assertThat(post("/sql", "parent_analyst", "us", as, "SELECT 1").statusCode())
                    .as(as)
                    .isEqualTo(404);
        }
        assertThat(post("/sql", "us_support", "eu", "support", "SELECT 1").statusCode())
                .isEqualTo(404);
        assertThat(post("/sql", "us_owner", "us", "support", "SELECT 1").statusCode())
                .isEqualTo(404);
        assertThat(as("us_owner").get("/sql").body()).contains("/requests/new");
    }

    @Test
    void theExampleRuns() throws Exception {
        String form = as("us_support").get("/sql?jurisdiction=us").body();
        Matcher example = Pattern.compile("(?s)<textarea[^>]*>(.*?)</textarea>").matcher(form);
        assertThat(example.find()).isTrue();
        assertThat(page("us_support", "support", shown(example.group(1))))
                .doesNotContain("role=\"alert\"")
                .contains("<td>");
    }

    @Test
    void whatIsSentIsNotRun() throws Exception {
        String marker = "\"><script>q7x()</script>'";
        for (String statement :
                List.of(
                        marker,
                        "SELECT '" + marker.replace("'", "''") + "' AS \"<script>q7x\"",
                        "SELECT \"<script>q7x\" FROM users",
                        "</textarea><script>q7x()")) {
            assertThat(page("parent_analyst", "analytics", statement))
                    .as(statement)
                    .doesNotContain("<script>q7x");
        }
        assertThat(
                        file(
                                "parent_analyst",
                                "analytics",
                                "SELECT '=1+1' AS \"@a\", '-5' AS b, -5 AS c, NULL AS d, '' AS e,"
                                        + " 'a,\"b\"' AS f, E'\\t=x' AS g"))
                .isEqualTo("'@a,b,c,d,e,f,g\r\n'=1+1,-5,-5,,\"\",\"a,\"\"b\"\"\",'\t=x\r\n");
    }

    @Test
    void aPageReadsSoManyRowsAndNoMore() throws Exception {
        String page = page("parent_analyst", "analytics", "SELECT * FROM generate_series(1, 5000)");
        assertThat(page).contains("The first 1,000 rows");
        long rows = 0;
        for (long index : entries(page)) {
            rows += entry("us", index).get("shown").get("rows").asLong();
        }
        assertThat(rows).isEqualTo(Sql.ROWS);
        HttpResponse<String> large =
                post(
                        "/sql/csv",
                        "parent_analyst",
                        "us",
                        "analytics",
                        "SELECT * FROM generate_series(1, 200000)");
        assertThat(large.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
        assertThat(shown(large.body())).contains("The file was not made");
        assertThat(
                        shown(
                                page(
                                        "parent_analyst",
                                        "analytics",
                                        "SELECT repeat('x', 10000) FROM generate_series(1, 1000)")))
                .contains("The answer was larger than 4 MB");
    }

    @Test
    void aLongStatementEndsByTheLimit() throws Exception {
        String page =
                page(
                        "parent_analyst",
                        "analytics",
                        "SELECT count(*) FROM generate_series(1, 100000000000)");
        assertThat(shown(page)).contains("took longer than " + Sql.LIMIT.toSeconds() + " seconds");
        assertNoSessionIsLeft();
    }

    /** Also after all other tests that ran before. */
    private static void assertNoSessionIsLeft() throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        String metrics = "";
        while (System.nanoTime() < untilNanos) {
            metrics = as("overseer").get("/metrics").body();
            if (metrics.contains("domicile_gateway_sessions{jurisdiction=\"us\"} 0.0")) {
                return;
            }
            Thread.sleep(100);
        }
        throw new AssertionError(metrics);
    }

    @Test
    void severalStatementsShowSeveralResults() throws Exception {
        String page =
                page(
                        "parent_analyst",
                        "analytics",
                        "SELECT 'first' AS a; SELECT 'second; one' AS b");
        assertThat(page).contains("<td>first</td>").contains("<td>second; one</td>");
        assertThat(file("parent_analyst", "analytics", "SELECT 1 AS a; SELECT 2 AS b"))
                .isEqualTo("a\r\n1\r\nb\r\n2\r\n");
    }

    @Test
    void whoeverIsFrozenOrDisabledGetsNothing() throws Exception {
        assertThat(post("/sql", "global_analyst", "row", "analytics", "SELECT 1").body())
                .contains("<td>1</td>");
        freeze("audience", "global_analytics", "row");
        await(() ->
                post("/sql", "global_analyst", "row", "analytics", "SELECT 1")
                        .body()
                        .contains("frozen"));
        String frozen = post("/sql", "global_analyst", "row", "analytics", "SELECT 1").body();
        assertThat(frozen).doesNotContain("<td>1</td>");
        freeze("person", "global_analyst", "row");
        await(() ->
                as("global_analyst").post("/sql", Map.of("statement", "SELECT 1")).statusCode()
                        == 401);
        assertThat(as("eu_support").get("/sql").statusCode()).isEqualTo(200);
        Shell.Outcome disabled = demo.domicile("person", "disable", "eu_support");
        assertThat(disabled.exitCode()).as(disabled.toString()).isZero();
        await(() ->
                as("eu_support").post("/sql", Map.of("statement", "SELECT 1")).statusCode() == 401);
    }

    @Test
    void whatAPolicyWidensIsShownFirst() throws Exception {
        assertThat(as("us_owner").get("/policy/difference?jurisdiction=eu").body())
                .contains("There is one version only");
        Path policy = demo.data.resolve("domicile.yaml");
        String before = Files.readString(policy);
        Files.writeString(
                policy,
                before.replaceFirst(
                        "(?s)(parent_analytics:.*?)user.contact.email: partial",
                        "$1user.contact.email: show"));
        Shell.Outcome applied = demo.domicile("apply", "-j", "eu");
        Files.writeString(policy, before);
        assertThat(applied.exitCode()).as(applied.toString()).isZero();
        ConsoleBrowser owner = as("us_owner");
        await(() ->
                owner.get("/policy/difference?jurisdiction=eu").body().contains("partial → show"));
        JsonNode difference =
                new ObjectMapper()
                        .readTree(owner.get("/api/policy/difference?jurisdiction=eu").body());
        assertThat(difference.get("audiences").findValuesAsText("name"))
                .contains("parent_analytics");
        assertThat(difference.get("audiences").get(0).get("effect").asText()).isEqualTo("more");
        assertThat(difference.get("to").asText()).isEqualTo("now");
        String back =
                "/api/policy/difference?jurisdiction=eu&from=now&to="
                        + difference.get("from").asText();
        JsonNode reverse = new ObjectMapper().readTree(owner.get(back).body());
        assertThat(reverse.get("audiences").get(0).get("effect").asText()).isEqualTo("less");
        assertThat(owner.get("/policy/difference?jurisdiction=eu&to=99999999").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whoIsConnectedIsListedForThoseWhoMayStopThem() throws Exception {
        Properties login = new Properties();
        login.setProperty("user", "us_engineer");
        login.setProperty("password", password("us_engineer"));
        login.setProperty("options", "-c domicile.purpose=engineering");
        try (Connection connection =
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + demo.port + "/us", login)) {
            assertThat(connection.isValid(5)).isTrue();
            JsonNode sessions =
                    new ObjectMapper()
                            .readTree(as("overseer").get("/api/oversight/sessions").body())
                            .get("sessions");
            assertThat(sessions)
                    .anySatisfy(session -> {
                        assertThat(session.get("person").asText()).isEqualTo("us_engineer");
                        assertThat(session.get("audience").asText()).isEqualTo("us_engineering");
                        assertThat(session.get("jurisdiction").asText()).isEqualTo("us");
                    });
        }
        assertThat(as("parent_analyst").get("/oversight/sessions").statusCode()).isEqualTo(403);
        await(() -> !as("overseer").get("/oversight/sessions").body().contains("us_engineer"));
    }

    private static void freeze(String target, String name, String jurisdiction) throws Exception {
        Path key = directory.resolve("overseer.key");
        if (!Files.exists(key)) {
            Shell.Outcome made = demo.domicile("approval-key", "overseer", "--out", key.toString());
            Path organisation = demo.data.resolve("organisation.yaml");
            Files.writeString(
                    organisation,
                    Files.readString(organisation)
                            .replace(
                                    "\n  overseer:\n",
                                    "\n  overseer:\n    " + made.out().strip() + "\n"));
        }
        Shell.Outcome frozen =
                demo.domicile(
                        "freeze",
                        target,
                        name,
                        "-j",
                        jurisdiction,
                        "--reason",
                        "a test",
                        "--as",
                        "overseer",
                        "--key",
                        key.toString());
        assertThat(frozen.exitCode()).as(frozen.toString()).isZero();
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).isLessThan(untilNanos);
            Thread.sleep(200);
        }
    }

    @Test
    void nothingOfItIsLeftInAddresses() throws Exception {
        assertThat(as("parent_analyst").get("/sql?statement=SELECT%20q7x").body())
                .doesNotContainPattern("<textarea[^>]*>[^<]*q7x");
        assertThat(as("parent_analyst").get("/sql/csv").statusCode()).isIn(404, 405);
    }
}
