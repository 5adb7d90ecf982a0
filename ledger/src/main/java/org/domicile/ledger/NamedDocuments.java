package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Predicate;

/** The documents that entries name, found without reading every entry in full. */
public final class NamedDocuments {
    /** Canonical JSON has a member in no other spelling, and no text can contain a bare quote. */
    private static final String MEMBER = "\"plan\":\"";

    private static final int DIGEST_CHARACTERS = 64;

    private NamedDocuments() {}

    /**
     * The digest of the document that an entry names, where it is a new one.
     *
     * @param isKnown says which digests need no second look
     */
    public static Optional<String> newlyNamed(byte[] leaf, Predicate<String> isKnown) {
        String text = new String(leaf, StandardCharsets.ISO_8859_1);
        for (int at = text.indexOf(MEMBER); at >= 0; at = text.indexOf(MEMBER, at + 1)) {
            int start = at + MEMBER.length();
            int end = start + DIGEST_CHARACTERS;
            if (end < text.length() && !isKnown.test(text.substring(start, end))) {
                return named(leaf).filter(digest -> !isKnown.test(digest));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> named(byte[] leaf) {
        try {
            return switch (Leaf.decode(leaf).fact()) {
                case Fact.OfSession ofSession -> Optional.of(ofSession.plan());
                case Fact.PolicyApplied applied -> Optional.of(applied.plan());
                case Fact.OfLog _ -> Optional.empty();
            };
        } catch (EntryFormatException e) {
            return Optional.empty(); // no entry of ours: verifying says so, copying does not mind
        }
    }
}
