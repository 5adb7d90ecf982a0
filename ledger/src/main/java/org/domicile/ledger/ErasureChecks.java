package org.domicile.ledger;

import java.util.BitSet;
import java.util.SortedMap;
import java.util.TreeMap;
import org.domicile.ledger.tile.TileTree;

/**
 * Whether erased bodies and the entries that tell of erasures are the same ones: a body that is
 * gone without a word, or told to be gone and still there, is a finding. Remembers each such entry
 * by one bit, and about 100 bytes for each bundle that has one.
 */
final class ErasureChecks {
    private final Findings findings;
    private final Indexes erased = new Indexes();
    private final Indexes told = new Indexes();
    private long count;

    ErasureChecks(Findings findings) {
        this.findings = findings;
    }

    /** Indexes of entries, by their bundles. */
    private static final class Indexes {
        private final SortedMap<Long, BitSet> byTile = new TreeMap<>();

        void add(long index) {
            byTile.computeIfAbsent(
                            index / TileTree.TILE_WIDTH, _ -> new BitSet(TileTree.TILE_WIDTH))
                    .set((int) (index % TileTree.TILE_WIDTH));
        }

        /** Those that are not among others. */
        long[] without(Indexes others) {
            return byTile.entrySet().stream()
                    .flatMapToLong(tile -> {
                        BitSet left = (BitSet) tile.getValue().clone();
                        left.andNot(others.byTile.getOrDefault(tile.getKey(), new BitSet()));
                        return left.stream()
                                .mapToLong(bit -> tile.getKey() * TileTree.TILE_WIDTH + bit);
                    })
                    .toArray();
        }
    }

    /** An entry's body is gone. */
    void erased(long index) {
        count++;
        erased.add(index);
    }

    /** An entry tells so of an earlier one. */
    void told(Fact.BodyErased fact) {
        told.add(fact.entry());
    }

    /** How many bodies are gone. */
    long count() {
        return count;
    }

    boolean isAnyUntold() {
        return erased.without(told).length > 0;
    }

    /**
     * After the last entry.
     *
     * @param hasBodies whether there are bodies at all, to be there still
     */
    void finish(boolean hasBodies) {
        for (long index : erased.without(told)) {
            findings.add(index, "its private values were erased, and no entry tells of it");
        }
        if (hasBodies) {
            for (long index : told.without(erased)) {
                findings.add(
                        index,
                        "its private values are here, though an entry tells that they were erased;"
                                + " ledger erase finishes it");
            }
        }
    }
}
