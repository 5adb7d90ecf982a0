package org.domicile.ledger.note;

import java.util.List;

/**
 * A log's statement that it signs with another key from now on: a signed note of three lines that
 * both keys signed. Specified in {@code docs/formats/ledger.md}.
 *
 * @param from the key that was the log's
 * @param to the key that is the log's next; of the same name
 */
public record Handover(VerifierKey from, VerifierKey to) {
    private static final String FIRST_LINE = "domicile-log-handover/v1";

    public Handover {
        if (!from.name().equals(to.name())) {
            throw new NoteFormatException("both keys of a handover have the log's name");
        }
        if (from.isSameKey(to)) {
            throw new NoteFormatException("a handover is to another key");
        }
        if (from.type() != VerifierKey.Type.ED25519 || to.type() != VerifierKey.Type.ED25519) {
            throw new NoteFormatException("a log signs with Ed25519 keys");
        }
    }

    String text() {
        return FIRST_LINE + "\n" + from.text() + "\n" + to.text() + "\n";
    }

    /**
     * Reads a note and checks both signatures.
     *
     * @throws NoteFormatException when it is no handover
     * @throws NoteUnverifiedException when a key that it names did not sign it
     */
    public static Handover open(byte[] note) {
        SignedNote signed = SignedNote.parse(note);
        List<String> lines = signed.text().lines().toList();
        if (lines.size() != 3 || !lines.get(0).equals(FIRST_LINE)) {
            throw new NoteFormatException(
                    "a handover is a line \"" + FIRST_LINE + "\" and two verifier keys");
        }
        Handover handover =
                new Handover(VerifierKey.parse(lines.get(1)), VerifierKey.parse(lines.get(2)));
        if (!handover.text().equals(signed.text())) {
            throw new NoteFormatException("a handover has exactly three lines");
        }
        signed.textSignedBy(handover.from);
        signed.textSignedBy(handover.to);
        return handover;
    }
}
