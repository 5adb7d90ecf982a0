package org.domicile.control.rules;

import java.util.Locale;
import java.util.Set;

/**
 * How many people's data of one kind may reach the same foreign counterparty within the window: a
 * count of {@code moreThan} passes, one more is bulk.
 *
 * @param category the law's own, e.g. {@code health}
 * @param of what is counted
 * @param data the data categories (fideslang) that belong to it, each with its kinds; where kinds
 *     have a threshold of their own, that is theirs
 * @param citation where the law says so
 */
public record BulkThreshold(
        String category, long moreThan, Counted of, Set<String> data, String citation) {
    public BulkThreshold {
        data = Set.copyOf(data);
        if (moreThan < 0) {
            throw new IllegalArgumentException("a threshold is no less than 0");
        }
    }

    /** What a threshold counts. */
    public enum Counted {
        PERSONS,
        DEVICES;

        /** The spelling in a rule pack. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
