package org.domicile.ledger.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.Receipt;
import org.domicile.ledger.ReceiptMaker;
import org.domicile.ledger.Release;
import org.domicile.ledger.Verification;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.VerifierKey;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ledger with its witnesses over HTTP: cosigned, lost and found again, and caught. */
final class WitnessingTest {
    private static final LedgerOptions OPTIONS =
            LedgerOptions.defaults().withCheckpointInterval(Duration.ofMillis(20));
    private static final byte[] PLAN = "{}".getBytes(StandardCharsets.UTF_8);

    @TempDir Path temporary;
    private LogSigner signer;
    private Path directory;
    private final List<Running> running = new ArrayList<>();

    /** A witness that can be stopped and started at the same address. */
    private final class Running {
        private final List<Cosigner> cosigners = new ArrayList<>();
        private final Path state;
        private int port;
        private Witness witness;
        private WitnessServer server;

        Running(int number, VerifierKey.Type... types) throws IOException {
            state = temporary.resolve("witness-" + number);
            for (VerifierKey.Type type : types) {
                cosigners.add(
                        Cosigner.generate(
                                temporary.resolve("key-" + number + type),
                                "example.com/w" + number,
                                type));
            }
            start();
            running.add(this);
        }

        void start() throws IOException {
            witness =
                    Witness.open(
                            state,
                            cosigners,
                            Map.of(signer.verifierKey().name(), List.of(signer.verifierKey())),
                            Clock.systemUTC());
            server =
                    WitnessServer.start(
                            witness, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            port = server.address().getPort();
        }

        void stop() throws IOException {
            server.close();
            witness.close();
        }

        String line(String name, int key) {
            return "witness "
                    + name
                    + " "
                    + cosigners.get(key).verifierKey().text()
                    + " http://127.0.0.1:"
                    + port
                    + "/\n";
        }
    }

    @BeforeEach
    void prepare() throws Exception {
        signer = LogSigner.generate(temporary.resolve("log.key"), "example.com/log");
        directory = temporary.resolve("ledger");
    }

    @AfterEach
    void stop() throws Exception {
        for (Running one : running) {
            one.stop();
        }
    }

