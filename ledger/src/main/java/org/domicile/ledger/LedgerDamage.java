package org.domicile.ledger;

import java.util.OptionalLong;

/**
 * A finding about a ledger: the first place at which it is not what its checkpoint promises. The
 * message is one line, names the place, and repeats no private value.
 */
public abstract sealed class LedgerDamage extends Exception {
    private final Place place;
    private final String problem;

    private LedgerDamage(Place place, String problem) {
        super(place + ": " + problem);
        this.place = place;
        this.problem = problem;
    }

    /**
     * Where it is.
     *
     * @param file relative to the ledger's directory, with {@code /}
     * @param entry the index of the entry concerned, where it is about one
     */
    public record Place(String file, OptionalLong entry) {
        public static Place of(String file) {
            return new Place(file, OptionalLong.empty());
        }

        public static Place of(String file, long entry) {
            return new Place(file, OptionalLong.of(entry));
        }

        @Override
        public String toString() {
            return entry.isPresent() ? file + ", entry " + entry.getAsLong() : file;
        }
    }

    /** Something that cannot be read for what it should be. */
    public static final class Malformed extends LedgerDamage {
        public Malformed(Place place, String problem) {
            super(place, problem);
        }
    }

    /** Something that can be read but does not prove what it should, or is not there. */
    public static final class Unverified extends LedgerDamage {
        public Unverified(Place place, String problem) {
            super(place, problem);
        }
    }

    /**
     * A genuine entry that says something which was not allowed, found by an {@link EntryVisitor}.
     */
    public static final class RuleBroken extends LedgerDamage {
        RuleBroken(Place place, String problem) {
            super(place, problem);
        }
    }

    public Place place() {
        return place;
    }

    /** The message without the place. */
    public String problem() {
        return problem;
    }
}
