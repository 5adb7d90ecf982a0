package org.domicile.ledger;

import java.util.ArrayList;
import java.util.List;
import org.domicile.ledger.Verification.Finding;

/** What a verification lists at its end: genuine, but to be asked about. */
final class Findings {
    /** As many are kept; the others are counted. */
    static final int MAX_KEPT = 100;

    private final List<Finding> kept = new ArrayList<>();
    private long inAll;

    void add(long entry, String problem) {
        inAll++;
        if (kept.size() < MAX_KEPT) {
            kept.add(new Finding(entry, problem));
        }
    }

    List<Finding> kept() {
        return kept;
    }

    long inAll() {
        return inAll;
    }
}
