package org.domicile.ledger;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.RuleBroken;
import org.domicile.ledger.LedgerDamage.Unverified;
import org.domicile.ledger.WriteAheadRecord.StoredEntry;
import org.jspecify.annotations.Nullable;

/**
 * What must hold of entries, one after the other: canonical form, private values that fit their
 * digests, time that does not run back, sessions without gap, named plans that are there. Remembers
 * each session's place, about 150 bytes a session.
 */
final class EntryChecks {
    private final Set<String> documents;
    private final EntryVisitor visitor;
    private final Map<String, long[]> nextSequences = new HashMap<>();
    private final Map<String, long[]> countsByType = new HashMap<>();
    private final Findings findings = new Findings();
    private final Set<String> handovers = new HashSet<>();
    private final SilenceChecks silence = new SilenceChecks(findings);
    private final ErasureChecks erasures = new ErasureChecks(findings);
    private final EntryDecoder decoder = new EntryDecoder();
    private long lastTimeMicros;

    EntryChecks(Set<String> documents, EntryVisitor visitor) {
        this.documents = documents;
        this.visitor = visitor;
    }

    /** Where an entry's two halves lie. */
    record Source(String leafFile, String bodyFile, boolean checkpointed) {}

    void check(long index, StoredEntry entry, Source source) throws LedgerDamage {
        check(index, entry.leaf(), entry.body(), source);
    }

    /**
     * @param bodyBytes empty where they were erased, null in a ledger without bodies
     */
    void check(long index, byte[] leafBytes, byte @Nullable [] bodyBytes, Source source)
            throws LedgerDamage {
        Place place = Place.of(source.leafFile(), index);
        Leaf leaf;
        try {
            leaf = decoder.leaf(leafBytes);
        } catch (EntryFormatException e) {
            throw new Malformed(place, "the entry " + e.getMessage());
        }
        Optional<Map<String, String>> values =
                openBody(index, leaf, bodyBytes, Place.of(source.bodyFile(), index));
        checkTime(leaf, place);
        checkReferences(leaf.fact(), index, place);
        silence.check(index, leaf);
        countsByType.computeIfAbsent(leaf.fact().type(), _ -> new long[1])[0]++;
        try {
            visitor.visit(
                    new VerifiedEntry(
                            index,
                            EntryTime.instant(leaf.timeMicros()),
                            leaf.fact(),
                            values,
                            source.checkpointed()));
        } catch (EntryVisitor.Objection e) {
            throw new RuleBroken(place, String.valueOf(e.getMessage()));
        }
    }

    private Optional<Map<String, String>> openBody(
            long index, Leaf leaf, byte @Nullable [] bytes, Place place) throws LedgerDamage {
        if (bytes == null) {
            return Optional.empty();
        }
        if (bytes.length == 0) {
            erasures.erased(index);
            return Optional.empty();
        }
        return Optional.of(decoder.values(leaf, bytes, place));
    }

    private void checkTime(Leaf leaf, Place place) throws LedgerDamage {
        if (leaf.timeMicros() < lastTimeMicros) {
            throw new Unverified(place, "the entry's time is before that of the entry before it");
        }
        lastTimeMicros = leaf.timeMicros();
    }

    private void checkReferences(Fact fact, long index, Place place) throws LedgerDamage {
        switch (fact) {
            case Fact.OfSession ofSession -> {
                requireDocument(ofSession.plan(), index);
                long[] next = nextSequences.computeIfAbsent(ofSession.session(), _ -> new long[1]);
                long expected = next[0];
                if (ofSession.sequence() != expected) {
                    throw new Unverified(
                            place,
                            "has sequence "
                                    + ofSession.sequence()
                                    + " in its session, where "
                                    + expected
                                    + " should come next");
                }
                next[0]++;
            }
            case Fact.PolicyApplied applied -> requireDocument(applied.plan(), index);
            case Fact.BodyErased erased -> {
                requireEarlier(erased.entry(), "erased", index, place);
                erasures.told(erased);
            }
            case Fact.BodyOpened opened -> requireEarlier(opened.entry(), "opened", index, place);
            case Fact.Noted noted -> {
                if (noted.entry() != null) {
                    requireEarlier(noted.entry(), "noted upon", index, place);
                }
            }
            case Fact.KeyHandedOver handedOver -> handovers.add(handedOver.handover());
            case Fact.OfLog _ -> {}
        }
    }

    private static void requireEarlier(long entry, String done, long index, Place place)
            throws LedgerDamage {
        if (entry >= index) {
            throw new Unverified(
                    place,
                    "tells that entry "
                            + entry
                            + " was "
                            + done
                            + ", which does not come before it");
        }
    }

    private void requireDocument(String digest, long index) throws LedgerDamage {
        if (!documents.contains(digest)) {
            throw new Unverified(
                    Place.of(Layout.DOCUMENTS + "/" + digest + Layout.DOCUMENT_ENDING, index),
                    "the plan that the entry names is missing");
        }
    }

    /** The notes by which the log changed its key, as entries have them. */
    Set<String> handovers() {
        return handovers;
    }

    Map<String, Long> countsByType() {
        Map<String, Long> counts = new HashMap<>();
        countsByType.forEach((type, count) -> counts.put(type, count[0]));
        return counts;
    }

    /** What is genuine but should be asked about. */
    Findings findings() {
        return findings;
    }

    ErasureChecks erasures() {
        return erasures;
    }
}
