package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.console.access.Door;
import org.domicile.console.access.Reception;
import org.domicile.control.organisation.Organisation.Role;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The console of a running demo, asked as browsers and attackers ask. */
@Timeout(300)
class ConsoleIT {
    /** Who has which roles in the demo. */
    private static final Map<String, Set<Role>> PEOPLE =
            Map.of(
                    "parent_analyst", Set.of(),
                    "us_owner", Set.of(Role.DATA_OWNER, Role.CUSTODIAN),
                    "us_on_call", Set.of(Role.CUSTODIAN, Role.ON_CALL),
                    "overseer", Set.of(Role.OVERSEER));

    private static final String MARKER = "\"><script>q7x()</script>'";

    @TempDir static Path directory;

    private static DemoProcess demo;
    private static final Map<String, ConsoleBrowser> browsers = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
        Shell.Outcome asked =
                demo.psql("parent_analyst", "us", "analytics", "-c", "SELECT id, email FROM users");
        assertThat(asked.exitCode()).as(asked.toString()).isZero();
        for (String person : PEOPLE.keySet()) {
            ConsoleBrowser browser = new ConsoleBrowser(demo.console());
            assertThat(browser.signIn(person, password(person))).as(person).isEqualTo(303);
            browsers.put(person, browser);
        }
    }

    @AfterAll
    static void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    private static String password(String person) throws Exception {
        return demo.password(person);
    }

    private static ConsoleBrowser as(String person) {
        ConsoleBrowser browser = browsers.get(person);
        if (browser == null) {
            throw new AssertionError(person);
        }
        return browser;
    }

    private static ConsoleBrowser nobody() throws Exception {
        return new ConsoleBrowser(demo.console());
    }

    /** A disclosure that was made above; the index has it a second later. */
    private static long disclosure() throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (System.nanoTime() < untilNanos) {
            JsonNode lines =
                    json(as("overseer"), "/api/disclosures?jurisdiction=us&type=disclosure")
                            .get("lines");
            if (!lines.isEmpty()) {
                return lines.get(0).get("entry").asLong();
            }
            Thread.sleep(200);
        }
        throw new AssertionError("the disclosure is not in the index");
    }

    private static JsonNode json(ConsoleBrowser browser, String path) throws Exception {
        HttpResponse<String> answer = browser.get(path);
        assertThat(answer.statusCode()).as(path + "\n" + answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    /** The address of something that is there. */
    private static String address(Door door) throws Exception {
        return door.path()
                .replace("{jurisdiction}", "us")
                .replace("{entry}", Long.toString(disclosure()))
                .replace("{person}", "parent_analyst")
                .replace("{request}", "0".repeat(64));
    }

    private static List<Door> doors(Door.Kind... kinds) {
        return Arrays.stream(Door.values())
                .filter(door -> List.of(kinds).contains(door.kind()))
                .filter(door -> door.who().isSignedIn())
                .toList();
    }

    @Test
    void noPageIsReadWithoutItsRole() throws Exception {
        for (Door door : doors(Door.Kind.PAGE, Door.Kind.FILE)) {
            List<String> addresses = new ArrayList<>(List.of(address(door)));
            if (door.kind() == Door.Kind.PAGE) {
                addresses.add(Door.API + address(door));
            }
            for (String address : addresses) {
                HttpResponse<String> nobodys = nobody().get(address);
                assertThat(nobodys.statusCode())
                        .as(address)
                        .isEqualTo(address.startsWith(Door.API) ? 401 : 303);
                for (Map.Entry<String, Set<Role>> person : PEOPLE.entrySet()) {
                    // There is no request yet, which is told only to those who may ask for one.
                    int there = door == Door.REQUEST ? 404 : 200;
                    assertThat(as(person.getKey()).get(address).statusCode())
                            .as(person.getKey() + " " + address)
                            .isEqualTo(door.admits(person.getValue()) ? there : 403);
                }
            }
        }
    }

    @Test
    void nothingIsDoneWithoutTheSessionsOwnForm() throws Exception {
        String others = ConsoleBrowser.token(as("us_owner").get("/me").body());
        for (Door door : doors(Door.Kind.ACT)) {
            if (door == Door.SIGN_OUT || door == Door.END_SESSION) {
                continue; // below, in a session of its own
            }
            String address = address(door);
            assertThat(nobody().post(address, Map.of()).statusCode()).as(address).isEqualTo(401);
            for (String person : PEOPLE.keySet()) {
                assertThat(as(person).post(address, Map.of()).statusCode())
                        .as(address)
                        .isEqualTo(403);
            }
            assertThat(as("overseer").post(address, Map.of("form_token", others)).statusCode())
                    .isEqualTo(403);
        }
        ConsoleBrowser own = nobody();
        assertThat(own.signIn("overseer", password("overseer"))).isEqualTo(303);
        String token = ConsoleBrowser.token(own.get("/me").body());
        assertThat(own.post("/sign-out", Map.of()).statusCode()).isEqualTo(403);
        assertThat(own.get("/sign-out").statusCode()).isIn(404, 405);
        Map<String, String> form = Map.of("form_token", token);
        assertThat(own.post("/sign-out", form, "Sec-Fetch-Site", "cross-site").statusCode())
                .isEqualTo(403);
        assertThat(own.post("/sign-out", form, "Origin", "https://example.com").statusCode())
                .isEqualTo(403);
        assertThat(own.get("/me").statusCode()).isEqualTo(200);
        assertThat(own.post("/sign-out", form).statusCode()).isEqualTo(303);
        assertThat(own.get("/me").statusCode()).isEqualTo(303);
    }

    @Test
    void aSignInNeedsItsForm() throws Exception {
        ConsoleBrowser browser = nobody();
        Map<String, String> form =
                Map.of("name", "overseer", "password", password("overseer"), "form_token", "x");
        assertThat(browser.post("/sign-in", form).statusCode()).isEqualTo(403);
        browser.get("/sign-in");
        assertThat(browser.post("/sign-in", form).statusCode()).isEqualTo(403);
    }

    @Test
    void guessingEndsAfterSomeTries() throws Exception {
        ConsoleBrowser browser = nobody();
        for (int i = 0; i < Reception.TRIES_A_NAME; i++) {
            assertThat(browser.signIn("eu_support", "guess" + i)).isEqualTo(401);
        }
        assertThat(browser.signIn("eu_support", password("eu_support"))).isEqualTo(429);
        assertThat(nobody().signIn("us_engineer", password("us_engineer"))).isEqualTo(303);
        assertThat(nobody().signIn("nobody_here", "x")).isEqualTo(401);
    }

    @Test
    void readingChangesNothing() throws Exception {
        Map<String, Integer> before = entries();
        for (Door door : doors(Door.Kind.PAGE, Door.Kind.FILE, Door.Kind.ACT)) {
            as("overseer").get(address(door));
        }
        assertThat(entries()).isEqualTo(before);
    }

    /** Of the us ledger by type, without those that it makes by itself. */
    private static Map<String, Integer> entries() throws Exception {
        Map<String, Integer> counts = new TreeMap<>();
        json(as("overseer"), "/api/disclosures?jurisdiction=us&type=")
                .get("lines")
                .forEach(line -> counts.merge(line.get("type").asText(), 1, Integer::sum));
        counts.remove("heartbeat");
        counts.remove("body-opened"); // another test's
        return counts;
    }

    @Test
    void whatIsSentIsNotRepeated() throws Exception {
        String encoded = java.net.URLEncoder.encode(MARKER, StandardCharsets.UTF_8);
        for (Door door : doors(Door.Kind.PAGE, Door.Kind.FILE)) {
            List<String> addresses =
                    List.of(
                            address(door)
                                    + "?jurisdiction="
                                    + encoded
                                    + "&type="
                                    + encoded
                                    + "&table="
                                    + encoded
                                    + "&next="
                                    + encoded,
                            address(door) + "?jurisdiction=us&table=" + encoded,
                            door.path().replaceAll("\\{[a-z]+\\}", encoded));
            for (String address : addresses) {
                assertThat(as("overseer").get(address).body())
                        .as(address)
                        .doesNotContain("<script>q7x");
                assertThat(
                                as("overseer")
                                        .get(Door.API + address)
                                        .headers()
                                        .firstValue("Content-Type"))
                        .isNotEqualTo(java.util.Optional.of("text/html; charset=utf-8"));
            }
        }
        ConsoleBrowser browser = nobody();
        String token = ConsoleBrowser.token(browser.get("/sign-in?next=" + encoded).body());
        String answer =
                browser.post(
                                "/sign-in",
                                Map.of(
                                        "name",
                                        MARKER,
                                        "password",
                                        MARKER,
                                        "next",
                                        MARKER,
                                        "form_token",
                                        token))
                        .body();
        assertThat(answer).doesNotContain("q7x");
        Map<String, String> form =
                Map.of(
                        "form_token",
                        ConsoleBrowser.token(as("overseer").get("/requests/new").body()),
                        "purpose",
                        MARKER,
                        "ticket",
                        MARKER,
                        "subjects",
                        MARKER,
                        "minutes",
                        MARKER);
        assertThat(as("overseer").post("/requests/new", form).body()).doesNotContain("<script>q7x");
    }

    @Test
    void everyAnswerHasItsHeadersAndCookiesAreStrict() throws Exception {
        ConsoleBrowser browser = nobody();
        for (String address :
                List.of("/sign-in", "/", "/nowhere", "/api/overview", "/assets/console.css")) {
            HttpResponse<String> answer = browser.get(address);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .as(address)
                    .contains("default-src 'none'")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Server")).isEmpty();
        }
        HttpResponse<String> page = nobody().get("/sign-in");
        assertThat(page.headers().allValues("Set-Cookie"))
                .isNotEmpty()
                .allSatisfy(cookie ->
                        assertThat(cookie).contains("HttpOnly").contains("SameSite=Strict"));
        assertThat(page.body()).doesNotContain("style=").doesNotContainPattern(" on[a-z]+=");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @Test
    void anotherNameIsNotAnswered() throws Exception {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), demo.console().getPort())) {
            socket.getOutputStream()
                    .write(
                            "GET /sign-in HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 421").doesNotContain("evil.example");
        }
    }

    @Test
    void anOpenedBodyIsAnEntryBeforeItIsShown() throws Exception {
        String address = "/disclosures/us/" + disclosure();
        ConsoleBrowser overseer = as("overseer");
        String closed = overseer.get(address).body();
        assertThat(closed).doesNotContain("parent_analyst<");
        String opened =
                overseer.post(address + "/body", Map.of("form_token", ConsoleBrowser.token(closed)))
                        .body();
        assertThat(opened).contains("parent_analyst").contains("SELECT id, email FROM users");
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        JsonNode found = null;
        while (System.nanoTime() < untilNanos && (found == null || found.isEmpty())) {
            found =
                    json(overseer, "/api/disclosures?jurisdiction=us&type=body-opened")
                            .get("lines");
            Thread.sleep(200);
        }
        assertThat(found).isNotEmpty();
        String receipt = overseer.get(address + "/receipt").body();
        Files.writeString(directory.resolve("receipt.txt"), receipt);
        Files.writeString(directory.resolve("log.vkey"), overseer.get("/ledger/us/key").body());
        Shell.Outcome verified =
                demo.domicile(
                        "verify",
                        directory.resolve("receipt.txt").toString(),
                        "--key",
                        directory.resolve("log.vkey").toString());
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
        assertThat(verified.out()).contains("shown to parent");
    }

    @Test
    void whoeverIsDisabledIsOut() throws Exception {
        ConsoleBrowser leaving = nobody();
        assertThat(leaving.signIn("global_analyst", password("global_analyst"))).isEqualTo(303);
        assertThat(leaving.get("/requests").statusCode()).isEqualTo(200);
        Shell.Outcome disabled = demo.domicile("person", "disable", "global_analyst");
        assertThat(disabled.exitCode()).as(disabled.toString()).isZero();
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (leaving.get("/requests").statusCode() == 200 && System.nanoTime() < untilNanos) {
            Thread.sleep(100);
        }
        assertThat(leaving.get("/requests").statusCode()).isEqualTo(303);
        assertThat(nobody().signIn("global_analyst", password("global_analyst"))).isEqualTo(401);
    }

    @Test
    void whoeverIsFrozenIsOut() throws Exception {
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
        ConsoleBrowser stopped = nobody();
        assertThat(stopped.signIn("founder", password("founder"))).isEqualTo(303);
        assertThat(stopped.get("/requests").statusCode()).isEqualTo(200);
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
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (stopped.get("/requests").statusCode() == 200 && System.nanoTime() < untilNanos) {
            Thread.sleep(100);
        }
        assertThat(stopped.get("/requests").statusCode()).isEqualTo(303);
        assertThat(nobody().signIn("founder", password("founder"))).isEqualTo(401);
        assertThat(as("overseer").get("/oversight").body()).contains("laptop stolen");
    }

    @Test
    void everyPageIsThereInEveryLanguage() throws Exception {
        for (Door door : doors(Door.Kind.PAGE)) {
            for (String language : List.of("en", "fr")) {
                HttpResponse<String> answer =
                        as("overseer").get(address(door), "Accept-Language", language);
                assertThat(answer.statusCode())
                        .as(door + " " + language)
                        .isEqualTo(door == Door.REQUEST ? 404 : 200);
                assertThat(answer.body()).contains("<html lang=\"" + language + "\"");
            }
        }
    }

    @Test
    void everyTwinIsAsTheDocumentSays() throws Exception {
        JsonNode document = json(as("overseer"), "/api/openapi.json");
        JsonNode schemas = document.get("components").get("schemas");
        for (Door door : doors(Door.Kind.PAGE)) {
            JsonNode schema =
                    document.at(
                            "/paths/"
                                    + (Door.API + door.path()).replace("/", "~1")
                                    + "/get/responses/200/content/application~1json/schema");
            assertThat(schema.isMissingNode()).as(door.toString()).isFalse();
            if (door != Door.REQUEST) { // of which there is none
                requireFit(schemas, schema, json(as("overseer"), Door.API + address(door)), "$");
            }
        }
        assertThat(document.get("paths")).hasSize(doors(Door.Kind.PAGE).size());
    }

    private static void requireFit(JsonNode schemas, JsonNode schema, JsonNode value, String at) {
        Matcher reference =
                Pattern.compile("#/components/schemas/(.*)").matcher(schema.path("$ref").asText());
        if (reference.matches()) {
            JsonNode record = schemas.get(reference.group(1));
            record.get("required")
                    .forEach(name ->
                            assertThat(value.has(name.asText()))
                                    .as(at + "." + name.asText())
                                    .isTrue());
            value.properties()
                    .forEach(member -> {
                        JsonNode of = record.get("properties").get(member.getKey());
                        assertThat(of).as(at + "." + member.getKey()).isNotNull();
                        requireFit(schemas, of, member.getValue(), at + "." + member.getKey());
                    });
            return;
        }
        switch (schema.get("type").asText()) {
            case "string" -> assertThat(value.isTextual()).as(at).isTrue();
            case "integer" -> assertThat(value.isIntegralNumber()).as(at).isTrue();
            case "boolean" -> assertThat(value.isBoolean()).as(at).isTrue();
            case "array" -> {
                assertThat(value.isArray()).as(at).isTrue();
                value.forEach(item -> requireFit(schemas, schema.get("items"), item, at + "[]"));
            }
            case "object" ->
                    value.forEach(item ->
                            requireFit(
                                    schemas, schema.get("additionalProperties"), item, at + ".*"));
            default -> throw new AssertionError(at + ": " + schema);
        }
    }
}
