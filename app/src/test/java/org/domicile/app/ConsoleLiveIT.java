package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the console of a running demo tells by itself: events to pages, and numbers to machines. */
@Timeout(300)
class ConsoleLiveIT {
    private static final Pattern METRIC = Pattern.compile("\\bdomicile_[a-z_]+");
    private static final int PATIENCE_SECONDS = 30;

    @TempDir static Path directory;

    private static DemoProcess demo;

    @BeforeAll
    static void start() throws Exception {
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
    }

    @AfterAll
    static void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    private static ConsoleBrowser signedIn(String person) throws Exception {
        ConsoleBrowser browser = new ConsoleBrowser(demo.console());
        assertThat(browser.signIn(person, demo.password(person))).as(person).isEqualTo(303);
        return browser;
    }

    private static void ask() {
        Shell.Outcome asked =
                demo.psql("parent_analyst", "us", "analytics", "-c", "SELECT id, email FROM users");
        assertThat(asked.exitCode()).as(asked.toString()).isZero();
    }

    @Test
    void aQueryIsToldToWhoeverLooksOn() throws Exception {
        try (ConsoleEvents events =
                signedIn("overseer").events("/events?part=overview&part=ledger&part=requests")) {
            assertThat(events.type()).isEqualTo("text/event-stream");
            assertThat(events.header("X-Accel-Buffering")).isEqualTo("no");
            assertThat(events.header("Content-Encoding")).isEmpty();
            // Each is told once at the beginning, and again when it has changed.
            events.await("overview", 1);
            events.await("requests", 1);
            ask();
            events.await("overview", 2);
            events.await("ledger", 2);
            JsonNode flows =
                    new ObjectMapper()
                            .readTree(signedIn("overseer").get("/api/overview").body())
                            .get("flows");
            assertThat(flows).as("the page has what was told of").isNotEmpty();
        }
    }

    @Test
    void nobodyHearsOfAPageThatIsNotTheirs() throws Exception {
        ConsoleBrowser analyst = signedIn("parent_analyst");
        assertThat(analyst.get("/events?part=overview").statusCode()).isEqualTo(403);
        assertThat(analyst.get("/events?part=ledger&part=overview").statusCode()).isEqualTo(403);
        assertThat(analyst.get("/events?part=nothing").statusCode()).isEqualTo(400);
        assertThat(analyst.get("/events").statusCode()).isEqualTo(400);
        assertThat(new ConsoleBrowser(demo.console()).get("/events?part=ledger").statusCode())
                .isEqualTo(401);
    }

    /** What an overseer does is in the ledger too. */
    @Test
    void aNoteIsAnEntryAndIsShownWhereItIsAbout() throws Exception {
        ConsoleBrowser overseer = signedIn("overseer");
        String token = ConsoleBrowser.token(overseer.get("/oversight").body());
        Map<String, String> note =
                Map.of(
                        "form_token",
                        token,
                        "jurisdiction",
                        "us",
                        "entry",
                        "0",
                        "text",
                        "Asked <why> & heard.",
                        "back",
                        "/oversight");
        assertThat(overseer.post("/oversight/notes", note).statusCode()).isEqualTo(303);
        for (String page : List.of("/oversight", "/disclosures/us/0")) {
            assertThat(overseer.get(page).body())
                    .as(page)
                    .contains("Asked &lt;why&gt; &amp; heard.");
        }
        JsonNode found =
                new ObjectMapper()
                        .readTree(
                                overseer.get("/api/disclosures?jurisdiction=us&type=noted").body())
                        .get("lines");
        assertThat(found).hasSize(1);
        assertThat(overseer.get("/api/disclosures/us/" + found.get(0).get("entry")).body())
                .doesNotContain("heard");
        for (Map.Entry<String, String> bad :
                Map.of("entry", "99999999", "text", " ", "jurisdiction", "xx").entrySet()) {
            Map<String, String> form = new HashMap<>(note);
            form.put(bad.getKey(), bad.getValue());
            assertThat(overseer.post("/oversight/notes", form).statusCode()).isIn(400, 404);
        }
        ConsoleBrowser analyst = signedIn("global_analyst");
        Map<String, String> form = new HashMap<>(note);
        form.put("form_token", ConsoleBrowser.token(analyst.get("/me").body()));
        assertThat(analyst.post("/oversight/notes", form).statusCode()).isEqualTo(403);
    }

    @Test
    void whoeverSignsOutHearsNoMore() throws Exception {
        ConsoleBrowser leaving = signedIn("eu_support");
        try (ConsoleEvents events = leaving.events("/events?part=ledger")) {
            events.await("ledger", 1);
            String token = ConsoleBrowser.token(leaving.get("/me").body());
            assertThat(leaving.post("/sign-out", Map.of("form_token", token)).statusCode())
                    .isEqualTo(303);
            assertThat(events.awaitEnd()).endsWith("bye");
        }
    }

