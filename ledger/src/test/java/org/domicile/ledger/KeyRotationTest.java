package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.domicile.ledger.mirror.Mirror;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.serve.LedgerServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log changes its key: two signatures for a while, then one, and nobody is left behind. */
final class KeyRotationTest {
    private static final String ORIGIN = "example.com/ledger/us";

    @TempDir Path temporary;
    private final Random random = new Random(4);
    private Path directory;
    private LogSigner old;
    private LogSigner next;

    @BeforeEach
    void keys() throws Exception {
        directory = temporary.resolve("ledger");
        old = LogSigner.generate(temporary.resolve("old.key"), ORIGIN);
        next = LogSigner.generate(temporary.resolve("next.key"), ORIGIN);
    }

    private void run(LogSigner signer) {
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, random, 5);
        }
    }

    private Verification verified(VerifierKey key) throws Exception {
        return LedgerVerifier.verify(directory, key, entry -> {});
    }

    private int signatures() throws Exception {
        return SignedNote.parse(Files.readAllBytes(directory.resolve("checkpoint")))
                .signatures()
                .size();
    }

    @Test
    void whoHoldsTheOldKeyIsLedToTheNewOne() throws Exception {
        run(old);
        run(next.after(old));
        assertThat(signatures()).isEqualTo(2);
        assertThat(Files.readString(directory.resolve("log.vkey")).strip())
                .isEqualTo(next.verifierKey().text());
        assertThat(verified(old.verifierKey()).entriesByType())
                .containsEntry("key-handed-over", 1L);
        verified(next.verifierKey());

        run(next.after(old)); // between the keys for longer: nothing new to say
        run(next);
        assertThat(signatures()).isEqualTo(1);
        run(next);
        for (LogSigner known : new LogSigner[] {old, next}) {
            assertThat(verified(known.verifierKey()).entriesByType())
                    .containsEntry("key-handed-over", 1L)
                    .containsEntry("key-retired", 1L);
        }
        LogSigner third = LogSigner.generate(temporary.resolve("third.key"), ORIGIN);
        run(third.after(next));
        run(third);
        assertThat(verified(old.verifierKey()).entriesByType())
                .containsEntry("key-handed-over", 2L)
                .containsEntry("key-retired", 2L);
    }

    @Test
    void aCrashBetweenTheStepsIsMadeGood() throws Exception {
        run(old);
        Path before = temporary.resolve("before");
        Samples.copy(directory, before);
        run(next.after(old));
        for (String lost : new String[] {"handover/1", "log.vkey"}) {
            Files.deleteIfExists(directory.resolve("handover/1"));
            if (lost.equals("log.vkey")) {
                Files.write(directory.resolve("handover/1"), next.after(old).handover().get());
            }
            Files.copy(
                    before.resolve("log.vkey"),
                    directory.resolve("log.vkey"),
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            verified(old.verifierKey());
            run(next.after(old));
            verified(old.verifierKey());
            verified(next.verifierKey());
        }
    }

    @Test
    void aKeyThatNoHandoverLeadsToIsRefused() throws Exception {
        run(old);
        assertThatThrownBy(() -> run(next))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("belongs to another key");
        run(next.after(old));
        LogSigner stranger = LogSigner.generate(temporary.resolve("stranger"), ORIGIN);
        assertThatThrownBy(() -> verified(stranger.verifierKey()))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessageContaining("handovers do not have the key");
        // Led away by a handover that the log does not record.
        byte[] forged = stranger.after(next).handover().orElseThrow();
        Files.write(directory.resolve("handover/2"), forged);
        assertThatThrownBy(() -> verified(old.verifierKey()))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessageContaining("not signed by the key");
        signAgain(stranger.after(next));
        assertThatThrownBy(() -> verified(old.verifierKey()))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessageContaining("no entry records");
    }

    private Checkpoint claimed() throws Exception {
        return Checkpoint.parse(
                SignedNote.parse(Files.readAllBytes(directory.resolve("checkpoint"))).text());
    }

    private void signAgain(LogSigner signer) throws Exception {
        Checkpoint claimed = claimed();
        Files.write(
                directory.resolve("checkpoint"),
                signer.signCheckpoint(claimed.size(), claimed.root()));
    }

    @Test
    void theOldKeyAloneSignsNothingAnyMore() throws Exception {
        run(old);
        run(next.after(old));
        signAgain(old);
        assertThatThrownBy(() -> verified(old.verifierKey()))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessageContaining("not signed by the key");
    }

    @Test
    void aMirrorFollowsByItself() throws Exception {
        run(old);
        Path copy = temporary.resolve("copy");
        try (LedgerServer server =
                LedgerServer.start(
                        directory, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            URI url = URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
            sync(url, copy, old.verifierKey());
            run(next.after(old));
            run(next);
            sync(url, copy, old.verifierKey());
            sync(url, copy, next.verifierKey());
            sync(url, temporary.resolve("fresh"), old.verifierKey());
        }
        assertThat(
                        LedgerVerifier.verify(copy, old.verifierKey(), entry -> {})
                                .mirror()
                                .checkpoints())
                .isEqualTo(2);
        LedgerVerifier.verify(copy, next.verifierKey(), entry -> {});
        LedgerVerifier.verify(temporary.resolve("fresh"), next.verifierKey(), entry -> {});
    }

    private static void sync(URI url, Path copy, VerifierKey key) throws Exception {
        try (Mirror mirror = Mirror.open(url, copy, key, Mirror.Options.defaults())) {
            mirror.sync((entries, of) -> {});
        }
    }

    @Test
    void releaseThatWaitsForWitnessesDoesNotHoldUpTheChange() throws Exception {
        run(old);
        try (Ledger ledger =
                Ledger.open(
                        directory,
                        next.after(old),
                        Samples.MANUAL.withRelease(
                                Release.WITNESSED, java.time.Duration.ofMillis(200)))) {
            assertThatThrownBy(() -> ledger.append(Samples.applied(2), Map.of()))
                    .isInstanceOf(LedgerException.class);
        }
        verified(old.verifierKey());
    }
}
