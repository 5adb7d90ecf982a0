package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify}, {@code ledger disclose} and {@code ledger erase}, as they are typed. */
final class LedgerToolsTest {
    private static final String SESSION = "0123456789abcdef0123456789abcdef";

    @TempDir Path temporary;
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final ByteArrayOutputStream noted = new ByteArrayOutputStream();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-22T08:00:00Z"));
    private Path directory;
    private LogSigner signer;
    private Path receipt;

    @BeforeEach
    void fill() throws Exception {
        directory = temporary.resolve("ledger");
        receipt = temporary.resolve("entry.tlog-proof");
        signer = LogSigner.generate(temporary.resolve("log.key"), "example.com/ledger/us");
        try (Ledger ledger = open()) {
            ledger.append(heartbeat(Fact.Heartbeat.State.STARTED), Map.of());
            ledger.append(
                    new Fact.Refusal(
                            SESSION,
                            0,
                            ledger.putDocument("{}".getBytes(StandardCharsets.UTF_8)),
                            "parent",
                            null,
                            null,
                            "42501",
                            "purpose-unset",
                            "SELECT $1"),
                    Map.of("accessor", "ana", "sql", "SELECT '\u001b[2J'"));
            ledger.append(heartbeat(Fact.Heartbeat.State.STOPPED), Map.of());
        }
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(noted, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
    }

    private Ledger open() {
        return Ledger.open(
                directory,
                signer,
                LedgerOptions.defaults()
                        .withClock(now::get)
                        .withCheckpointInterval(Duration.ofDays(1)));
    }

    private static Fact heartbeat(Fact.Heartbeat.State state) {
        return new Fact.Heartbeat(state, 60);
    }

    private int run(Object... arguments) {
        said.reset();
        noted.reset();
        String[] words = new String[arguments.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = arguments[i].toString();
        }
        return Domicile.execute(words);
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private String noted() {
        return noted.toString(StandardCharsets.UTF_8);
    }

    @Test
    void anEntryIsHandedOnAndChecked() throws Exception {
        String key = signer.verifierKey().text();
        assertThat(run("ledger", "disclose", directory, 1, "--fields", "sql", "-o", receipt))
                .as(noted())
                .isZero();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(receipt)))
                .isEqualTo("rw-------");
        assertThat(run("verify", receipt, "--key", key)).as(noted()).isZero();
        assertThat(said())
                .contains("entry 1 of example.com/ledger/us, under its signed checkpoint of 3")
                .contains("fact      refused to parent: purpose-unset (42501)")
                .contains("opened    sql: SELECT '\\u{1b}[2J'")
                .contains("closed    accessor")
                .doesNotContain("\u001b", "ana");
        assertThat(run("verify", receipt, "--key", key, "--json")).isZero();
        assertThat(said()).contains("\"verified\" : true").contains("\"purpose-unset\"");
        assertThat(run("ledger", "disclose", directory, 1, "-o", receipt)).isEqualTo(1);
        assertThat(noted()).contains("exists already");
        assertThat(run("verify", receipt)).isEqualTo(ExitCode.USAGE);

        String changed = Files.readString(receipt).replace("index 1", "index 2");
        Files.writeString(receipt, changed);
        assertThat(run("verify", receipt, "--key", key)).isEqualTo(1);
        assertThat(noted()).hasLineCount(1).contains("NOT verified", "is not entry 2");
        Files.writeString(receipt, "hello\n\n");
        assertThat(run("verify", receipt, "--key", key)).isEqualTo(1);
        assertThat(noted()).hasLineCount(1).contains("no receipt");
    }

    @Test
    void anErasedEntryIsSaidToBeErased() {
        assertThat(run("ledger", "erase", directory, 1)).as(noted()).isZero();
        assertThat(said()).contains("erased the private values of entry 1");
        assertThat(run("ledger", "erase", directory, 1)).isZero();
        assertThat(said()).contains("was erased before");
        assertThat(run("ledger", "disclose", directory, 1, "--fields", "sql")).isEqualTo(1);
        assertThat(noted()).hasLineCount(1).contains("were erased");
        assertThat(run("verify", directory)).as(noted()).isZero();
        assertThat(said()).contains("erased    1 bodies");
        assertThat(run("ledger", "erase", directory, 9)).isEqualTo(1);
        assertThat(noted()).contains("the ledger has no entry 9");
    }

