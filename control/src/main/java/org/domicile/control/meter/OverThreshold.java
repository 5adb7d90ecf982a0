package org.domicile.control.meter;

import org.domicile.control.rules.BulkThreshold;

/** Says that a disclosure would be bulk, and must not leave. It has counted nothing. */
public final class OverThreshold extends Exception {
    private static final long serialVersionUID = 1;

    private final String counterparty;
    private final transient BulkThreshold threshold;
    private final int windowMonths;
    private final long left;

    OverThreshold(String counterparty, BulkThreshold threshold, int windowMonths, long left) {
        super(null, null, false, false);
        this.counterparty = counterparty;
        this.threshold = threshold;
        this.windowMonths = windowMonths;
        this.left = left;
    }

    /**
     * What is wrong, with what was left. It says nothing of the refused result but that it shows
     * more.
     */
    @Override
    public String getMessage() {
        String counted =
                switch (threshold.of()) {
                    case PERSONS -> "people";
                    case DEVICES -> "devices";
                };
        return "this result shows data of more %s than \"%s\" may still be shown: %,d left in category %s, of %,d in %d months (%s)"
                .formatted(
                        counted,
                        counterparty,
                        left,
                        threshold.category(),
                        threshold.moreThan(),
                        windowMonths,
                        threshold.citation());
    }

    /** What to do instead. */
    public String hint() {
        return "Ask for fewer people, or for people shown before, who do not count again; or leave out"
                + " columns of this category.";
    }
}
