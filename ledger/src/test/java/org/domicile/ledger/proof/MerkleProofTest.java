package org.domicile.ledger.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TileTree;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

final class MerkleProofTest {
    /** Every size up to here, which is one tile and some, is tried. */
    private static final int ALL_SIZES = 130;

    private static final int LARGE = 70_000;
    private static final NaiveTree TREE = new NaiveTree();

    @BeforeAll
    static void plant() {
        for (int i = 0; i < LARGE; i++) {
            byte[] number = {(byte) i, (byte) (i >> 8), (byte) (i >> 16)};
            TREE.add(new MerkleHasher().leaf(number));
        }
    }

    @Test
    void everyProofOfASmallTreeIsTheDefinitionsAndHolds() throws IOException {
        for (int size = 1; size <= ALL_SIZES; size++) {
            ProofBuilder builder = new ProofBuilder(TREE.tiles(size), size);
            byte[] root = TREE.root(size);
            assertThat(builder.root()).isEqualTo(root);
            for (int index = 0; index < size; index++) {
                List<byte[]> path = builder.inclusion(index);
                requireSame(path, TREE.path(index, size), "entry " + index + " of " + size);
                assertThat(MerkleProof.includes(TREE.leafHash(index), index, size, path, root))
                        .isTrue();
            }
            for (int first = 1; first < size; first++) {
                List<byte[]> path = builder.consistency(first);
                requireSame(path, TREE.proof(first, size), first + " to " + size);
                assertThat(MerkleProof.isConsistent(first, TREE.root(first), size, root, path))
                        .isTrue();
            }
        }
    }

    private static void requireSame(List<byte[]> found, List<byte[]> expected, String what) {
        assertThat(Arrays.deepEquals(found.toArray(), expected.toArray())).as(what).isTrue();
    }

    @Test
    void proofsOfLargerTreesHold() throws IOException {
        Random random = new Random(11);
        for (int size : new int[] {256, 257, 511, 512, 4095, 65_535, 65_536, 65_537, LARGE}) {
            ProofBuilder builder = new ProofBuilder(TREE.tiles(size), size);
            byte[] root = TREE.root(size);
            assertThat(builder.root()).isEqualTo(root);
            for (int round = 0; round < 60; round++) {
                int index = round == 0 ? size - 1 : random.nextInt(size);
                List<byte[]> path = builder.inclusion(index);
                requireSame(path, TREE.path(index, size), "entry " + index + " of " + size);
                assertThat(MerkleProof.includes(TREE.leafHash(index), index, size, path, root))
                        .isTrue();
                int first = 1 + random.nextInt(size - 1);
                path = builder.consistency(first);
                requireSame(path, TREE.proof(first, size), first + " to " + size);
                assertThat(MerkleProof.isConsistent(first, TREE.root(first), size, root, path))
                        .isTrue();
            }
        }
    }

    /** Trees whose entries are all the same have one hash for each level, so they may be huge. */
    @Test
    void proofsOfHugeTreesHold() throws IOException {
        MerkleHasher hasher = new MerkleHasher();
        List<byte[]> byHeight = new ArrayList<>(List.of(hasher.leaf(new byte[0])));
        for (int height = 1; height < Long.SIZE; height++) {
            byHeight.add(hasher.node(byHeight.getLast(), byHeight.getLast()));
        }
        TileReader tiles =
                path -> {
                    byte[] hashes = new byte[path.width() * MerkleHasher.HASH_BYTES];
                    for (int i = 0; i < path.width(); i++) {
                        System.arraycopy(byHeight.get(8 * path.level()), 0, hashes, i * 32, 32);
                    }
                    return hashes;
                };
        Random random = new Random(12);
        for (int round = 0; round < 300; round++) {
            long second =
                    round == 0 ? Long.MAX_VALUE : 2 + (random.nextLong() >>> (1 + round % 60));
            ProofBuilder builder = new ProofBuilder(tiles, second);
            byte[] root = builder.root();
            long index = round == 0 ? second - 1 : random.nextLong(second);
            List<byte[]> path = builder.inclusion(index);
            assertThat(MerkleProof.includes(byHeight.getFirst(), index, second, path, root))
                    .isTrue();
            path.getLast()[5] ^= 1;
            assertThat(MerkleProof.includes(byHeight.getFirst(), index, second, path, root))
                    .isFalse();
            long first = 1 + random.nextLong(second - 1);
            byte[] firstRoot = new ProofBuilder(tiles, first).root();
            path = builder.consistency(first);
            assertThat(MerkleProof.isConsistent(first, firstRoot, second, root, path)).isTrue();
            path.getLast()[5] ^= 1;
            assertThat(MerkleProof.isConsistent(first, firstRoot, second, root, path)).isFalse();
        }
    }

