package org.domicile.control.request;

import java.util.ArrayList;
import java.util.List;

/**
 * All that a store keeps about one request, as it was found there: nothing of it counts before
 * {@link GrantApproval} has checked it.
 *
 * @param digest what it is kept under
 * @param document the request
 * @param note the requester's {@link SignedAct}
 */
public record RequestRecord(
        String digest, String document, String note, List<Entry> decisions, List<Entry> ends) {
    /**
     * With more decisions or ends than this a request counts for nothing: anybody with the login
     * for requests can add rows, and an end must not be lost among them.
     */
    public static final int MAX_ENTRIES = 256;

    public RequestRecord {
        decisions = List.copyOf(decisions);
        ends = List.copyOf(ends);
    }

    /**
     * A signed act and who is said to have done it.
     *
     * @param by a person's id
     */
    public record Entry(String by, String note) {
        /** Names nobody. */
        @Override
        public String toString() {
            return "Entry[]";
        }
    }

    /** As it is once somebody decides, whatever they decided before. */
    public RequestRecord withDecision(Entry decision) {
        return new RequestRecord(digest, document, note, with(decisions, decision), ends);
    }

    /** As it is once somebody ends it. */
    public RequestRecord withEnd(Entry end) {
        return new RequestRecord(digest, document, note, decisions, with(ends, end));
    }

    private static List<Entry> with(List<Entry> entries, Entry entry) {
        List<Entry> all = new ArrayList<>(entries);
        all.add(entry);
        return all;
    }

    /** Names nobody, so that it may appear in a log line. */
    @Override
    public String toString() {
        return "RequestRecord[" + digest + ", " + decisions.size() + " decisions]";
    }
}
