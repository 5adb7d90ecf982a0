package org.domicile.ledger.proof;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TileTree;

/**
 * RFC 9162 section 2.1's recursive definitions, word for word, and proofs checked by walking down
 * the same recursion. Nothing of it is shared with what is tested.
 */
final class NaiveTree {
    private final List<byte[]> leafHashes = new ArrayList<>();
    private final Map<List<Integer>, byte[]> known = new HashMap<>();

    void add(byte[] leafHash) {
        leafHashes.add(leafHash);
    }

    byte[] leafHash(int index) {
        return leafHashes.get(index);
    }

    byte[] root(int size) {
        return size == 0 ? sha256(new byte[0]) : hash(0, size);
    }

    private byte[] hash(int from, int to) {
        if (to - from == 1) {
            return leafHashes.get(from);
        }
        byte[] before = known.get(List.of(from, to));
        if (before == null) {
            int k = (int) split(to - from);
            before = node(hash(from, from + k), hash(from + k, to));
            known.put(List.of(from, to), before);
        }
        return before;
    }

    /** The largest power of two below n. */
    private static long split(long n) {
        long k = 1;
        while (2 * k < n) {
            k *= 2;
        }
        return k;
    }

    /** PATH(m, D_n). */
    List<byte[]> path(int m, int n) {
        return path(m, 0, n);
    }

    private List<byte[]> path(int m, int from, int to) {
        if (to - from == 1) {
            return new ArrayList<>();
        }
        int k = (int) split(to - from);
        List<byte[]> path;
        if (m < k) {
            path = path(m, from, from + k);
            path.add(hash(from + k, to));
        } else {
            path = path(m - k, from + k, to);
            path.add(hash(from, from + k));
        }
        return path;
    }

    /** PROOF(m, D_n), for 0 < m < n. */
    List<byte[]> proof(int m, int n) {
        return subproof(m, 0, n, true);
    }

    private List<byte[]> subproof(int m, int from, int to, boolean isWhole) {
        if (m == to - from) {
            List<byte[]> path = new ArrayList<>();
            if (!isWhole) {
                path.add(hash(from, to));
            }
            return path;
        }
        int k = (int) split(to - from);
        List<byte[]> path;
        if (m <= k) {
            path = subproof(m, from, from + k, isWhole);
            path.add(hash(from + k, to));
        } else {
            path = subproof(m - k, from + k, to, false);
            path.add(hash(from, from + k));
        }
        return path;
    }

    /** The root that a path leads to, if it has just the length that PATH(m, D_n) has. */
    static Optional<byte[]> rootOf(byte[] leafHash, long m, long n, List<byte[]> path) {
        if (n == 1) {
            return path.isEmpty() ? Optional.of(leafHash) : Optional.empty();
        }
        if (path.isEmpty()) {
            return Optional.empty();
        }
        long k = split(n);
        List<byte[]> below = path.subList(0, path.size() - 1);
        return m < k
                ? rootOf(leafHash, m, k, below).map(left -> node(left, path.getLast()))
                : rootOf(leafHash, m - k, n - k, below).map(right -> node(path.getLast(), right));
    }

    /** The two roots that a proof leads to, if it has just the length of PROOF(m, D_n). */
    static Optional<List<byte[]>> rootsOf(long m, byte[] firstRoot, long n, List<byte[]> path) {
        return subroots(m, n, path, Optional.of(firstRoot));
    }

    private static Optional<List<byte[]>> subroots(
            long m, long n, List<byte[]> path, Optional<byte[]> whole) {
        if (m == n) {
            if (whole.isPresent()) {
                return path.isEmpty()
                        ? Optional.of(List.of(whole.get(), whole.get()))
                        : Optional.empty();
            }
            return path.size() == 1
                    ? Optional.of(List.of(path.getFirst(), path.getFirst()))
                    : Optional.empty();
        }
        if (path.isEmpty()) {
            return Optional.empty();
        }
        long k = split(n);
        byte[] last = path.getLast();
        List<byte[]> below = path.subList(0, path.size() - 1);
        return m <= k
                ? subroots(m, k, below, whole)
                        .map(roots -> List.of(roots.get(0), node(roots.get(1), last)))
                : subroots(m - k, n - k, below, Optional.empty())
                        .map(roots -> List.of(node(last, roots.get(0)), node(last, roots.get(1))));
    }

    private static byte[] node(byte[] left, byte[] right) {
        byte[] whole = new byte[1 + left.length + right.length];
        whole[0] = 1;
        System.arraycopy(left, 0, whole, 1, left.length);
        System.arraycopy(right, 0, whole, 1 + left.length, right.length);
        return sha256(whole);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The tiles of the tree of {@code size}. */
    TileReader tiles(int size) {
        Map<TilePath, byte[]> tiles = new HashMap<>();
        TileTree tree = new TileTree();
        for (int i = 0; i < size; i++) {
            tree.add(leafHashes.get(i)).forEach(full -> tiles.put(full.path(), full.hashes()));
        }
        for (int level = 0; level < TileTree.levels(size); level++) {
            int width = TileTree.partialWidth(size, level);
            if (width > 0) {
                tiles.put(
                        new TilePath(
                                TilePath.Kind.HASHES,
                                level,
                                TileTree.fullTiles(size, level),
                                width),
                        tree.partialTile(level));
            }
        }
        return path -> {
            byte[] hashes = tiles.get(path);
            if (hashes == null) {
                throw new AssertionError("asks for " + path.text() + ", which is not there");
            }
            return hashes;
        };
    }
}
