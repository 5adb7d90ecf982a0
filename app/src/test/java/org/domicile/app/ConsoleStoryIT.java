package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.virtualauthenticator.Credential;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticator;
import org.openqa.selenium.virtualauthenticator.VirtualAuthenticatorOptions;

/**
 * What the console is for, in a real browser: asked, decided by two with passkeys, used, ended, and
 * somebody frozen; and all of it again without scripts, signed at the command line.
 */
@Timeout(300)
class ConsoleStoryIT {
    @TempDir static Path directory;

    private static DemoProcess demo;
    private static Chromium browser;
    private static final Map<String, List<Credential>> passkeys = new TreeMap<>();

    @BeforeAll
    static void start() throws Exception {
        Shell.assumePsql();
        Chromium.require();
        demo = DemoProcess.start(directory.resolve("demo"), "--users", "300");
        demo.addToOrganisation("founder", "    roles: [data_owner]\n");
        browser = Chromium.start(demo.console());
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        if (demo != null) {
            demo.close();
        }
    }

    private static void signIn(String person) throws Exception {
        browser.signIn(person, demo.password(person));
    }

    private static VirtualAuthenticator authenticator() {
        return browser.driver.addVirtualAuthenticator(
                new VirtualAuthenticatorOptions()
                        .setProtocol(VirtualAuthenticatorOptions.Protocol.CTAP2)
                        .setTransport(VirtualAuthenticatorOptions.Transport.INTERNAL)
                        .setHasResidentKey(true)
                        .setHasUserVerification(true)
                        .setIsUserVerified(true));
    }

    /** As somebody does: makes one, and has the custodian write the line. */
    private static void makePasskey(String person) throws Exception {
        signIn(person);
        browser.open("/me/passkey");
        VirtualAuthenticator authenticator = authenticator();
        browser.submit(By.cssSelector("form[data-passkey=make] button"));
        String line = browser.driver.findElement(By.id("line")).getText();
        assertThat(line).startsWith("approval_key: domicile-approval+");
        demo.addToOrganisation(person, "    " + line + "\n");
        passkeys.put(person, authenticator.getCredentials());
        browser.driver.removeVirtualAuthenticator(authenticator);
    }

    private static By passkeyButton(String act) {
        return By.xpath(
                "//form[@data-passkey='sign'][input[@name='act' and @value='"
                        + act
                        + "']]//button");
    }

    /** With the passkey of whoever is signed in. */
    private static void sign(String person, String act) {
        VirtualAuthenticator authenticator = authenticator();
        passkeys.getOrDefault(person, List.of()).forEach(authenticator::addCredential);
        browser.submit(passkeyButton(act));
        browser.driver.removeVirtualAuthenticator(authenticator);
    }

    /** Fills the form of a request in, and brings what there is to be signed. */
    private static void prepare(String subject) {
        browser.open("/requests/new?jurisdiction=us");
        browser.driver.findElement(By.name("purpose")).sendKeys("support");
        browser.driver.findElement(By.name("ticket")).sendKeys("T-12");
        browser.driver.findElement(By.name("subjects")).sendKeys(subject);
        browser.driver.findElement(By.cssSelector("[value$='users/email']")).click();
        browser.submit(By.cssSelector("main form[action='/requests/new'][method=post] button"));
    }

    private static String page() {
        return browser.driver.findElement(By.tagName("main")).getText();
    }

    private static String address() {
        return java.net.URI.create(browser.driver.getCurrentUrl()).getPath();
    }

    private static String[] user() {
        return demo.psql("us_support", "us", "support", "-c", "SELECT id, email FROM users LIMIT 1")
                .out()
                .strip()
                .split("\\|");
    }

    private static Shell.Outcome psql(String person, String request) {
        String digest = request.substring(request.lastIndexOf('/') + 1);
        return demo.psql(
                Map.of("PGOPTIONS", "-c domicile.grant=grant_" + digest.substring(0, 12)),
                person,
                "us",
                "-c",
                "SELECT email FROM users");
    }

