package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.ledger.note.PasskeySignature;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.testkit.SoftPasskey;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Asking, deciding and freezing by the console's forms, signed with passkeys and by notes. */
@Timeout(300)
class ConsoleActsIT {
    private static final String REQUESTER = "parent_analyst";
    private static final List<String> WITH_PASSKEY = List.of(REQUESTER, "us_on_call", "overseer");
    private static final List<String> WITH_FILE = List.of("founder", "us_owner", "global_analyst");

    @TempDir static Path directory;

    private static DemoProcess demo;
    private static final Map<String, SoftPasskey> passkeys = new TreeMap<>();
    private static final Map<String, ConsoleBrowser> browsers = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        Shell.assumePsql();
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
        for (String person : WITH_PASSKEY) {
            SoftPasskey passkey = SoftPasskey.es256();
            passkeys.put(person, passkey);
            String origin = demo.console().toString();
            VerifierKey key = VerifierKey.ofPasskey(ApprovalSigner.NAME, passkey.coseKey(), origin);
            demo.addToOrganisation(person, "    approval_key: " + key.text() + "\n");
        }
        for (String person : WITH_FILE) {
            Shell.Outcome made =
                    demo.domicile("approval-key", person, "--out", keyFile(person).toString());
            assertThat(made.exitCode()).as(made.toString()).isZero();
            demo.addToOrganisation(person, "    " + made.out().strip() + "\n");
        }
        demo.addToOrganisation("founder", "    roles: [data_owner]\n");
        for (String person : WITH_PASSKEY) {
            signIn(person);
        }
        for (String person : WITH_FILE) {
            signIn(person);
        }
        awaitKeys();
    }

    @AfterAll
    static void stop() {
        if (demo != null) {
            demo.close();
        }
    }

    private static void signIn(String person) throws Exception {
        ConsoleBrowser browser = new ConsoleBrowser(demo.console());
        assertThat(browser.signIn(person, demo.password(person))).as(person).isEqualTo(303);
        browsers.put(person, browser);
    }

    /** The console sees a changed organisation within a second or two. */
    private static void awaitKeys() throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (as("overseer").get("/disclosures").statusCode() != 200
                || as("founder").get("/disclosures").statusCode() != 200) {
            assertThat(System.nanoTime()).isLessThan(untilNanos);
            Thread.sleep(200);
        }
    }

    private static ConsoleBrowser as(String person) {
        ConsoleBrowser browser = browsers.get(person);
        if (browser == null) {
            throw new AssertionError(person);
        }
        return browser;
    }

    private static SoftPasskey passkey(String person) {
        return Objects.requireNonNull(passkeys.get(person), person);
    }

    private static Path keyFile(String person) {
        return directory.resolve(person + ".key");
    }

    /** A form that asks for a signature: where it goes, the text, and what else it sends. */
    private record SigningForm(String action, String text, Map<String, String> fields) {
        private static final Pattern FORM =
                Pattern.compile(
                        "(?s)<form method=\"post\" action=\"([^\"]*)\" data-passkey=\"sign\""
                                + " data-text=\"([^\"]*)\" hidden>(.*?)</form>");
        private static final Pattern PASTED =
                Pattern.compile(
                        "(?s)END'\\n(domicile-[^<]*?)END</code></pre>\\s*<form method=\"post\""
                                + " action=\"([^\"]*)\" class=\"stack\">(.*?)</form>");
        private static final Pattern FIELD = Pattern.compile("name=\"(\\w+)\" value=\"([^\"]*)\"");

        static SigningForm of(String page, String act) {
            return find(FORM.matcher(page), act, 1, 2, page);
        }

        static SigningForm pasted(String page, String act) {
            return find(PASTED.matcher(page), act, 2, 1, page);
        }

        static boolean isThere(String page, String act) {
            return page.contains("name=\"act\" value=\"" + act + "\"");
        }

        private static SigningForm find(
                Matcher forms, String act, int action, int text, String page) {
            while (forms.find()) {
                Map<String, String> fields = new TreeMap<>();
                FIELD.matcher(forms.group(3))
                        .results()
                        .forEach(field -> fields.put(field.group(1), plain(field.group(2))));
                if (act.equals(fields.get("act"))) {
                    return new SigningForm(forms.group(action), plain(forms.group(text)), fields);
                }
            }
            throw new AssertionError("the page has no form to " + act + ":\n" + page);
        }

        private static String plain(String html) {
            return html.replace("&#34;", "\"")
                    .replace("&#39;", "'")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&");
        }

        HttpResponse<String> signedBy(String person, SoftPasskey passkey) throws Exception {
            SoftPasskey.Answer answer =
                    passkey.sign(demo.console().toString(), PasskeySignature.challenge(text));
            Map<String, String> sent = new TreeMap<>(fields);
            Base64.Encoder base64 = Base64.getEncoder();
            sent.put("authenticator_data", base64.encodeToString(answer.authenticatorData()));
            sent.put("client_data", base64.encodeToString(answer.clientDataJson()));
            sent.put("signature", base64.encodeToString(answer.signature()));
            return as(person).post(action, sent);
        }

        HttpResponse<String> signedBy(String person) throws Exception {
            return signedBy(person, passkey(person));
        }

        /** As somebody does who has no script: with the text saved and the note pasted. */
        HttpResponse<String> pastedBy(String person) throws Exception {
            Path act = Files.writeString(directory.resolve("act.txt"), text);
            Shell.Outcome signed =
                    Shell.run(
                            demo.data,
                            Map.of(),
                            List.of(
                                    "sh",
                                    "-c",
                                    "\"$0\" sign --key \"$1\" < \"$2\"",
                                    Project.root().resolve("domicile").toString(),
                                    keyFile(person).toString(),
                                    act.toString()));
            assertThat(signed.exitCode()).as(signed.toString()).isZero();
            Map<String, String> sent = new TreeMap<>(fields);
            sent.put("note", signed.out().replace("\n", "\r\n"));
            return as(person).post(action, sent);
        }
    }

    private static String user() {
        return demo.psql("us_support", "us", "support", "-c", "SELECT id, email FROM users LIMIT 1")
                .out()
                .strip();
    }

    /** What a filled-in request looks like, ready to be signed. */
    private static String prepared(String person, String subject) throws Exception {
        String form = as(person).get("/requests/new?jurisdiction=us").body();
        Matcher column = Pattern.compile("value=\"([^\"]*users/email)\"").matcher(form);
        assertThat(column.find()).as(form).isTrue();
        HttpResponse<String> ready =
                as(person)
                        .post(
                                "/requests/new",
                                Map.of(
                                        "form_token", ConsoleBrowser.token(form),
                                        "jurisdiction", "us",
                                        "purpose", "support",
                                        "ticket", "T-9",
                                        "minutes", "30",
                                        "columns", column.group(1),
                                        "subjects", subject));
        assertThat(ready.statusCode()).as(ready.body()).isEqualTo(200);
        return ready.body();
    }

    private static String location(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(303);
        return answer.headers().firstValue("Location").orElseThrow();
    }

    private static Shell.Outcome psql(String person, String request) {
        String grant = "grant_" + request.substring(request.lastIndexOf('/') + 1).substring(0, 12);
        return demo.psql(
                Map.of("PGOPTIONS", "-c domicile.grant=" + grant),
                person,
                "us",
                "-c",
                "SELECT email FROM users");
    }

    private static Shell.Outcome awaitPsql(String person, String request, boolean isShown)
            throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        Shell.Outcome outcome = psql(person, request);
        while ((outcome.exitCode() == 0) != isShown && System.nanoTime() < untilNanos) {
            Thread.sleep(200);
            outcome = psql(person, request);
        }
        return outcome;
    }

    @Test
    void aRequestIsFiledApprovedUsedAndEndedWithPasskeys() throws Exception {
        String[] user = user().split("\\|");
        String ready = prepared(REQUESTER, user[0]);
        String address = location(SigningForm.of(ready, "file").signedBy(REQUESTER));
        assertThat(address).startsWith("/requests/us/");

        String chain = as("founder").get(address).body();
        assertThat(chain).contains("May not decide").contains("parent_analyst reports to founder");
        assertThat(SigningForm.isThere(chain, "approve")).as("not even offered").isFalse();
        SigningForm stolen = SigningForm.of(as("us_on_call").get(address).body(), "approve");
        Map<String, String> own = new TreeMap<>(stolen.fields());
        own.put("form_token", ConsoleBrowser.token(as("founder").get("/requests/new").body()));
        HttpResponse<String> forced =
                new SigningForm(stolen.action(), stolen.text(), own).pastedBy("founder");
        assertThat(forced.statusCode()).isEqualTo(422);
        assertThat(forced.body())
                .contains("Nothing was done")
                .contains("parent_analyst reports to founder");

        assertThat(location(stolen.signedBy("us_on_call"))).isEqualTo(address);
        assertThat(as("us_on_call").get(address).body()).contains("Agreed so far: us_on_call");
        assertThat(psql(REQUESTER, address).exitCode()).as("one approval is none").isNotZero();
        location(
                SigningForm.of(as("overseer").get(address).body(), "approve").signedBy("overseer"));
        Shell.Outcome shown = awaitPsql(REQUESTER, address, true);
        assertThat(shown.out().strip()).as(shown.toString()).isEqualTo(user[1]);
        String mine = as(REQUESTER).get(address).body();
        assertThat(mine).contains("domicile.grant=grant_");

        location(SigningForm.of(mine, "end").signedBy(REQUESTER));
        assertThat(as(REQUESTER).get(address).body()).contains("Ended");
        Shell.Outcome ended = awaitPsql(REQUESTER, address, false);
        assertThat(ended.exitCode()).as(ended.toString()).isNotZero();
        Shell.Outcome verified =
                demo.domicile(
                        "verify",
                        demo.data.resolve("ledger/us").toString(),
                        "--key",
                        demo.data.resolve("keys/us.vkey").toString());
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
    }

    @Test
    void allOfItGoesByNotesWithoutAScript() throws Exception {
        String[] user = user().split("\\|");
        String ready = prepared("global_analyst", user[0]);
        String address = location(SigningForm.pasted(ready, "file").pastedBy("global_analyst"));
        location(
                SigningForm.pasted(as("us_owner").get(address).body(), "approve")
                        .pastedBy("us_owner"));
        assertThat(as("us_owner").get(address).body()).contains("Agreed so far: us_owner");
        location(
                SigningForm.pasted(as("us_owner").get(address).body(), "deny")
                        .pastedBy("us_owner"));
        String denied = as("global_analyst").get(address).body();
        assertThat(denied).contains("Denied");
        assertThat(SigningForm.isThere(denied, "end")).as("nothing left to sign").isFalse();
    }

    @Test
    void aSignatureForSomethingElseDoesNothing() throws Exception {
        String ready = prepared(REQUESTER, user().split("\\|")[0]);
        SigningForm form = SigningForm.of(ready, "file");
        HttpResponse<String> anothers = form.signedBy(REQUESTER, passkey("overseer"));
        assertThat(anothers.statusCode()).isEqualTo(422);
        assertThat(anothers.body()).contains("not the one that is registered for you");

        Map<String, String> changed = new TreeMap<>(form.fields());
        changed.computeIfPresent("document", (_, text) -> text.replace("T-9", "T-8"));
        assertThat(
                        new SigningForm(form.action(), form.text(), changed)
                                .signedBy(REQUESTER)
                                .statusCode())
                .as("what was signed is not what is sent")
                .isEqualTo(422);

        String old = Instant.now().minusSeconds(16 * 60).truncatedTo(ChronoUnit.SECONDS).toString();
        Map<String, String> late = new TreeMap<>(form.fields());
        String at = form.fields().get("at");
        late.put("at", old);
        HttpResponse<String> stale =
                new SigningForm(form.action(), form.text().replace(at, old), late)
                        .signedBy(REQUESTER);
        assertThat(stale.statusCode()).isEqualTo(422);
        assertThat(stale.body()).contains("good for signing for 15 minutes");
        assertThat(as("overseer").get("/requests").body()).doesNotContain("T-8");
        assertThat(form.signedBy(REQUESTER).statusCode()).as("as it was meant").isEqualTo(303);
    }

    @Test
    void aFreezeEndsARunningSessionAndTwoEndTheFreeze() throws Exception {
        Path log = directory.resolve("running.log");
        ProcessBuilder psql =
                new ProcessBuilder(
                        List.of("psql", "-X", "-w", "-At", "-U", "global_analyst", "-d", "us"));
        psql.environment()
                .putAll(
                        Map.of(
                                "PGPASSFILE",
                                demo.data.resolve("pgpass").toString(),
                                "PGHOST",
                                "127.0.0.1",
                                "PGPORT",
                                Integer.toString(demo.port),
                                "PGOPTIONS",
                                "-c domicile.purpose=analytics"));
        Process running = psql.redirectErrorStream(true).redirectOutput(log.toFile()).start();
        try (Writer statements = running.outputWriter()) {
            statements.write("SELECT 'rows ' || count(*) FROM users;\n");
            statements.flush();
            await(() -> Files.readString(log).contains("rows "), log);
            freezeGlobal();
            statements.write("SELECT 'more ' || count(*) FROM users;\n");
            statements.flush();
            await(() -> !running.isAlive(), log);
            assertThat(Files.readString(log)).contains("frozen").doesNotContain("more ");
        } catch (IOException e) {
            // It may be gone before it was asked again.
            assertThat(Files.readString(log)).contains("frozen").doesNotContain("more ");
        } finally {
            running.destroyForcibly().waitFor();
        }
        releaseGlobal();
    }

    private static void await(Callable<Boolean> isSo, Path log) throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!isSo.call()) {
            assertThat(System.nanoTime()).as(Files.readString(log)).isLessThan(untilNanos);
            Thread.sleep(100);
        }
    }

    private static void freezeGlobal() throws Exception {
        ConsoleBrowser overseer = as("overseer");
        String form = overseer.get("/oversight").body();
        Map<String, String> freeze = new TreeMap<>();
        freeze.put("form_token", ConsoleBrowser.token(form));
        freeze.put("jurisdiction", "us");
        freeze.put("target", "entity");
        freeze.put("name", "globl");
        freeze.put("reason", "laptop stolen");
        assertThat(overseer.post("/oversight", freeze).body()).contains("there is no such entity");
        freeze.put("name", "global");
        String ready = overseer.post("/oversight", freeze).body();
        location(SigningForm.of(ready, "freeze").signedBy("overseer"));
        Thread.sleep(2_000); // as long as a freeze may take
    }

    private static void releaseGlobal() throws Exception {
        ConsoleBrowser overseer = as("overseer");
        String frozen = as("us_on_call").get("/oversight").body();
        assertThat(frozen).contains("In force").contains("laptop stolen");
        location(SigningForm.of(frozen, "unfreeze").signedBy("us_on_call"));
        assertThat(as("us_on_call").get("/oversight").body()).contains("us_on_call (2 are needed)");
        location(
                SigningForm.of(overseer.get("/oversight").body(), "unfreeze").signedBy("overseer"));
        assertThat(overseer.get("/oversight").body()).contains("Over").doesNotContain("In force");
        Thread.sleep(2_000); // as long as its end may take
        signIn("global_analyst");
    }
}
