package org.domicile.control.freeze;

import java.util.ArrayList;
import java.util.List;
import org.domicile.control.request.RequestRecord.Entry;

/**
 * What a store keeps about one freeze, none of it checked.
 *
 * @param document as {@link Freeze#toJson} wrote it, they say
 * @param frozen who froze, they say, and the note they signed
 * @param releases who agreed to its end, likewise, one entry for each
 */
public record FreezeRecord(String digest, String document, Entry frozen, List<Entry> releases) {
    /** In the place of who froze, where nobody signed: see {@link BreakGlass}. */
    public static final String BY_RULE = "the rule on break-glass";

    public FreezeRecord {
        releases = List.copyOf(releases);
    }

    /** Whether nobody signed it. */
    public boolean isByRule() {
        return frozen.note().isEmpty() && frozen.by().equals(BY_RULE);
    }

    /** As it is once somebody agrees to its end. */
    public FreezeRecord withRelease(Entry release) {
        List<Entry> all = new ArrayList<>(releases);
        all.add(release);
        return new FreezeRecord(digest, document, frozen, all);
    }

    /** Names nobody, so that it may appear in a log line. */
    @Override
    public String toString() {
        return "FreezeRecord[" + digest + ", " + releases.size() + " releases]";
    }
}
