package org.domicile.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.domicile.console.site.Circle;
import org.domicile.console.site.Desk;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.control.ScramCredentials;
import org.domicile.control.access.Access;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.freeze.Freezes;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.control.request.Independence;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.UnfitException;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.PasskeySignature;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.testkit.SoftPasskey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Coming in with a passkey, over HTTP as a browser does it. */
final class PasskeySignInTest {
    private static final Pattern FIELD = Pattern.compile("name=\"(\\w+)\" value=\"([^\"]*)\"");
    private static final Pattern TEXT = Pattern.compile("data-text=\"([^\"]*)\"");
    private static final Pattern COOKIE = Pattern.compile("([^=]+)=([^;]*);.*");

    @TempDir Path temporary;

    private final SoftPasskey alices = SoftPasskey.es256();
    private final SoftPasskey bobs = SoftPasskey.ed25519();
    private final Map<String, String> cookies = new TreeMap<>();
    private volatile Organisation organisation = organisation(Map.of());
    private volatile Freezes freezes = Freezes.NONE;
    private Ledger ledger;
    private ConsoleServer server;
    private String origin;
    private final HttpClient client = HttpClient.newHttpClient();

    private static Organisation organisation(Map<String, VerifierKey> keys) {
        String people =
                List.of("alice", "bob", "carol").stream()
                        .map(person ->
                                "  "
                                        + person
                                        + ": {employer: custodian, sits_in: US, resides_in: US"
                                        + Optional.ofNullable(keys.get(person))
                                                .map(key -> ", approval_key: " + key.text())
                                                .orElse("")
                                        + "}\n")
                        .collect(Collectors.joining());
        return OrganisationFile.read(
                "organisation.yaml",
                "organisation: 1\nrules: [us-dsp-2025]\nentities:\n"
                        + "  custodian: {name: a, organised_in: US}\npeople:\n"
                        + people);
    }

    private record EmptyDesk() implements Desk {
        @Override
        public List<RequestState> requests() {
            return List.of();
        }

        @Override
        public long requestActs() {
            return 0;
        }

        @Override
        public List<FreezeState> freezes() {
            return List.of();
        }

        @Override
        public void file(Request request, Entry filed) throws UnfitException {
            throw new UnfitException("nothing is written here");
        }

        @Override
        public void decide(String request, Entry entry) throws UnfitException {
            throw new UnfitException("nothing is written here");
        }

        @Override
        public void review(String request, Entry entry) throws UnfitException {
            throw new UnfitException("nothing is written here");
        }

        @Override
        public void freeze(Freeze freeze, Entry frozen) throws UnfitException {
            throw new UnfitException("nothing is written here");
        }

        @Override
        public void unfreeze(String freeze, Entry entry) throws UnfitException {
            throw new UnfitException("nothing is written here");
        }
    }

    @BeforeEach
    void serve() throws Exception {
        ledger =
                Ledger.open(
                        temporary.resolve("ledger"),
                        LogSigner.generate(temporary.resolve("key"), "example.com/us"),
                        LedgerOptions.defaults());
        Rules rules = new Rules(List.of());
        Jurisdiction jurisdiction =
                new Jurisdiction(
                        "us",
                        ledger,
                        () -> {
                            throw new IllegalStateException("no plan is needed");
                        },
                        () -> freezes,
                        new BulkMeters(rules),
                        List::of,
                        new EmptyDesk());
        Site site =
                new Site(
                        List.of(jurisdiction),
                        ScramCredentials.of(Map.of()),
                        Optional.empty(),
                        () -> {
                            Organisation now = organisation;
                            Coverage coverage = Coverage.of(now, rules);
                            return new Circle(
                                    new Access(now, coverage, AccessPolicy.read("a", "")),
                                    coverage,
                                    new Independence(now, coverage));
                        });
        server =
                ConsoleServer.start(
                        new ConsoleConfig(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                                Optional.empty(),
                                site));
        origin = server.origin().toString();
        organisation =
                organisation(
                        Map.of(
                                "alice",
                                key(alices, origin),
                                "bob",
                                key(bobs, "https://console.example.org")));
    }

    @AfterEach
    void stop() {
        server.close();
        ledger.close();
    }

