package org.domicile.control.freeze;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.domicile.control.request.RequestState.Approval;
import org.domicile.control.request.RequestState.Discounted;
import org.domicile.ledger.Fact;

/** Where a freeze stands, once all that is known of it was checked. */
public sealed interface FreezeState {
    /** The freeze's digest. */
    String digest();

    /** One word for it. */
    String word();

    /** It is not what anybody signed who may freeze. */
    record Refused(String digest, String why) implements FreezeState {
        @Override
        public String word() {
            return "refused";
        }
    }

    /** One that is genuine. */
    sealed interface Genuine extends FreezeState {
        Freeze freeze();

        /** Who froze. */
        String by();

        @Override
        default String digest() {
            return freeze().digest();
        }
    }

    /**
     * In force.
     *
     * @param signatures the freezer's note, by their verifier key
     * @param released those who agreed to its end so far
     * @param lacks what is missing besides another who agrees, in words; empty for nothing
     * @param discounted what does not count
     */
    record InForce(
            Freeze freeze,
            String by,
            Map<String, String> signatures,
            List<String> released,
            String lacks,
            List<Discounted> discounted)
            implements Genuine {
        public InForce {
            signatures = Map.copyOf(signatures);
            released = List.copyOf(released);
            discounted = List.copyOf(discounted);
        }

        @Override
        public String word() {
            return "frozen";
        }

        /** What the ledger says when it begins. */
        public Fact.Frozen fact() {
            return new Fact.Frozen(
                    digest(),
                    freeze.target().text(),
                    freeze.target() == Freeze.Target.PERSON ? null : freeze.name(),
                    signatures);
        }

        /** What the entry of {@link #fact} keeps beside it. */
        public Map<String, String> privateValues() {
            return Map.of("by", by, "freeze", freeze.toJson());
        }
    }

    /** Over: two agreed. */
    record Released(Freeze freeze, String by, SortedMap<String, Approval> releases)
            implements Genuine {
        public Released {
            releases = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(releases));
        }

        @Override
        public String word() {
            return "released";
        }

        /** What the ledger says when it ends. */
        public Fact.Unfrozen fact() {
            Map<String, String> notes = new TreeMap<>();
            releases.values()
                    .forEach(release -> notes.put(release.key().text(), release.act().noteText()));
            return new Fact.Unfrozen(digest(), notes);
        }

        /** What the entry of {@link #fact} keeps beside it. */
        public Map<String, String> privateValues() {
            return Map.of("by", String.join(" ", releases.keySet()));
        }
    }
}
