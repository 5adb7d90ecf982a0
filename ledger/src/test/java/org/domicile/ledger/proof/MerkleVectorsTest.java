package org.domicile.ledger.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.domicile.ledger.tile.MerkleHasher;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The 98 + 98 cases of inclusion and consistency that verifiers of Certificate Transparency's world
 * share (transparency-dev/merkle, folder testdata): the same trees, entries and mistakes, made here
 * from the tree's eight entries. What a case expects is theirs.
 */
final class MerkleVectorsTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] NOTHING = new byte[0];
    private static final byte[] EMPTY_ROOT =
            HEX.parseHex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    private static final byte[] RANDOM =
            HEX.parseHex("abacaba000000000000000000000000000000000000000000060061e00123456");
    private static final byte[] WRONG_LEAF = "WrongLeaf".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WRONG_ROOT = "WrongRoot".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ONE = "don't care 1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TWO = "don't care 2".getBytes(StandardCharsets.US_ASCII);
    private static final int CASES = 98;

    private final NaiveTree tree = new NaiveTree();

    MerkleVectorsTest() {
        for (String entry :
                List.of(
                        "",
                        "00",
                        "10",
                        "2021",
                        "3031",
                        "40414243",
                        "5051525354555657",
                        "606162636465666768696a6b6c6d6e6f")) {
            tree.add(new MerkleHasher().leaf(HEX.parseHex(entry)));
        }
    }

    private record Inclusion(
            String name,
            long index,
            long size,
            byte[] root,
            byte[] leaf,
            List<byte[]> path,
            boolean holds) {
        DynamicTest test() {
            return DynamicTest.dynamicTest(
                    name,
                    () ->
                            assertThat(MerkleProof.includes(leaf, index, size, path, root))
                                    .isEqualTo(holds));
        }
    }

    private record Consistency(
            String name,
            long first,
            long second,
            byte[] firstRoot,
            byte[] secondRoot,
            List<byte[]> path,
            boolean holds) {
        DynamicTest test() {
            return DynamicTest.dynamicTest(
                    name,
                    () ->
                            assertThat(
                                            MerkleProof.isConsistent(
                                                    first, firstRoot, second, secondRoot, path))
                                    .isEqualTo(holds));
        }
    }

    @TestFactory
    Stream<DynamicTest> inclusion() {
        return inclusionCases().stream().map(Inclusion::test);
    }

    @TestFactory
    Stream<DynamicTest> consistency() {
        return consistencyCases().stream().map(Consistency::test);
    }

    @Test
    void areAllThere() {
        assertThat(inclusionCases()).hasSize(CASES);
        assertThat(consistencyCases()).hasSize(CASES);
        assertThat(inclusionCases().stream().filter(Inclusion::holds)).hasSize(6);
        assertThat(consistencyCases().stream().filter(Consistency::holds)).hasSize(6);
    }

    /** Published values, so that the trees are known to be the same. */
    @Test
    void areOfTheSameTrees() {
        assertThat(HEX.formatHex(tree.root(8)))
                .isEqualTo("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
        assertThat(tree.path(5, 8).stream().map(HEX::formatHex))
                .containsExactly(
                        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
        assertThat(tree.proof(6, 7).stream().map(HEX::formatHex))
                .containsExactly(
                        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7");
    }

    private List<Inclusion> inclusionCases() {
        List<Inclusion> cases = new ArrayList<>();
        int[][] trees = {{0, 1}, {0, 8}, {5, 8}, {2, 3}, {1, 5}};
        for (int[] entry : trees) {
            addInclusion(entry[0], entry[1], cases);
        }
        for (long[] entry : new long[][] {{0, 0}, {0, 1}, {1, 0}, {2, 1}}) {
            String of = entry[0] + " of " + entry[1];
            long index = entry[0];
            long size = entry[1];
            cases.add(
                    new Inclusion(
                            of + " empty root and random leaf",
                            index,
                            size,
                            EMPTY_ROOT,
                            RANDOM,
                            List.of(),
                            false));
            cases.add(
                    new Inclusion(
                            of + " empty root",
                            index,
                            size,
                            EMPTY_ROOT,
                            NOTHING,
                            List.of(),
                            false));
            cases.add(
                    new Inclusion(
                            of + " random leaf", index, size, NOTHING, RANDOM, List.of(), false));
        }
        byte[] single =
                HEX.parseHex("0d3aed023148ffd2a259fbd0cdc7fb3cf975658760d3775b82af6f90aacc2dfc");
        cases.add(new Inclusion("single, no leaf", 0, 1, single, NOTHING, List.of(), false));
        cases.add(new Inclusion("single, neither", 0, 1, NOTHING, NOTHING, List.of(), false));
        cases.add(new Inclusion("single, no root", 0, 1, NOTHING, single, List.of(), false));
        cases.add(new Inclusion("single, the same", 0, 1, single, single, List.of(), true));
        return cases;
    }

    private void addInclusion(int index, int size, List<Inclusion> cases) {
        byte[] root = tree.root(size);
        byte[] leaf = tree.leafHash(index);
        List<byte[]> path = tree.path(index, size);
        String of = index + " of " + size + " ";
        cases.add(new Inclusion(of + "as it is", index, size, root, leaf, path, true));
        for (long other : new long[] {index - 1, index + 1, index ^ 2}) {
            cases.add(new Inclusion(of + "as " + other, other, size, root, leaf, path, false));
        }
        for (long other : new long[] {size / 2, 2L * size}) {
            cases.add(new Inclusion(of + "in " + other, index, other, root, leaf, path, false));
        }
        cases.add(new Inclusion(of + "wrong leaf", index, size, root, WRONG_LEAF, path, false));
        cases.add(new Inclusion(of + "empty root", index, size, EMPTY_ROOT, leaf, path, false));
        cases.add(new Inclusion(of + "random root", index, size, RANDOM, leaf, path, false));
        for (byte[] node : List.of(NOTHING, root)) {
            cases.add(
                    new Inclusion(
                            of + "one after",
                            index,
                            size,
                            root,
                            leaf,
                            with(path, path.size(), node),
                            false));
            cases.add(
                    new Inclusion(
                            of + "one before",
                            index,
                            size,
                            root,
                            leaf,
                            with(path, 0, node),
                            false));
        }
        for (int i = 0; i < path.size(); i++) {
            cases.add(
                    new Inclusion(
                            of + "bit in " + i,
                            index,
                            size,
                            root,
                            leaf,
                            flipped(path, i, 3),
                            false));
        }
        if (!path.isEmpty()) {
            cases.add(
                    new Inclusion(
                            of + "one less",
                            index,
                            size,
                            root,
                            leaf,
                            path.subList(0, path.size() - 1),
                            false));
        }
        if (path.size() > 1) {
            cases.add(
                    new Inclusion(
                            of + "one within",
                            index,
                            size,
                            root,
                            leaf,
                            with(path, 1, RANDOM),
                            false));
        }
    }

    private List<Consistency> consistencyCases() {
        List<Consistency> cases = new ArrayList<>();
        byte[] single = tree.root(1);
        cases.add(new Consistency("1 to 1", 1, 1, single, single, List.of(), true));
        int[][] trees = {{1, 8}, {6, 8}, {2, 5}, {6, 7}};
        for (int[] sizes : trees) {
            addConsistency(sizes[0], sizes[1], cases);
        }
        List<byte[]> none = List.of();
        List<byte[]> some = List.of(EMPTY_ROOT);
        cases.add(new Consistency("0 to 1, a node", 0, 1, EMPTY_ROOT, EMPTY_ROOT, some, false));
        cases.add(new Consistency("0 to 0, other root", 0, 0, EMPTY_ROOT, TWO, none, false));
        cases.add(new Consistency("1 to 1, other root", 1, 1, EMPTY_ROOT, TWO, none, false));
        cases.add(new Consistency("2 to 1", 2, 1, ONE, TWO, none, false));
        cases.add(new Consistency("1 to 0", 1, 0, ONE, TWO, none, false));
        cases.add(new Consistency("0 to 1, no roots", 0, 1, ONE, TWO, none, false));
        cases.add(new Consistency("0 to 1, no second root", 0, 1, EMPTY_ROOT, TWO, none, false));
        cases.add(new Consistency("1 to 1, same root", 1, 1, TWO, TWO, none, true));
        cases.add(new Consistency("1 to 1, two roots", 1, 1, ONE, TWO, none, false));
        cases.add(new Consistency("0 to 0, not the empty root", 0, 0, ONE, ONE, none, false));
        cases.add(new Consistency("0 to 0, two roots", 0, 0, ONE, TWO, none, false));
        cases.add(new Consistency("1 to 2, no path", 1, 2, ONE, TWO, none, false));
        cases.add(new Consistency("1 to 1, a node", 1, 1, EMPTY_ROOT, EMPTY_ROOT, some, false));
        cases.add(new Consistency("0 to 0, a node", 0, 0, EMPTY_ROOT, EMPTY_ROOT, some, false));
        return cases;
    }

    private void addConsistency(int first, int second, List<Consistency> cases) {
        byte[] root = tree.root(first);
        byte[] root2 = tree.root(second);
        List<byte[]> path = tree.proof(first, second);
        String of = first + " to " + second + " ";
        cases.add(new Consistency(of + "as it is", first, second, root, root2, path, true));
        for (long other : new long[] {first - 1, first + 1, first ^ 2}) {
            cases.add(
                    new Consistency(of + "from " + other, other, second, root, root2, path, false));
        }
        for (long other : new long[] {second / 2, 2L * second}) {
            cases.add(new Consistency(of + "to " + other, first, other, root, root2, path, false));
        }
        cases.add(new Consistency(of + "no path", first, second, root, root2, List.of(), false));
        cases.add(new Consistency(of + "swapped", first, second, root2, root, path, false));
        cases.add(
                new Consistency(of + "wrong first", first, second, WRONG_ROOT, root2, path, false));
        cases.add(
                new Consistency(of + "wrong second", first, second, root, WRONG_ROOT, path, false));
        for (byte[] node : List.of(NOTHING, root, root2)) {
            cases.add(
                    new Consistency(
                            of + "one after",
                            first,
                            second,
                            root,
                            root2,
                            with(path, path.size(), node),
                            false));
        }
        for (byte[] node : List.of(NOTHING, root, root2, path.getFirst())) {
            cases.add(
                    new Consistency(
                            of + "one before",
                            first,
                            second,
                            root,
                            root2,
                            with(path, 0, node),
                            false));
        }
        cases.add(
                new Consistency(
                        of + "one less",
                        first,
                        second,
                        root,
                        root2,
                        path.subList(0, path.size() - 1),
                        false));
        for (int i = 0; i < path.size(); i++) {
            cases.add(
                    new Consistency(
                            of + "bit in " + i,
                            first,
                            second,
                            root,
                            root2,
                            flipped(path, i, 4),
                            false));
        }
    }

    private static List<byte[]> with(List<byte[]> path, int place, byte[] node) {
        List<byte[]> longer = new ArrayList<>(path);
        longer.add(place, node);
        return longer;
    }

    private static List<byte[]> flipped(List<byte[]> path, int place, int bit) {
        List<byte[]> changed = new ArrayList<>(path);
        byte[] node = path.get(place).clone();
        node[0] ^= (byte) (1 << bit);
        changed.set(place, node);
        return changed;
    }
}