    private static VerifierKey key(SoftPasskey passkey, String origin) {
        return VerifierKey.ofPasskey(ApprovalSigner.NAME, passkey.coseKey(), origin);
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws Exception {
        String all =
                cookies.entrySet().stream()
                        .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                        .collect(Collectors.joining("; "));
        HttpResponse<String> answer =
                client.send(
                        (all.isEmpty() ? request : request.header("Cookie", all)).build(),
                        HttpResponse.BodyHandlers.ofString());
        for (String set : answer.headers().allValues("Set-Cookie")) {
            Matcher cookie = COOKIE.matcher(set);
            assertThat(cookie.matches()).isTrue();
            cookies.put(cookie.group(1), cookie.group(2));
        }
        return answer;
    }

    private HttpResponse<String> get(String path) throws Exception {
        return ask(HttpRequest.newBuilder(URI.create(origin + path)));
    }

    private HttpResponse<String> post(String path, Map<String, String> form) throws Exception {
        String body =
                form.entrySet().stream()
                        .map(field ->
                                field.getKey()
                                        + "="
                                        + URLEncoder.encode(
                                                field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
        return ask(
                HttpRequest.newBuilder(URI.create(origin + path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** What the page would send, with everything in place. */
    private Map<String, String> signedForm(String name, SoftPasskey passkey) throws Exception {
        return signedForm(name, passkey, origin);
    }

    private Map<String, String> signedForm(String name, SoftPasskey passkey, String at)
            throws Exception {
        String page = get("/sign-in").body();
        Matcher text = TEXT.matcher(page);
        assertThat(text.find()).isTrue();
        assertThat(text.group(1)).startsWith("domicile-sign-in/v1\n" + origin + "\n");
        SoftPasskey.Answer answer = passkey.sign(at, PasskeySignature.challenge(text.group(1)));
        Map<String, String> form = fields(page);
        form.put("name", name);
        form.put("authenticator_data", base64(answer.authenticatorData()));
        form.put("client_data", base64(answer.clientDataJson()));
        form.put("signature", base64(answer.signature()));
        return form;
    }

    private static Map<String, String> fields(String page) {
        Map<String, String> form = new LinkedHashMap<>();
        FIELD.matcher(page)
                .results()
                .forEach(field -> form.putIfAbsent(field.group(1), field.group(2)));
        return form;
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private int signIn(Map<String, String> form) throws Exception {
        return post("/sign-in/passkey", form).statusCode();
    }

    @Test
    void whoHasTheRegisteredPasskeyComesIn() throws Exception {
        assertThat(signIn(signedForm("alice", alices))).isEqualTo(303);
        assertThat(get("/me").body()).contains("alice");
    }

    @Test
    void aSignatureIsGoodOnce() throws Exception {
        Map<String, String> form = signedForm("alice", alices);
        Map<String, String> visit = new TreeMap<>(cookies);
        assertThat(signIn(form)).isEqualTo(303);
        cookies.clear();
        cookies.putAll(visit);
        assertThat(signIn(form)).isEqualTo(401);
        assertThat(get("/me").statusCode()).isNotEqualTo(200);
    }

    @Test
    void nobodyElseComesIn() throws Exception {
        assertThat(signIn(signedForm("alice", bobs))).as("another passkey").isEqualTo(401);
        assertThat(signIn(signedForm("bob", alices))).as("another's name").isEqualTo(401);
        assertThat(signIn(signedForm("carol", alices))).as("no key registered").isEqualTo(401);
        assertThat(signIn(signedForm("bob", bobs))).as("for another origin").isEqualTo(401);
        assertThat(signIn(signedForm("bob", bobs, "https://console.example.org")))
                .as("signed there, for here")
                .isEqualTo(401);
        Map<String, String> other = signedForm("alice", alices);
        other.put("challenge", fields(get("/sign-in").body()).get("challenge"));
        assertThat(signIn(other)).as("for another sign-in").isEqualTo(401);
        Map<String, String> broken = signedForm("alice", alices);
        broken.put("signature", "");
        assertThat(signIn(broken)).isEqualTo(400);
        Map<String, String> foreign = signedForm("alice", alices);
        foreign.put("form_token", "");
        assertThat(signIn(foreign)).isEqualTo(403);
        Map<String, String> frozen = signedForm("alice", alices);
        freezes =
                new Freezes(
                        List.of(
                                new Freeze(
                                        "us",
                                        Freeze.Target.PERSON,
                                        "alice",
                                        "stolen",
                                        "0123456789abcdef0123456789abcdef")));
        assertThat(signIn(frozen)).isEqualTo(401);
    }

    @Test
    void aNewPasskeyIsShownAsTheLineThatRegistersIt() throws Exception {
        assertThat(signIn(signedForm("alice", alices))).isEqualTo(303);
        SoftPasskey made = SoftPasskey.es256();
        Map<String, String> form = fields(get("/me/passkey").body());
        form.put("authenticator_data", base64(attested(made, 0x45)));
        HttpResponse<String> page = post("/me/passkey", form);
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("approval_key: " + key(made, origin).text());
        for (byte[] wrong :
                List.of(attested(made, 0x41), attested(made, 0xc5), new byte[0], new byte[55])) {
            form.put("authenticator_data", base64(wrong));
            assertThat(post("/me/passkey", form).statusCode()).isEqualTo(400);
        }
    }

    /** As an authenticator tells of a credential that it has just made. */
    private static byte[] attested(SoftPasskey passkey, int flags) {
        byte[] cose = passkey.coseKey();
        return ByteBuffer.allocate(37 + 16 + 2 + 20 + cose.length)
                .put(SoftPasskey.authenticatorData("localhost", flags))
                .put(new byte[16])
                .putShort((short) 20)
                .put(new byte[20])
                .put(cose)
                .array();
    }
}
