package org.domicile.control.meter;

import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.Rules;

/** Says that a disclosure would be bulk, and must not leave. It has counted nothing. */
public final class OverThreshold extends Exception {
    private static final long serialVersionUID = 1;

    private final String counterparty;
    private final transient Rules.Sourced sourced;
    private final int windowMonths;
    private final long countBefore;

    OverThreshold(String counterparty, Rules.Sourced sourced, int windowMonths, long countBefore) {
        super(null, null, false, false);
        this.counterparty = counterparty;
        this.sourced = sourced;
        this.windowMonths = windowMonths;
        this.countBefore = countBefore;
    }

    /** Whose threshold it is. */
    public RulePack pack() {
        return sourced.pack();
    }

    /**
     * What is wrong, with what was left. It says nothing of the refused result but that it shows
     * more.
     */
    @Override
    public String getMessage() {
        BulkThreshold threshold = sourced.threshold();
        String counted =
                switch (threshold.of()) {
                    case PERSONS -> "people";
                    case DEVICES -> "devices";
                };
        return "this result shows data of more %s than \"%s\" may still be shown: %,d left in category %s, of %,d in %d months (%s)"
                .formatted(
                        counted,
                        counterparty,
                        Math.max(0, threshold.moreThan() - countBefore),
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
