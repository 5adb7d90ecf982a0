package org.domicile.policy.store;

import java.util.List;

/**
 * What {@code init} did to a store, item by item.
 *
 * @param superuser whether it could do everything
 */
public record InitReport(boolean superuser, List<Item> items) {
    public InitReport {
        items = List.copyOf(items);
    }

    /** How an item ended. */
    public enum Result {
        DONE,
        ALREADY,
        NOT_PERMITTED
    }

    /**
     * One right given or taken.
     *
     * @param closes what it is about
     * @param rests where it was not permitted, what then rests on the gate alone, or what will not
     *     work; empty otherwise
     */
    public record Item(String id, String closes, Result result, String rests) {}

    /** The items that were not permitted. */
    public List<Item> open() {
        return items.stream().filter(item -> item.result() == Result.NOT_PERMITTED).toList();
    }
}
