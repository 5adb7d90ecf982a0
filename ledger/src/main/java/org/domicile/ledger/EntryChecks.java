package org.domicile.ledger;

import java.security.MessageDigest;
import java.util.HashMap;
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
    private final Map<String, Long> countsByType = new HashMap<>();
    private final SilenceChecks silence = new SilenceChecks();
    private final MessageDigest sha256 = EntryEncoder.sha256();
    private long lastTimeMicros;
    private long erased;

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
            leaf = Leaf.decode(leafBytes);
        } catch (EntryFormatException e) {
            throw new Malformed(place, "the entry " + e.getMessage());
        }
        Optional<Map<String, String>> values =
                openBody(leaf, bodyBytes, Place.of(source.bodyFile(), index));
        checkTime(leaf, place);
        checkReferences(leaf.fact(), index, place);
        silence.check(index, leaf);
        countsByType.merge(leaf.fact().type(), 1L, Long::sum);
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

    private Optional<Map<String, String>> openBody(Leaf leaf, byte @Nullable [] bytes, Place place)
            throws LedgerDamage {
        if (bytes == null) {
            return Optional.empty();
        }
        if (bytes.length == 0) {
            erased++;
            return Optional.empty();
        }
        return Optional.of(values(leaf, bytes, sha256, place));
    }

    /** The private values of a body that is there, each of which must fit its digest. */
    static Map<String, String> values(Leaf leaf, byte[] bytes, MessageDigest sha256, Place place)
            throws LedgerDamage {
        Body body;
        try {
            body = Body.decode(bytes);
        } catch (EntryFormatException e) {
            throw new Malformed(place, "the body " + e.getMessage());
        }
        if (!body.hasDigests(leaf.digests(), sha256)) {
            throw new Unverified(place, "the body does not have the digests that the entry names");
        }
        return body.values();
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
            case Fact.OrganisationChanged _, Fact.Heartbeat _, Fact.OfWitness _ -> {}
        }
    }

    private void requireDocument(String digest, long index) throws LedgerDamage {
        if (!documents.contains(digest)) {
            throw new Unverified(
                    Place.of(Layout.DOCUMENTS + "/" + digest + Layout.DOCUMENT_ENDING, index),
                    "the plan that the entry names is missing");
        }
    }

    Map<String, Long> countsByType() {
        return countsByType;
    }

    /** What is genuine but should be asked about. */
    SilenceChecks silence() {
        return silence;
    }

    long erased() {
        return erased;
    }
}