    /**
     * Another size or index is refused, except where the definition gives the entry the same way to
     * the root in both trees: then nothing but the signature over size and root tells them apart.
     */
    @Test
    void anInclusionProofHoldsForNothingElse() throws IOException {
        Random random = new Random(13);
        for (int round = 0; round < 400; round++) {
            int size = 2 + random.nextInt(ALL_SIZES - 1);
            int index = random.nextInt(size);
            byte[] leaf = TREE.leafHash(index);
            byte[] root = TREE.root(size);
            List<byte[]> path = TREE.path(index, size);
            for (long other = -1; other <= size + 2L; other++) {
                assertThat(MerkleProof.includes(leaf, other, size, path, root))
                        .isEqualTo(other == index);
            }
            for (long other : otherSizes(size)) {
                boolean sameWay =
                        other > index
                                && NaiveTree.rootOf(leaf, index, other, path)
                                        .filter(found -> Arrays.equals(found, root))
                                        .isPresent();
                assertThat(MerkleProof.includes(leaf, index, other, path, root))
                        .as("entry %d of %d as of %d", index, size, other)
                        .isEqualTo(sameWay);
            }
            for (List<byte[]> changed : changed(path, random)) {
                assertThat(MerkleProof.includes(leaf, index, size, changed, root)).isFalse();
            }
            assertThat(MerkleProof.includes(flipped(leaf, random), index, size, path, root))
                    .isFalse();
            assertThat(MerkleProof.includes(leaf, index, size, path, flipped(root, random)))
                    .isFalse();
        }
    }

    @Test
    void aConsistencyProofHoldsForNothingElse() throws IOException {
        Random random = new Random(14);
        for (int round = 0; round < 400; round++) {
            int second = 2 + random.nextInt(ALL_SIZES - 1);
            int first = 1 + random.nextInt(second - 1);
            byte[] firstRoot = TREE.root(first);
            byte[] secondRoot = TREE.root(second);
            List<byte[]> path = TREE.proof(first, second);
            for (long other : otherSizes(first)) {
                assertThat(MerkleProof.isConsistent(other, firstRoot, second, secondRoot, path))
                        .as("%d to %d, from %d", first, second, other)
                        .isEqualTo(holds(other, firstRoot, second, secondRoot, path));
            }
            for (long other : otherSizes(second)) {
                assertThat(MerkleProof.isConsistent(first, firstRoot, other, secondRoot, path))
                        .as("%d to %d, to %d", first, second, other)
                        .isEqualTo(holds(first, firstRoot, other, secondRoot, path));
            }
            for (List<byte[]> changed : changed(path, random)) {
                assertThat(MerkleProof.isConsistent(first, firstRoot, second, secondRoot, changed))
                        .isFalse();
            }
            assertThat(
                            MerkleProof.isConsistent(
                                    first, flipped(firstRoot, random), second, secondRoot, path))
                    .isFalse();
            assertThat(
                            MerkleProof.isConsistent(
                                    first, firstRoot, second, flipped(secondRoot, random), path))
                    .isFalse();
        }
    }

    private static boolean holds(
            long first, byte[] firstRoot, long second, byte[] secondRoot, List<byte[]> path) {
        return first > 0
                && first < second
                && NaiveTree.rootsOf(first, firstRoot, second, path)
                        .filter(roots ->
                                Arrays.equals(roots.get(0), firstRoot)
                                        && Arrays.equals(roots.get(1), secondRoot))
                        .isPresent();
    }

    private static List<Long> otherSizes(long size) {
        List<Long> sizes = new ArrayList<>();
        for (long other = -1; other <= 2 * size + 1; other++) {
            if (other != size) {
                sizes.add(other);
            }
        }
        sizes.add(Long.MAX_VALUE / 4);
        return sizes;
    }

