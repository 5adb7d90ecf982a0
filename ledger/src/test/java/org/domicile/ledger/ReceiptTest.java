package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofFormatException;
import org.domicile.ledger.proof.ProofUnverifiedException;
import org.domicile.ledger.proof.TlogProof;
import org.domicile.ledger.tile.MerkleHasher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReceiptTest {
    private static final int ENTRIES = 600;

    @TempDir Path temporary;
    private Path directory;
    private LogSigner signer;
    private VerifierKey key;

    @BeforeEach
    void fill() {
        directory = temporary.resolve("ledger");
        signer = Samples.signer(temporary);
        key = signer.verifierKey();
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            Samples.fill(ledger, new Random(3), ENTRIES);
        }
    }

    @Test
    void opensWhatWasAskedForAndNothingElse() throws Exception {
        for (long index : new long[] {0, 2, 255, 256, 511, 512, ENTRIES - 1}) {
            byte[] file = ReceiptMaker.make(directory, key, index, Set.of()).toBytes();
            Receipt.Verified verified = Receipt.parse(file).verify(key);
            assertThat(verified.entry().index()).isEqualTo(index);
            assertThat(verified.entry().privateValues()).contains(Map.of());
            assertThat(verified.checkpoint().size()).isEqualTo(ENTRIES);
        }
        Receipt receipt = ReceiptMaker.make(directory, key, 300, Set.of("sql"));
        Receipt.Verified verified = Receipt.parse(receipt.toBytes()).verify(key);
        assertThat(verified.entry().privateValues())
                .contains(Map.of("sql", "SELECT 'ünï\u0001\\\"299'"));
        assertThat(verified.closed()).containsExactly("accessor");
        String extra =
                new String(TlogProof.parse(receipt.toBytes()).extra(), StandardCharsets.UTF_8);
        assertThat(extra).doesNotContain("ana_299");
        assertThat(receipt.toString() + verified).doesNotContain("ünï");
    }

    @Test
    void saysWhatIsNotThere() {
        assertThatThrownBy(() -> ReceiptMaker.make(directory, key, ENTRIES, Set.of()))
                .hasMessage("the ledger has no entry 600; it has 600");
        assertThatThrownBy(() -> ReceiptMaker.make(directory, key, -1, Set.of()))
                .hasMessage("the ledger has no entry -1; it has 600");
        assertThatThrownBy(() -> ReceiptMaker.make(directory, key, 5, Set.of("name", "sql")))
                .hasMessage("entry 5 has no private field name; it has accessor, sql");
        try (Ledger ledger = Ledger.open(directory, signer, Samples.MANUAL)) {
            ledger.append(Samples.applied(2), Map.of());
            assertThatThrownBy(() -> ReceiptMaker.make(directory, key, ENTRIES, Set.of()))
                    .hasMessageContaining("not yet under a signed checkpoint");
        }
    }

    @Test
    void anErasedEntryProvesItsPublicHalfOnly() throws Exception {
        assertThat(BodyEraser.erase(directory, 300, BodyEraser.Why.UNSAID))
                .isEqualTo(BodyEraser.Outcome.ERASED);
        assertThatThrownBy(() -> ReceiptMaker.make(directory, key, 300, Set.of("sql")))
                .hasMessageStartingWith("the private values of entry 300 were erased");
        byte[] file = ReceiptMaker.make(directory, key, 300, Set.of()).toBytes();
        assertThat(Receipt.parse(file).verify(key).closed())
                .containsExactlyInAnyOrder("accessor", "sql");
    }

    @Test
    void aReceiptFromBeforeErasingStaysValid() throws Exception {
        byte[] file = ReceiptMaker.make(directory, key, 300, Set.of("sql")).toBytes();
        BodyEraser.erase(directory, 300, BodyEraser.Why.UNSAID);
        assertThat(Receipt.parse(file).verify(key).entry().privateValues()).isPresent();
    }

    @Test
    void anotherValueKeyOrEntryIsRefused() throws Exception {
        Receipt receipt = ReceiptMaker.make(directory, key, 300, Set.of("sql"));
        LogSigner other = LogSigner.generate(temporary.resolve("other"), "example.com/ledger/us");
        assertThatThrownBy(() -> receipt.verify(other.verifierKey()))
                .isInstanceOf(ProofUnverifiedException.class);
        TlogProof proof = TlogProof.parse(receipt.toBytes());
        String extra = new String(proof.extra(), StandardCharsets.UTF_8);
        requireUnverified(proof, extra.replace("SELECT 'ü", "SELECT 'u"), proof.index());
        requireUnverified(proof, extra.replace("\"sql\":{\"salt", "\"accessor\":{\"salt"), 300);
        requireUnverified(proof, extra.replace("\"sql\":{\"salt", "\"none\":{\"salt"), 300);
        requireUnverified(proof, extra.replace("\\\"rows\\\":3", "\\\"rows\\\":4"), proof.index());
        requireUnverified(proof, extra, 301);
        requireUnverified(proof, extra, ENTRIES);
    }

    private void requireUnverified(TlogProof proof, String extra, long index) {
        byte[] file =
                new TlogProof(
                                extra.getBytes(StandardCharsets.UTF_8),
                                index,
                                proof.path(),
                                proof.checkpoint())
                        .toBytes();
        Receipt changed = Receipt.parse(file);
        assertThat(index != proof.index() || !Arrays.equals(proof.toBytes(), file)).isTrue();
        assertThatThrownBy(() -> changed.verify(key))
                .isInstanceOf(ProofUnverifiedException.class)
                .hasMessageNotContaining("SELECT");
    }

    /** Each bit of the file is under the signature, a digest or the proof. */
    @Test
    void everyFlippedBitIsFound() throws Exception {
        byte[] file = ReceiptMaker.make(directory, key, 300, Set.of("accessor")).toBytes();
        Random random = new Random(5);
        for (int at = 0; at < file.length; at++) {
            byte[] changed = file.clone();
            changed[at] ^= (byte) (1 << random.nextInt(8));
            assertThatThrownBy(() -> Receipt.parse(changed).verify(key))
                    .as("byte " + at)
                    .isInstanceOfAny(ProofFormatException.class, ProofUnverifiedException.class);
        }
        for (int length = 0; length < file.length; length++) {
            byte[] changed = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> Receipt.parse(changed).verify(key))
                    .as("cut to " + length)
                    .isInstanceOfAny(ProofFormatException.class, ProofUnverifiedException.class);
        }
    }

    @Test
    void isToTheLetterOfTheSpecification() throws Exception {
        byte[] file = ReceiptMaker.make(directory, key, 300, Set.of()).toBytes();
        String[] lines = new String(file, StandardCharsets.UTF_8).split("\n", -1);
        assertThat(lines[0]).isEqualTo("c2sp.org/tlog-proof@v1");
        assertThat(lines[1]).startsWith("extra ey");
        assertThat(lines[2]).isEqualTo("index 300");
        assertThat(lines[13]).isEmpty();
        assertThat(String.join("\n", Arrays.asList(lines).subList(14, lines.length)))
                .isEqualTo(Files.readString(directory.resolve("checkpoint")));
        TlogProof proof = TlogProof.parse(file);
        TlogProof bare = new TlogProof(new byte[0], 300, proof.path(), proof.checkpoint());
        assertThat(new String(bare.toBytes(), StandardCharsets.UTF_8)).doesNotContain("extra");
        byte[] leaf = Receipt.parse(file).leafText().getBytes(StandardCharsets.UTF_8);
        assertThat(
                        TlogProof.parse(bare.toBytes())
                                .verify(new MerkleHasher().leaf(leaf), key)
                                .size())
                .isEqualTo(ENTRIES);
        assertThatThrownBy(() -> Receipt.parse(bare.toBytes()))
                .isInstanceOf(ProofFormatException.class)
                .hasMessageContaining("without its entry");
        for (String other :
                new String[] {
                    "index 00",
                    "index +1",
                    "index -1",
                    "index ",
                    "index 9223372036854775808",
                    "Index 1"
                }) {
            byte[] changed =
                    new String(bare.toBytes(), StandardCharsets.UTF_8)
                            .replace("index 300", other)
                            .getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> TlogProof.parse(changed))
                    .isInstanceOf(ProofFormatException.class);
        }
    }
}