    @Test
    void whoeverIsFrozenHearsNoMore() throws Exception {
        Path key = directory.resolve("overseer.key");
        Shell.Outcome made = demo.domicile("approval-key", "overseer", "--out", key.toString());
        assertThat(made.exitCode()).as(made.toString()).isZero();
        Path organisation = demo.data.resolve("organisation.yaml");
        Files.writeString(
                organisation,
                Files.readString(organisation)
                        .replace(
                                "\n  overseer:\n",
                                "\n  overseer:\n    " + made.out().strip() + "\n"));
        try (ConsoleEvents events = signedIn("founder").events("/events?part=ledger")) {
            events.await("ledger", 1);
            Shell.Outcome frozen =
                    demo.domicile(
                            "freeze",
                            "person",
                            "founder",
                            "-j",
                            "us",
                            "--reason",
                            "laptop stolen",
                            "--as",
                            "overseer",
                            "--key",
                            key.toString());
            assertThat(frozen.exitCode()).as(frozen.toString()).isZero();
            assertThat(events.awaitEnd()).endsWith("bye");
        }
    }

    @Test
    void theOldestStreamOfSomebodyGivesWay() throws Exception {
        ConsoleBrowser owner = signedIn("us_owner");
        List<ConsoleEvents> streams = new ArrayList<>();
        try {
            for (int i = 0; i < 5; i++) {
                ConsoleEvents stream = owner.events("/events?part=ledger");
                stream.await("ledger", 1);
                streams.add(stream);
            }
            assertThat(streams.getFirst().awaitEnd()).doesNotContain("bye");
            assertThat(streams.subList(1, 5)).noneMatch(ConsoleEvents::isEnded);
        } finally {
            streams.forEach(ConsoleEvents::close);
        }
    }

    @Test
    void whatAPageAsksByItselfKeepsNobodySignedIn() throws Exception {
        ConsoleBrowser owner = signedIn("us_owner");
        String before = lastUse(owner);
        Thread.sleep(1_100);
        assertThat(lastUse(owner, "Domicile-Live", "true")).isEqualTo(before);
        assertThat(lastUse(owner)).isNotEqualTo(before);
    }

    private static String lastUse(ConsoleBrowser browser, String... headers) throws Exception {
        HttpResponse<String> answer = browser.get("/api/me", headers);
        assertThat(answer.statusCode()).isEqualTo(200);
        for (JsonNode session : new ObjectMapper().readTree(answer.body()).get("sessions")) {
            if (session.get("isThis").asBoolean()) {
                return session.get("usedAt").asText();
            }
        }
        throw new AssertionError(answer.body());
    }

    @Test
    void theDashboardShowsWhatTheConsoleMeasures() throws Exception {
        JsonNode dashboard =
                new ObjectMapper()
                        .readTree(Project.root().resolve("docs/grafana/domicile.json").toFile());
        assertThat(dashboard.get("title").asText()).isNotEmpty();
        assertThat(dashboard.get("uid").asText()).matches("[a-z]{1,40}");
        assertThat(dashboard.get("schemaVersion").asInt()).isBetween(36, 42);
        Set<Integer> ids = new HashSet<>();
        Set<String> shown = new TreeSet<>();
        for (JsonNode panel : dashboard.get("panels")) {
            assertThat(ids.add(panel.get("id").asInt())).as(panel.toString()).isTrue();
            assertThat(panel.get("type").asText()).isIn("stat", "timeseries", "bargauge");
            assertThat(panel.get("title").asText()).isNotEmpty();
            JsonNode place = panel.get("gridPos");
            assertThat(place.get("x").asInt() + place.get("w").asInt()).isBetween(1, 24);
            assertThat(place.get("h").asInt()).isPositive();
            assertThat(panel.get("targets")).isNotEmpty();
            for (JsonNode target : panel.get("targets")) {
                assertThat(target.get("refId").asText()).isNotEmpty();
                METRIC.matcher(target.get("expr").asText())
                        .results()
                        .forEach(found -> shown.add(found.group()));
            }
        }
        for (JsonNode variable : dashboard.get("templating").get("list")) {
            String name = variable.get("name").asText();
            assertThat(dashboard.get("panels").toString())
                    .as("a use of " + name)
                    .containsPattern("\\$\\{?" + name + "\\b");
        }
        ask();
        signedIn("overseer").get("/overview");
        Set<String> measured = Set.of();
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!measured.containsAll(shown) && System.nanoTime() < untilNanos) {
            Thread.sleep(200);
            measured =
                    new ConsoleBrowser(demo.console())
                            .get("/metrics")
                            .body()
                            .lines()
                            .filter(line -> line.startsWith("domicile_"))
                            .map(line -> line.replaceFirst("[{ ].*", ""))
                            .collect(Collectors.toCollection(TreeSet::new));
        }
        assertThat(measured).containsAll(shown);
    }

    @Test
    void noNumberNamesAPerson() throws Exception {
        ask();
        String metrics = new ConsoleBrowser(demo.console()).get("/metrics").body();
        assertThat(metrics).doesNotContain("analyst").doesNotContain("overseer");
        assertThat(
                        new ConsoleBrowser(demo.console())
                                .get("/metrics", "X-Forwarded-For", "192.0.2.1")
                                .statusCode())
                .isEqualTo(404);
    }
}