    /**
     * A bit flipped in each node, a node too many, too few, or of another length, at each place.
     */
    private static List<List<byte[]>> changed(List<byte[]> path, Random random) {
        List<List<byte[]>> all = new ArrayList<>();
        for (int place = 0; place <= path.size(); place++) {
            List<byte[]> longer = new ArrayList<>(path);
            byte[] node = new byte[MerkleHasher.HASH_BYTES];
            random.nextBytes(node);
            longer.add(place, node);
            all.add(longer);
            List<byte[]> withNothing = new ArrayList<>(path);
            withNothing.add(place, new byte[0]);
            all.add(withNothing);
            if (place < path.size()) {
                List<byte[]> doubled = new ArrayList<>(path);
                doubled.add(place, path.get(place));
                all.add(doubled);
                List<byte[]> shorter = new ArrayList<>(path);
                shorter.remove(place);
                all.add(shorter);
                List<byte[]> flipped = new ArrayList<>(path);
                flipped.set(place, flipped(path.get(place), random));
                all.add(flipped);
                List<byte[]> cut = new ArrayList<>(path);
                cut.set(place, Arrays.copyOf(path.get(place), 31));
                all.add(cut);
            }
        }
        return all;
    }

    private static byte[] flipped(byte[] hash, Random random) {
        byte[] changed = hash.clone();
        changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
        return changed;
    }

    @Test
    void everySingleBitCounts() {
        byte[] root = TREE.root(7);
        byte[] firstRoot = TREE.root(3);
        List<byte[]> path = TREE.path(4, 7);
        List<byte[]> proof = TREE.proof(3, 7);
        BooleanSupplier includes = () -> MerkleProof.includes(TREE.leafHash(4), 4, 7, path, root);
        BooleanSupplier isConsistent = () -> MerkleProof.isConsistent(3, firstRoot, 7, root, proof);
        requireEveryBit(path, includes);
        requireEveryBit(proof, isConsistent);
        requireEveryBit(List.of(root), includes);
        requireEveryBit(List.of(root, firstRoot), isConsistent);
    }

    private static void requireEveryBit(List<byte[]> hashes, BooleanSupplier check) {
        assertThat(check.getAsBoolean()).isTrue();
        for (byte[] hash : hashes) {
            for (int bit = 0; bit < 8 * hash.length; bit++) {
                hash[bit / 8] ^= (byte) (1 << (bit % 8));
                assertThat(check.getAsBoolean()).isFalse();
                hash[bit / 8] ^= (byte) (1 << (bit % 8));
            }
        }
    }

    @Test
    void aTreeBeginsWithItselfAndWithNothing() throws IOException {
        byte[] root = TREE.root(5);
        byte[] empty = TREE.root(0);
        ProofBuilder builder = new ProofBuilder(TREE.tiles(5), 5);
        assertThat(builder.consistency(0)).isEmpty();
        assertThat(builder.consistency(5)).isEmpty();
        assertThat(new ProofBuilder(TREE.tiles(0), 0).root()).isEqualTo(empty);
        assertThat(MerkleProof.isConsistent(0, empty, 5, root, List.of())).isTrue();
        assertThat(MerkleProof.isConsistent(5, root, 5, root, List.of())).isTrue();
        assertThat(MerkleProof.isConsistent(0, empty, 0, empty, List.of())).isTrue();
        assertThat(MerkleProof.isConsistent(0, root, 5, root, List.of())).isFalse();
        assertThat(MerkleProof.isConsistent(0, root, 0, root, List.of())).isFalse();
        assertThat(MerkleProof.isConsistent(0, empty, 5, root, List.of(root))).isFalse();
        assertThat(MerkleProof.isConsistent(5, root, 5, root, List.of(root))).isFalse();
        assertThat(MerkleProof.isConsistent(5, root, 5, empty, List.of())).isFalse();
    }

    @Test
    void refusesWhatTheTreeHasNot() {
        ProofBuilder builder = new ProofBuilder(TREE.tiles(5), 5);
        for (long index : new long[] {-1, 5, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> builder.inclusion(index))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        for (long first : new long[] {-1, 6, Long.MAX_VALUE}) {
            assertThatThrownBy(() -> builder.consistency(first))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        ProofBuilder wrongTile = new ProofBuilder(_ -> new byte[4 * MerkleHasher.HASH_BYTES], 5);
        assertThatThrownBy(wrongTile::root)
                .isInstanceOf(IOException.class)
                .hasMessage("tile/0/000.p/5 does not have 5 hashes");
    }

    /** A proof reads a tile once: over a network, each costs a round trip. */
    @Test
    void readsEachTileOnce() throws IOException {
        List<String> read = new ArrayList<>();
        TileReader tiles = TREE.tiles(LARGE);
        ProofBuilder builder =
                new ProofBuilder(
                        path -> {
                            read.add(path.text());
                            return tiles.hashes(path);
                        },
                        LARGE);
        builder.inclusion(3);
        builder.root();
        assertThat(read).doesNotHaveDuplicates().hasSizeLessThan(2 * TileTree.levels(LARGE) + 1);
    }
}
