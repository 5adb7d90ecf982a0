package org.domicile.ledger.tile;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;

/** SHA-256 over a Merkle tree's leaves and nodes, RFC 6962 section 2.1. For one thread. */
public final class MerkleHasher {
    public static final int HASH_BYTES = 32;

    private static final byte LEAF = 0x00;
    private static final byte NODE = 0x01;

    private final MessageDigest sha256;

    public MerkleHasher() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The hash of a tree without leaves. */
    public byte[] emptyRoot() {
        return sha256.digest();
    }

    public byte[] leaf(byte[] entry) {
        sha256.update(LEAF);
        return sha256.digest(entry);
    }

    /** The hash of a node over its two children's hashes. */
    public byte[] node(byte[] left, byte[] right) {
        sha256.update(NODE);
        sha256.update(left);
        return sha256.digest(right);
    }

    /** The root of the subtree that a tile stands for. */
    public byte[] tileRoot(byte[] hashes) {
        return root(hashes, 0, hashes.length / HASH_BYTES);
    }

    /**
     * The root of the tree whose level holds {@code count} hashes, one after the other from {@code
     * from} on. The last may stand for a smaller subtree than the others: the shape is the same.
     */
    byte[] root(byte[] hashes, int from, int count) {
        if (count == 1) {
            byte[] only = new byte[HASH_BYTES];
            System.arraycopy(hashes, from, only, 0, HASH_BYTES);
            return only;
        }
        if (count == 2) {
            sha256.update(NODE);
            sha256.update(hashes, from, 2 * HASH_BYTES);
            return sha256.digest();
        }
        int left = Integer.highestOneBit(count - 1);
        byte[] leftRoot = root(hashes, from, left);
        return node(leftRoot, root(hashes, from + left * HASH_BYTES, count - left));
    }
}