    @Test
    void anErasureIsRecordedAndFound() {
        assertThat(run("ledger", "search", directory, "--accessor", "ana")).isZero();
        assertThat(said()).contains("purpose-unset");
        String reason = "request of the subject";
        assertThat(run("ledger", "erase", directory, 1, "--reason", reason, "--by", "olga"))
                .as(noted())
                .isZero();
        assertThat(run("verify", directory)).as(noted()).isZero();
        assertThat(said()).contains("1 body-erased", "pending   1 durable");
        open().close();
        assertThat(run("ledger", "search", directory)).isZero();
        assertThat(said())
                .containsPattern("(?m)^3  .* body-erased  entry 1$")
                .containsPattern("(?m)^1  .* refusal .* purpose-unset  erased$");
        assertThat(run("ledger", "search", directory, "--accessor", "ana")).isZero();
        assertThat(said()).contains("nothing found");
        assertThat(run("ledger", "search", directory, "--type", "body-erased", "--json")).isZero();
        assertThat(said()).contains("\"erases\" : 1").contains("\"erased\" : false");
        assertThat(run("ledger", "disclose", directory, 3, "--fields", "reason", "-o", receipt))
                .as(noted())
                .isZero();
        assertThat(run("verify", receipt, "--key", signer.verifierKey().text())).isZero();
        assertThat(said())
                .contains("fact      the private values of entry 1 were erased")
                .contains("opened    reason: request of the subject")
                .doesNotContain("olga");
        assertThat(run("ledger", "erase", directory, 0, "--reason", "x".repeat(256))).isEqualTo(1);
        assertThat(noted()).hasLineCount(1).contains("reason must have 1 to 255 characters");
    }

    private Path policy(LogSigner log, Cosigner... witnesses) throws Exception {
        StringBuilder text = new StringBuilder("log " + log.verifierKey().text() + "\n");
        for (Cosigner witness : witnesses) {
            String key = witness.verifierKey().text();
            text.append("witness ").append(key, 0, key.indexOf('+')).append(' ').append(key);
            text.append('\n');
        }
        text.append("group g all");
        for (Cosigner witness : witnesses) {
            text.append(' ').append(witness.verifierKey().name());
        }
        Path file = temporary.resolve("policy");
        Files.writeString(file, text + "\nquorum g\n");
        return file;
    }

    private Cosigner witness(String name) throws Exception {
        return Cosigner.generate(
                temporary.resolve(name), name, VerifierKey.Type.COSIGNATURE_ED25519);
    }

    private void cosign(String name, Cosigner... witnesses) throws Exception {
        SignedNote note = SignedNote.parse(Files.readAllBytes(directory.resolve("checkpoint")));
        List<SignedNote.SignatureLine> lines = new ArrayList<>(note.signatures());
        for (Cosigner witness : witnesses) {
            lines.add(witness.cosign(note.text(), now.get()));
        }
        Files.write(directory.resolve(name), new SignedNote(note.text(), lines).toBytes());
    }

    @Test
    void aLedgerIsHeldToItsWitnesses() throws Exception {
        Cosigner one = witness("w1");
        Cosigner two = witness("w2");
        Path policy = policy(signer, one, two);
        cosign("checkpoint", one);
        assertThat(run("verify", directory, "--policy", policy)).isEqualTo(1);
        assertThat(noted())
                .isEqualTo(
                        "domicile: NOT verified: checkpoint: cosigned by 1 of the policy's 2"
                                + " witnesses, which is no quorum; missing: w2\n");
        cosign("checkpoint", one, two);
        assertThat(run("verify", directory, "--policy", policy)).as(noted()).isZero();
        assertThat(said()).contains("witnessed 3 entries by a quorum\n");
        assertThat(noted()).isEmpty();

        Files.copy(directory.resolve("checkpoint"), directory.resolve("checkpoint.witnessed"));
        append(Fact.Heartbeat.State.STARTED, 0);
        assertThat(run("verify", directory, "--policy", policy)).as(noted()).isZero();
        assertThat(said()).contains("witnessed 3 entries by a quorum; the 1 after them not yet\n");
        assertThat(run("verify", directory, "--policy", policy, "--json")).isZero();
        assertThat(said())
                .contains("\"witnessed_size\" : 3")
                .contains("\"unwitnessed\" : 1")
                .contains("\"last_cosigned\" : \"2026-11-22T08:00:00Z\"");
        append(Fact.Heartbeat.State.STOPPED, 0);
        append(Fact.Heartbeat.State.STARTED, 3_601);
        assertThat(run("verify", directory, "--policy", policy)).isEqualTo(1);
        assertThat(said()).contains("verified", "entry 3: from it on nothing is witnessed");
        assertThat(run("verify", directory)).isZero();

        Path other = policy(LogSigner.generate(temporary.resolve("o"), "example.com/o"), one);
        assertThat(run("verify", directory, "--policy", other)).isEqualTo(1);
        assertThat(noted()).hasLineCount(1).contains("log.vkey: is of no log in the policy");
        String key = signer.verifierKey().text();
        assertThat(run("verify", directory, "--policy", other, "--key", key))
                .isEqualTo(ExitCode.USAGE);
        assertThat(noted()).hasLineCount(1).contains("none with the key of --key");
        assertThat(run("verify", directory, "--policy", temporary.resolve("none")))
                .isEqualTo(ExitCode.USAGE);
    }