    private static WitnessPolicy policy(String text) {
        return WitnessPolicy.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private static long append(Ledger ledger, long version) {
        String digest = ledger.putDocument(PLAN);
        return ledger.append(new Fact.PolicyApplied(version, digest, "c".repeat(64)), Map.of());
    }

    private boolean isWitnessed(WitnessPolicy policy, long size) throws IOException {
        byte[] note = Files.readAllBytes(directory.resolve("checkpoint"));
        try {
            return policy.check(note, signer.verifierKey()).size() >= size;
        } catch (NoteUnverifiedException e) {
            return false;
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void await(Condition condition) throws Exception {
        Instant deadline = Instant.now().plusSeconds(60);
        while (!condition.holds()) {
            assertThat(Instant.now()).as("it did not come about").isBefore(deadline);
            Thread.sleep(5);
        }
    }

    private List<Fact> factsAboutWitnesses() throws Exception {
        List<Fact> facts = new ArrayList<>();
        LedgerVerifier.verify(
                directory,
                signer.verifierKey(),
                entry -> {
                    if (entry.fact() instanceof Fact.OfWitness) {
                        facts.add(entry.fact());
                    }
                });
        return facts;
    }

    @Test
    void aQuorumOfWitnessesReleases() throws Exception {
        Running both =
                new Running(
                        1,
                        VerifierKey.Type.COSIGNATURE_ED25519,
                        VerifierKey.Type.COSIGNATURE_ML_DSA_44);
        Running second = new Running(2, VerifierKey.Type.COSIGNATURE_ED25519);
        WitnessPolicy policy =
                policy(
                        both.line("a", 0)
                                + both.line("b", 1)
                                + second.line("c", 0)
                                + "group all all a b c\nquorum all\n");
        try (Ledger ledger =
                        Ledger.open(
                                directory,
                                signer,
                                OPTIONS.withRelease(Release.WITNESSED, Duration.ofMinutes(1)));
                Witnessing witnessing = Witnessing.start(ledger, policy)) {
            for (int i = 0; i < 300; i++) {
                ledger.append(
                        new Fact.PolicyApplied(i, ledger.putDocument(PLAN), "c".repeat(64)),
                        Map.of(),
                        new AppendListener() {
                            @Override
                            public void durable(long index) {}

                            @Override
                            public void failed(LedgerException reason) {}
                        });
            }
            // It returns when three cosignatures are on one checkpoint that covers it.
            long index = append(ledger, 300);
            assertThat(witnessing).isNotNull();
            assertThat(isWitnessed(policy, index + 1) || index < 400).isTrue();
            await(() -> isWitnessed(policy, index + 1));
        }
        assertThat(factsAboutWitnesses())
                .hasSize(3)
                .allMatch(fact -> fact instanceof Fact.WitnessFound);
    }

    @Test
    void anOutageIsRecordedAndItsEndToo() throws Exception {
        Running one = new Running(1, VerifierKey.Type.COSIGNATURE_ED25519);
        Running two = new Running(2, VerifierKey.Type.COSIGNATURE_ED25519);
        WitnessPolicy both =
                policy(one.line("a", 0) + two.line("b", 0) + "group g all a b\nquorum g\n");
        WitnessPolicy first =
                policy(one.line("a", 0) + two.line("b", 0) + "group g any a b\nquorum g\n");
        try (Ledger ledger = Ledger.open(directory, signer, OPTIONS);
                Witnessing witnessing = Witnessing.start(ledger, both)) {
            assertThat(witnessing).isNotNull();
            append(ledger, 1);
            await(() -> isWitnessed(both, 1));
            two.stop();
            running.remove(two);
            // The ledger serves on, and its own writers never wait.
            long during = append(ledger, 2);
            await(() ->
                    factsAboutWitnesses().stream().anyMatch(Fact.WitnessLost.class::isInstance));
            await(() -> isWitnessed(first, during + 1));
            assertThat(isWitnessed(both, during + 1)).isFalse();
            two.start();
            running.add(two);
            await(() -> isWitnessed(both, during + 1));
            await(() -> factsAboutWitnesses().size() >= 4);
        }
        List<Fact> facts = factsAboutWitnesses();
        assertThat(facts).filteredOn(Fact.WitnessLost.class::isInstance).hasSize(1);
        Fact.WitnessLost lost =
                (Fact.WitnessLost)
                        facts.stream()
                                .filter(Fact.WitnessLost.class::isInstance)
                                .findFirst()
                                .orElseThrow();
        assertThat(lost.reason()).isEqualTo("unreachable");
        assertThat(lost.witness()).isEqualTo(two.cosigners.getFirst().verifierKey().shortText());
        assertThat(facts.getLast()).isInstanceOf(Fact.WitnessFound.class);
    }

    /**
     * The log is put back to an older state: ahead of it, then beside it, is what a witness saw.
     */
    @Test
    void aLogThatWasPutBackIsCaught() throws Exception {
        Running one = new Running(1, VerifierKey.Type.COSIGNATURE_ML_DSA_44);
        WitnessPolicy policy = policy(one.line("a", 0) + "quorum a\n");
        Path old = temporary.resolve("old");
        try (Ledger ledger = Ledger.open(directory, signer, OPTIONS)) {
            append(ledger, 1);
        }
        copy(directory, old);
        try (Ledger ledger = Ledger.open(directory, signer, OPTIONS);
                Witnessing witnessing = Witnessing.start(ledger, policy)) {
            assertThat(witnessing).isNotNull();
            for (int i = 2; i < 20; i++) {
                append(ledger, i);
            }
            await(() -> isWitnessed(policy, 19));
        }
        directory = old;
        try (Ledger ledger = Ledger.open(directory, signer, OPTIONS);
                Witnessing witnessing = Witnessing.start(ledger, policy)) {
            assertThat(witnessing).isNotNull();
            await(() -> reasons().contains("ahead"));
            for (int i = 100; i < 140; i++) {
                append(ledger, i);
            }
            await(() -> reasons().contains("inconsistent"));
            assertThat(isWitnessed(policy, 0)).isFalse();
        }
    }

    private List<String> reasons() throws Exception {
        return factsAboutWitnesses().stream()
                .filter(Fact.WitnessLost.class::isInstance)
                .map(fact -> ((Fact.WitnessLost) fact).reason())
                .toList();
    }

    @Test
    void aQuorumWithoutAddressesIsRefused() throws Exception {
        Running one = new Running(1, VerifierKey.Type.COSIGNATURE_ED25519);
        String key = one.cosigners.getFirst().verifierKey().text();
        try (Ledger ledger = Ledger.open(directory, signer, OPTIONS)) {
            WitnessPolicy policy = policy("witness a " + key + "\nquorum a\n");
            assertThatThrownBy(() -> Witnessing.start(ledger, policy))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void theLastCheckpointWithAQuorumIsKeptBesideNewerOnes() throws Exception {
        Running one = new Running(1, VerifierKey.Type.COSIGNATURE_ED25519);
        Running two = new Running(2, VerifierKey.Type.COSIGNATURE_ML_DSA_44);
        WitnessPolicy policy =
                policy(one.line("a", 0) + two.line("b", 0) + "group all all a b\nquorum all\n");
        Path kept = directory.resolve("checkpoint.witnessed");
        try (Ledger ledger = Ledger.open(directory, signer, OPTIONS);
                Witnessing witnessing = Witnessing.start(ledger, policy)) {
            for (int i = 0; i < 300; i++) {
                append(ledger, i);
            }
            await(() -> isWitnessed(policy, 300));
            assertThat(policy.check(Files.readAllBytes(kept), signer.verifierKey()).size())
                    .isGreaterThanOrEqualTo(300);
            two.stop();
            running.remove(two);
            append(ledger, 300);
            assertThat(witnessing).isNotNull();
        }
        Verification verification =
                LedgerVerifier.verify(directory, signer.verifierKey(), entry -> {});
        WitnessPolicy.WitnessedPart part = policy.witnessed(verification);
        assertThat(part.checkpoint().size())
                .isBetween(300L, verification.checkpoint().size() - 1)
                .isEqualTo(verification.witnessed().orElseThrow().size());
        assertThat(part.time()).isPresent();

        Receipt receipt = ReceiptMaker.make(directory, signer.verifierKey(), 299, Set.of());
        assertThat(receipt.verify(signer.verifierKey()).checkpoint()).isEqualTo(part.checkpoint());
        policy.check(receipt.checkpointNote(), signer.verifierKey());
        long last = verification.checkpoint().size() - 1;
        Receipt newest = ReceiptMaker.make(directory, signer.verifierKey(), last, Set.of());
        assertThat(newest.verify(signer.verifierKey()).checkpoint().size()).isEqualTo(last + 1);
        assertThatThrownBy(() -> policy.check(newest.checkpointNote(), signer.verifierKey()))
                .isInstanceOf(NoteUnverifiedException.class)
                .hasMessageContaining("which is no quorum; missing: ")
                .hasMessageEndingWith("b");

        Files.write(kept, signer.signCheckpoint(200, new byte[32]));
        assertThatThrownBy(
                        () -> LedgerVerifier.verify(directory, signer.verifierKey(), entry -> {}))
                .isInstanceOf(LedgerDamage.class)
                .hasMessageContaining("another history: checkpoint.witnessed has");
        Files.write(kept, signer.signCheckpoint(last + 2, new byte[32]));
        assertThatThrownBy(
                        () -> LedgerVerifier.verify(directory, signer.verifierKey(), entry -> {}))
                .isInstanceOf(LedgerDamage.class)
                .hasMessageContaining("signed more than it has: checkpoint.witnessed has");
    }

    @Test
    void aPolicyOfAnotherLogIsRefused() throws Exception {
        Running one = new Running(1, VerifierKey.Type.COSIGNATURE_ED25519);
        LogSigner other = LogSigner.generate(temporary.resolve("other"), "example.com/log");
        String rest = one.line("a", 0) + "quorum a\n";
        try (Ledger ledger = Ledger.open(directory, signer, OPTIONS)) {
            WitnessPolicy policy = policy("log " + other.verifierKey().text() + "\n" + rest);
            assertThatThrownBy(() -> Witnessing.start(ledger, policy))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("add the line \"log " + signer.verifierKey().text());
            String both =
                    "log " + signer.verifierKey().text() + "\nlog " + other.verifierKey().text();
            Witnessing.start(ledger, policy(both + "\n" + rest)).close();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
