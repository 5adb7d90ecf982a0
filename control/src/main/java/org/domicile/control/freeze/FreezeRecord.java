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
    public FreezeRecord {
        releases = List.copyOf(releases);
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
