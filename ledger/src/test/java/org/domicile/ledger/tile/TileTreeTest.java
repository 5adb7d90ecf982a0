package org.domicile.ledger.tile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.domicile.ledger.tile.TilePath.Kind;
import org.junit.jupiter.api.Test;

final class TileTreeTest {
    private static final HexFormat HEX = HexFormat.of();
    private final MerkleHasher hasher = new MerkleHasher();

    /** The leaves and roots that Certificate Transparency's own tests use. */
    @Test
    void hasTheRootsOfCertificateTransparencysTests() {
        String[] leaves = {
            "",
            "00",
            "10",
            "2021",
            "3031",
            "40414243",
            "5051525354555657",
            "606162636465666768696a6b6c6d6e6f"
        };
        String[] roots = {
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
        };
        TileTree tree = new TileTree();
        assertThat(tree.root())
                .isEqualTo(
                        HEX.parseHex(
                                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
        for (int i = 0; i < leaves.length; i++) {
            tree.add(hasher.leaf(HEX.parseHex(leaves[i])));
            assertThat(HEX.formatHex(tree.root())).as("root " + i).isEqualTo(roots[i]);
        }
    }

    /** RFC 6962 section 2.1, word for word. */
    private byte[] definition(List<byte[]> entries) throws Exception {
        MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
        if (entries.isEmpty()) {
            return sha256.digest();
        } else if (entries.size() == 1) {
            sha256.update((byte) 0);
            return sha256.digest(entries.getFirst());
        }
        int k = Integer.highestOneBit(entries.size() - 1);
        byte[] left = definition(entries.subList(0, k));
        byte[] right = definition(entries.subList(k, entries.size()));
        sha256.update((byte) 1);
        sha256.update(left);
        return sha256.digest(right);
    }

    @Test
    void agreesWithTheDefinitionAtEverySizeAndCanBeContinuedThere() throws Exception {
        Random random = new Random(1);
        List<byte[]> entries = new ArrayList<>();
        TileTree tree = new TileTree();
        for (int size = 1; size <= 1300; size++) {
            byte[] entry = new byte[random.nextInt(40)];
            random.nextBytes(entry);
            entries.add(entry);
            tree.add(hasher.leaf(entry));
            if (size < 20 || size % 256 < 3 || size % 97 == 0) {
                assertThat(tree.root()).as("size " + size).isEqualTo(definition(entries));
                List<byte[]> edge = new ArrayList<>();
                for (int level = 0; level < TileTree.levels(size); level++) {
                    edge.add(tree.partialTile(level));
                }
                assertThat(TileTree.continued(size, edge).root()).isEqualTo(tree.root());
                tree = TileTree.continued(size, edge);
            }
        }
    }

    /** C2SP tlog-tiles' example: a tree of 70,000. */
    @Test
    void hasTheTilesOfTheSpecificationsExample() {
        Map<Integer, Integer> full = new HashMap<>();
        TileTree tree = new TileTree();
        byte[] leaf = hasher.leaf(new byte[0]);
        for (int i = 0; i < 70_000; i++) {
            for (TileTree.FullTile tile : tree.add(leaf)) {
                assertThat(tile.path().tile())
                        .isEqualTo(full.merge(tile.path().level(), 1, Integer::sum) - 1);
                assertThat(tile.hashes()).hasSize(8192);
            }
        }
        assertThat(full).isEqualTo(Map.of(0, 273, 1, 1));
        assertThat(tree.partialTile(0)).hasSize(112 * 32);
        assertThat(tree.partialTile(1)).hasSize(17 * 32);
        assertThat(tree.partialTile(2)).hasSize(32);
        assertThat(TileTree.levels(70_000)).isEqualTo(3);
        assertThat(TileTree.partialWidth(256, 0)).isZero();
        assertThat(TileTree.partialWidth(256, 1)).isEqualTo(1);
    }

    @Test
    void namesTilesAsTheSpecificationDoes() {
        assertThat(new TilePath(Kind.HASHES, 3, 1234067, 256).text())
                .isEqualTo("tile/3/x001/x234/067");
        assertThat(new TilePath(Kind.ENTRIES, 0, 5, 17).text()).isEqualTo("tile/entries/005.p/17");
        assertThat(new TilePath(Kind.BODIES, 0, 1000, 256).text()).isEqualTo("bodies/x001/000");
        assertThat(new TilePath(Kind.HASHES, 0, Long.MAX_VALUE / 256, 1).text())
                .isEqualTo("tile/0/x036/x028/x797/x018/x963/967.p/1");
    }

    @Test
    void readsExactlyTheNamesItWrites() {
        Random random = new Random(5);
        List<Kind> kinds = List.of(Kind.values());
        for (int round = 0; round < 5_000; round++) {
            Kind kind = kinds.get(random.nextInt(kinds.size()));
            TilePath path =
                    new TilePath(
                            kind,
                            kind == Kind.HASHES ? random.nextInt(8) : 0,
                            random.nextLong() >>> (9 + random.nextInt(54)),
                            1 + random.nextInt(256));
            assertThat(TilePath.parse(path.text())).contains(path);
            StringBuilder changed = new StringBuilder(path.text());
            changed.setCharAt(
                    random.nextInt(changed.length()), "x/.p0189-".charAt(random.nextInt(9)));
            TilePath.parse(changed.toString())
                    .ifPresent(read -> assertThat(read.text()).isEqualTo(changed.toString()));
        }
        for (String other :
                new String[] {
                    "tile/0/000.p/256",
                    "tile/0/000.p/0",
                    "tile/0/000.p/01",
                    "tile/0/x000/001",
                    "tile/00/001",
                    "tile/8/001",
                    "tile/entries/1",
                    "bodies/0/001",
                    "/tile/0/001"
                }) {
            assertThat(TilePath.parse(other)).as(other).isEmpty();
        }
    }

    @Test
    void bundlesComeApartAsTheyWerePutTogether() {
        Random random = new Random(6);
        for (Kind kind : new Kind[] {Kind.ENTRIES, Kind.BODIES}) {
            for (int round = 0; round < 3_000; round++) {
                Bundle bundle = new Bundle(kind);
                int count = 1 + random.nextInt(4);
                for (int i = 0; i < count; i++) {
                    bundle.add(new byte[random.nextInt(300)]);
                }
                byte[] file = bundle.toBytes();
                assertThat(Bundle.split(kind, file, count)).hasSize(count);
                byte[] changed = Arrays.copyOf(file, file.length + random.nextInt(3) - 1);
                if (changed.length > 0) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                readOrRefuse(kind, changed, count);
            }
        }
    }

    private static void readOrRefuse(Kind kind, byte[] file, int count) {
        try {
            Bundle again = new Bundle(kind);
            Bundle.split(kind, file, count).forEach(again::add);
            assertThat(again.toBytes()).isEqualTo(file);
            assertThat(Bundle.prefix(kind, file, count)).isEqualTo(file);
        } catch (BundleFormatException e) {
            assertThat(e.record()).isBetween(0, count - 1);
        }
    }

    @Test
    void elementsHaveABound() {
        Bundle entries = new Bundle(Kind.ENTRIES);
        entries.add(new byte[Bundle.MAX_ENTRY_BYTES]);
        assertThatThrownBy(() -> entries.add(new byte[Bundle.MAX_ENTRY_BYTES + 1]))
                .isInstanceOf(IllegalArgumentException.class);
        byte[] tooLong = {0x7f, 0, 0, 0, 1};
        assertThatThrownBy(() -> Bundle.split(Kind.BODIES, tooLong, 1))
                .isInstanceOf(BundleFormatException.class)
                .hasMessage("its length is out of bounds");
    }
}
