package org.domicile.console.page;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.domicile.console.site.Jurisdiction;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerReader;
import org.domicile.ledger.index.Found;
import org.domicile.ledger.index.Search;
import org.jspecify.annotations.Nullable;

/**
 * Notes of those who watch over a jurisdiction: entries of its ledger, whose text is a private
 * value. Whoever may write them may read them, without that being recorded: they are nobody's data.
 */
public final class Notes {
    /** Of a note. */
    static final int MAX_LENGTH = 2_000;

    /** Of a jurisdiction, and of an entry, that are shown. */
    private static final int SHOWN = 20;

    private Notes() {}

    /**
     * One note.
     *
     * @param about the entry that it is about; null for none
     * @param by null where the note was erased
     */
    public record Note(
            String jurisdiction,
            long entry,
            Instant at,
            @Nullable Long about,
            @Nullable String by,
            @Nullable String text) {
        /** Keeps what was written out of log lines. */
        @Override
        public String toString() {
            return "Note[" + jurisdiction + ", " + entry + "]";
        }
    }

    /** The newest of a jurisdiction. */
    static List<Note> newest(Jurisdiction jurisdiction, Indexes indexes) {
        Search search =
                new Search(Fact.Noted.TYPE, null, null, null, null, null, null, null, SHOWN);
        return read(jurisdiction, indexes.ask(jurisdiction, index -> index.search(search)));
    }

    /** The newest about an entry. */
    static List<Note> about(Jurisdiction jurisdiction, Indexes indexes, long entry) {
        return read(jurisdiction, indexes.ask(jurisdiction, index -> index.notes(entry, SHOWN)));
    }

    private static List<Note> read(Jurisdiction jurisdiction, List<Found> found) {
        List<Note> notes = new ArrayList<>();
        try {
            LedgerReader reader =
                    LedgerReader.open(
                            jurisdiction.ledger().directory(), jurisdiction.ledger().verifierKey());
            for (Found one : found) {
                reader.entry(one.index())
                        .ifPresent(entry -> {
                            if (entry.fact() instanceof Fact.Noted noted) {
                                Map<String, String> values = entry.privateValues().orElse(Map.of());
                                notes.add(
                                        new Note(
                                                jurisdiction.name(),
                                                entry.index(),
                                                entry.time(),
                                                noted.entry(),
                                                values.get("by"),
                                                values.get("text")));
                            }
                        });
            }
        } catch (IOException | LedgerDamage e) {
            throw new IllegalStateException(
                    "the ledger of " + jurisdiction.name() + " cannot be read: " + e.getMessage());
        }
        return notes;
    }

    /**
     * Writes one; it is durable on return.
     *
     * @param about the entry's number as it was typed, or nothing
     * @return the entry it became
     */
    static long write(Jurisdiction jurisdiction, String by, String about, String text)
            throws BadInputException {
        Long entry = Inputs.number(about);
        if (entry != null && entry >= jurisdiction.ledger().newestCheckpoint().size()) {
            throw new BadInputException("input.number");
        }
        return jurisdiction
                .ledger()
                .append(
                        new Fact.Noted(entry),
                        Map.of("by", by, "text", Inputs.text(text, MAX_LENGTH)));
    }
}
