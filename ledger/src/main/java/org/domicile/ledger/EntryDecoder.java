package org.domicile.ledger;

import java.security.MessageDigest;
import java.util.Map;
import org.domicile.ledger.LedgerDamage.Malformed;
import org.domicile.ledger.LedgerDamage.Place;
import org.domicile.ledger.LedgerDamage.Unverified;

/**
 * Reads the entries of a ledger, one after the other. For one thread, and no longer than it reads:
 * it remembers documents, private values too, since the next are much like them.
 */
final class EntryDecoder {
    private final CanonicalJsonReader leaves = new CanonicalJsonReader();
    private final CanonicalJsonReader bodies = new CanonicalJsonReader();
    private final MessageDigest sha256 = EntryEncoder.sha256();

    /**
     * Reads an entry's public half.
     *
     * @throws EntryFormatException when it is none, byte for byte
     */
    Leaf leaf(byte[] bytes) {
        return Leaf.decode(bytes, leaves);
    }

    /** The private values of a body that is there, each of which must fit its digest. */
    Map<String, String> values(Leaf leaf, byte[] bytes, Place place) throws LedgerDamage {
        Body body;
        try {
            body = Body.decode(bytes, bodies);
        } catch (EntryFormatException e) {
            throw new Malformed(place, "the body " + e.getMessage());
        }
        if (!body.hasDigests(leaf.digests(), sha256)) {
            throw new Unverified(place, "the body does not have the digests that the entry names");
        }
        return body.values();
    }
}
