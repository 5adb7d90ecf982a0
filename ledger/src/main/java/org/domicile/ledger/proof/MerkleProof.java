package org.domicile.ledger.proof;

import java.util.Arrays;
import java.util.List;
import org.domicile.ledger.tile.MerkleHasher;

/**
 * The check of a proof against hashes that somebody signed, RFC 9162 section 2.1: exactly, so that
 * an index beyond the tree, a node too many or a node too few is a refusal.
 */
public final class MerkleProof {
    private MerkleProof() {}

    /** Section 2.1.3.2: whether the entry {@code index} of a tree has this hash. */
    public static boolean includes(
            byte[] leafHash, long index, long size, List<byte[]> path, byte[] root) {
        if (index < 0 || index >= size || !isHash(leafHash) || !areHashes(path)) {
            return false;
        }
        MerkleHasher hasher = new MerkleHasher();
        long node = index;
        long last = size - 1;
        byte[] hash = leafHash;
        for (byte[] sibling : path) {
            if (last == 0) {
                return false; // the path goes on above the root
            }
            if (isRight(node) || node == last) {
                hash = hasher.node(sibling, hash);
                int levels = levelsWithoutSibling(node);
                node >>>= levels;
                last >>>= levels;
            } else {
                hash = hasher.node(hash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0 && Arrays.equals(hash, root);
    }

    /**
     * Section 2.1.4.2: whether the tree of {@code second} entries begins with the one of {@code
     * first}. Beyond the section's {@code 0 < first < second}: a tree begins with itself, and with
     * the empty tree; both need no path and may have none.
     */
    public static boolean isConsistent(
            long first, byte[] firstRoot, long second, byte[] secondRoot, List<byte[]> path) {
        if (first < 0 || first > second) {
            return false;
        }
        MerkleHasher hasher = new MerkleHasher();
        if (first == 0 && !Arrays.equals(firstRoot, hasher.emptyRoot())) {
            return false;
        }
        if (first == second) {
            return path.isEmpty() && Arrays.equals(firstRoot, secondRoot);
        }
        if (first == 0) {
            return path.isEmpty() && isHash(secondRoot);
        }
        if (path.isEmpty() || !isHash(firstRoot) || !areHashes(path)) {
            return false;
        }
        boolean isFull = Long.bitCount(first) == 1;
        int levels = Long.numberOfTrailingZeros(first);
        long node = (first - 1) >>> levels;
        long last = (second - 1) >>> levels;
        byte[] firstHash = isFull ? firstRoot : path.getFirst();
        byte[] secondHash = firstHash;
        for (byte[] sibling : isFull ? path : path.subList(1, path.size())) {
            if (last == 0) {
                return false; // the path goes on above the root
            }
            if (isRight(node) || node == last) {
                firstHash = hasher.node(sibling, firstHash);
                secondHash = hasher.node(sibling, secondHash);
                int edge = levelsWithoutSibling(node);
                node >>>= edge;
                last >>>= edge;
            } else {
                secondHash = hasher.node(secondHash, sibling);
            }
            node >>>= 1;
            last >>>= 1;
        }
        return last == 0
                && Arrays.equals(firstHash, firstRoot)
                && Arrays.equals(secondHash, secondRoot);
    }

    private static boolean isRight(long node) {
        return (node & 1) == 1;
    }

    /**
     * How many levels a node on the right edge has no sibling: up to where it is a right child. The
     * leftmost node never comes here, since it is on the right edge of nothing but the root.
     */
    private static int levelsWithoutSibling(long node) {
        return Long.numberOfTrailingZeros(node);
    }

    private static boolean isHash(byte[] bytes) {
        return bytes.length == MerkleHasher.HASH_BYTES;
    }

    private static boolean areHashes(List<byte[]> path) {
        return path.stream().allMatch(MerkleProof::isHash);
    }
}