    private static void await(Callable<Boolean> isSo, Object what) throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!isSo.call()) {
            String happened = what instanceof Path log ? Files.readString(log) : what.toString();
            assertThat(System.nanoTime()).as(happened).isLessThan(untilNanos);
            Thread.sleep(200);
        }
    }

    private static boolean isThere(By element) {
        return !browser.driver.findElements(element).isEmpty();
    }

    /** How somebody signs. */
    private interface Signing {
        void sign(String person, String act) throws Exception;
    }

    /** Who is in it, and why {@code founder} may not decide. */
    private record Story(String requester, String first, String second, String whyNot) {
        List<String> people() {
            return List.of(requester, first, second);
        }
    }

    @Test
    void withPasskeys() throws Exception {
        scripts(true);
        Story story =
                new Story(
                        "parent_analyst",
                        "us_owner",
                        "overseer",
                        "parent_analyst reports to founder");
        for (String person : story.people()) {
            makePasskey(person);
        }
        tell(story, passkeyButton("file"), ConsoleStoryIT::sign);
    }

    @Test
    void withoutScripts() throws Exception {
        scripts(false);
        Story story =
                new Story(
                        "global_analyst",
                        "us_on_call",
                        "us_engineer",
                        "is a covered person: resides in CN");
        demo.addToOrganisation("us_engineer", "    roles: [custodian]\n");
        for (String person : story.people()) {
            Shell.Outcome made =
                    demo.domicile("approval-key", person, "--out", keyFile(person).toString());
            assertThat(made.exitCode()).as(made.toString()).isZero();
            demo.addToOrganisation(person, "    " + made.out().strip() + "\n");
        }
        tell(story, pasted("file"), ConsoleStoryIT::paste);
    }

    private static void scripts(boolean areOn) {
        browser.driver.executeCdpCommand(
                "Emulation.setScriptExecutionDisabled", Map.of("value", !areOn));
    }

    private static void tell(Story story, By toSign, Signing signing) throws Exception {
        String[] user = user();
        signIn(story.requester());
        await(
                () -> {
                    prepare(user[0]);
                    return isThere(toSign);
                },
                "the key is registered");
        signing.sign(story.requester(), "file");
        String request = address();
        assertThat(request).startsWith("/requests/us/");

        signIn("founder");
        browser.open(request);
        assertThat(page()).contains("May not decide").contains(story.whyNot());
        assertThat(browser.driver.getPageSource()).doesNotContain("value=\"approve\"");

        signIn(story.first());
        browser.open(request);
        signing.sign(story.first(), "approve");
        assertThat(page()).contains("Agreed so far: " + story.first());
        assertThat(psql(story.requester(), request).exitCode()).as("one is not two").isNotZero();
        signIn(story.second());
        browser.open(request);
        signing.sign(story.second(), "approve");
        await(() -> psql(story.requester(), request).exitCode() == 0, "the grant is in force");
        assertThat(psql(story.requester(), request).out().strip()).isEqualTo(user[1]);

        signIn(story.requester());
        browser.open(request);
        signing.sign(story.requester(), "end");
        assertThat(page()).contains("Ended");
        await(() -> psql(story.requester(), request).exitCode() != 0, "the grant is over");

        aFreezeEndsARunningSession(story, signing);
        Shell.Outcome verified =
                demo.domicile(
                        "verify",
                        demo.data.resolve("ledger/us").toString(),
                        "--key",
                        demo.data.resolve("keys/us.vkey").toString());
        assertThat(verified.exitCode()).as(verified.toString()).isZero();
    }

    /** That of who asked, by the second who agreed. */
    private static void aFreezeEndsARunningSession(Story story, Signing signing) throws Exception {
        Path log = directory.resolve(story.requester() + ".log");
        ProcessBuilder psql =
                new ProcessBuilder(
                        List.of("psql", "-X", "-w", "-At", "-U", story.requester(), "-d", "us"));
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
            signIn(story.second());
            browser.open("/oversight");
            for (String choice : List.of("[name=jurisdiction] [value=us]", "[value=person]")) {
                browser.driver
                        .findElement(By.cssSelector("form[action='/oversight'] " + choice))
                        .click();
            }
            browser.driver.findElement(By.name("name")).sendKeys(story.requester());
            browser.driver.findElement(By.name("reason")).sendKeys("laptop stolen");
            browser.submit(By.cssSelector("form[action='/oversight'] button"));
            signing.sign(story.second(), "freeze");
            assertThat(page()).contains("In force").contains("laptop stolen");
            Thread.sleep(2_000); // as long as a freeze may take
            statements.write("SELECT 'more ' || count(*) FROM users;\n");
            statements.flush();
            await(() -> !running.isAlive(), log);
        } catch (IOException e) {
            // It may be gone before it was asked again.
            await(() -> !running.isAlive(), log);
        } finally {
            running.destroyForcibly().waitFor();
        }
        assertThat(Files.readString(log)).contains("frozen").doesNotContain("more ");
    }

    private static Path keyFile(String person) {
        return directory.resolve(person + ".key");
    }

    private static By pasted(String act) {
        return By.xpath("//details[.//form[input[@name='act' and @value='" + act + "']]]");
    }

    /** The text is signed elsewhere, and the note put into the form. */
    private static void paste(String person, String act) throws Exception {
        WebElement part = browser.driver.findElement(pasted(act));
        if (part.getDomAttribute("open") == null) {
            part.findElement(By.tagName("summary")).click();
        }
        String shown = part.findElement(By.tagName("pre")).getDomProperty("textContent");
        String text = String.valueOf(shown).replaceFirst("(?s).*<<'END'\n", "").replace("END", "");
        Path file = Files.writeString(directory.resolve("act.txt"), text);
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
                                file.toString()));
        assertThat(signed.exitCode()).as(signed.toString()).isZero();
        part.findElement(By.name("note")).sendKeys(signed.out());
        browser.submit(
                By.xpath("//details//form[input[@name='act' and @value='" + act + "']]//button"));
    }
}
