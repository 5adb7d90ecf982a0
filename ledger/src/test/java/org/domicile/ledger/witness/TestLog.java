package org.domicile.ledger.witness;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.tile.MerkleHasher;

/**
 * A log of made-up entries whose history can fork, with RFC 9162's definitions of roots (2.1.1) and
 * consistency proofs (2.1.4.1) written as they stand there.
 */
final class TestLog {
    private final LogSigner signer;
    private final List<byte[]> leaves = new ArrayList<>();
    private final MerkleHasher hasher = new MerkleHasher();

    /** Entries from {@code fork} on are those of another history for each {@code name}. */
    TestLog(LogSigner signer, int entries, int fork, String name) {
        this.signer = signer;
        for (int i = 0; i < entries; i++) {
            String entry = i < fork ? "entry " + i : name + " " + i;
            leaves.add(hasher.leaf(entry.getBytes(StandardCharsets.UTF_8)));
        }
    }

    byte[] checkpoint(int size) {
        return signer.signCheckpoint(size, root(size));
    }

    byte[] root(int size) {
        return size == 0 ? hasher.emptyRoot() : hash(0, size);
    }

    List<byte[]> proof(int old, int size) {
        return old == 0 || old == size ? List.of() : subproof(old, 0, size, true);
    }

    AddCheckpoint request(int old, int size) {
        return new AddCheckpoint(old, proof(old, size), checkpoint(size));
    }

    boolean hasRoot(Checkpoint checkpoint) {
        return Arrays.equals(checkpoint.root(), root((int) checkpoint.size()));
    }

    private synchronized byte[] hash(int from, int to) {
        if (to - from == 1) {
            return leaves.get(from);
        }
        int middle = from + split(to - from);
        return hasher.node(hash(from, middle), hash(middle, to));
    }

    private List<byte[]> subproof(int m, int from, int to, boolean isComplete) {
        if (m == to - from) {
            return isComplete ? List.of() : List.of(hash(from, to));
        }
        int k = split(to - from);
        List<byte[]> proof = new ArrayList<>();
        if (m <= k) {
            proof.addAll(subproof(m, from, from + k, isComplete));
            proof.add(hash(from + k, to));
        } else {
            proof.addAll(subproof(m - k, from + k, to, false));
            proof.add(hash(from, from + k));
        }
        return proof;
    }

    /** The largest power of two below {@code count}. */
    private static int split(int count) {
        return Integer.highestOneBit(count - 1);
    }
}
