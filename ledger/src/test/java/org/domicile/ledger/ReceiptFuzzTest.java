package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofFormatException;
import org.domicile.ledger.proof.ProofUnverifiedException;
import org.domicile.ledger.proof.TlogProof;
import org.junit.jupiter.api.Test;

/** Whatever comes, a receipt is refused with one of two exceptions, or writes back as it was. */
class ReceiptFuzzTest {
    private static final VerifierKey KEY =
            VerifierKey.parse(
                    "example.com/ledger/us+f85f3897+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea");
    private static final byte[] CHECKPOINT =
            "example.com/ledger/us\n4\nAAAA\n\n\u2014 x AAAA\n".getBytes(StandardCharsets.UTF_8);

    @FuzzTest
    void file(byte[] data) {
        readOrRefuse(data);
    }

    /** A well-formed proof around whatever extra data. */
    @FuzzTest
    void extra(byte[] data) {
        if (data.length > 0) {
            readOrRefuse(new TlogProof(data, 3, List.of(new byte[32]), CHECKPOINT).toBytes());
        }
    }

    @Test
    void randomChangesAreReadOrRefused() {
        byte[] leaf = new Leaf(0, Samples.disclosure(Samples.SESSION, 1), new TreeMap<>()).encode();
        byte[] file =
                Receipt.of(
                                new TlogProof(new byte[0], 3, List.of(new byte[32]), CHECKPOINT),
                                leaf,
                                Body.NONE)
                        .toBytes();
        readOrRefuse(file);
        Random random = new Random(8);
        for (int round = 0; round < 5_000; round++) {
            byte[] changed = file.clone();
            for (int change = random.nextInt(3); change >= 0; change--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            readOrRefuse(changed);
        }
        byte[] extra = TlogProof.parse(file).extra();
        for (int round = 0; round < 5_000; round++) {
            byte[] changed = extra.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            readOrRefuse(new TlogProof(changed, 3, List.of(), CHECKPOINT).toBytes());
        }
    }

    private static void readOrRefuse(byte[] file) {
        try {
            assertThat(TlogProof.parse(file).toBytes()).isEqualTo(file);
            Receipt receipt = Receipt.parse(file);
            assertThat(receipt.toBytes()).isEqualTo(file);
            receipt.verify(KEY);
        } catch (ProofFormatException | ProofUnverifiedException e) {
            assertThat(e).hasMessageNotContaining("\n");
        }
    }
}