    private void append(Fact.Heartbeat.State state, long secondsLater) {
        now.updateAndGet(time -> time.plusSeconds(secondsLater));
        try (Ledger ledger = open()) {
            ledger.append(heartbeat(state), Map.of());
        }
    }

    @Test
    void aReceiptIsHeldToItsWitnesses() throws Exception {
        Cosigner one = witness("w1");
        Path policy = policy(signer, one);
        run("ledger", "disclose", directory, 1, "-o", receipt);
        assertThat(run("verify", receipt, "--policy", policy)).isEqualTo(1);
        assertThat(noted()).hasLineCount(1).contains("which is no quorum; missing: w1");
        Files.delete(receipt);
        cosign("checkpoint.witnessed", one);
        append(Fact.Heartbeat.State.STARTED, 0);
        run("ledger", "disclose", directory, 1, "-o", receipt);
        assertThat(run("verify", receipt, "--policy", policy)).as(noted()).isZero();
        assertThat(said())
                .contains("under its signed checkpoint of 3 entries")
                .contains("witnessed the checkpoint has the cosignatures");
        assertThat(run("verify", receipt, "--policy", policy, "--json")).isZero();
        assertThat(said()).contains("\"witnessed\" : true");
        Path other = policy(LogSigner.generate(temporary.resolve("o"), "example.com/o"), one);
        assertThat(run("verify", receipt, "--policy", other)).isEqualTo(1);
        assertThat(noted()).hasLineCount(1).contains("no log of the policy signed");
    }

    @Test
    void aSilentLogIsListedAndSetsTheStatus() {
        try (Ledger ledger = open()) {
            ledger.append(heartbeat(Fact.Heartbeat.State.STARTED), Map.of());
            now.updateAndGet(time -> time.plusSeconds(500));
            ledger.append(heartbeat(Fact.Heartbeat.State.RUNNING), Map.of());
        }
        assertThat(run("verify", directory, "--key", signer.verifierKey().text())).isEqualTo(1);
        assertThat(said()).contains("verified").contains("entry 4: the log was silent for 500 s");
        assertThat(noted()).isEmpty();
    }

    @Test
    void anEarlierCheckpointIsCompared() throws Exception {
        Path kept = temporary.resolve("kept");
        Path other = temporary.resolve("other");
        Files.copy(directory.resolve("checkpoint"), kept);
        Files.write(other, signer.signCheckpoint(2, new byte[32]));
        assertThat(run("verify", directory, "--checkpoint", kept)).as(noted()).isZero();
        assertThat(run("verify", directory, "--checkpoint", kept, other)).isEqualTo(1);
        assertThat(noted())
                .contains("the log signed another history", other.toString(), "size 2 root 0000");
        Files.write(other, signer.signCheckpoint(9, new byte[32]));
        assertThat(run("verify", directory, "--checkpoint", other)).isEqualTo(1);
        assertThat(noted()).contains("the log signed more than it has");
        Files.writeString(other, "x");
        assertThat(run("verify", directory, "--checkpoint", other)).isEqualTo(1);
        assertThat(noted()).contains("is none of this log");
    }
}
