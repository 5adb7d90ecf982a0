package org.domicile.plan;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What the gateway needs besides an {@link AppliedPlan} to tell whose rows pass. Unlike that, it is
 * one store's own: it is in no ledger and no log.
 *
 * @param token computes the tokens of keys an audience shows
 * @param firstViews for each audience, from a second view's OID to the OID of the view it stands in
 *     for, which is the one a client may hear of
 * @param columns for each audience, each view's columns in the store's own order
 */
public record StoreSubjects(
        SubjectToken token,
        Map<String, Map<Long, Long>> firstViews,
        Map<String, Map<String, List<String>>> columns) {
    public StoreSubjects {
        firstViews =
                firstViews.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, entry -> Map.copyOf(entry.getValue())));
        columns =
                columns.entrySet().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        Map.Entry::getKey, entry -> Map.copyOf(entry.getValue())));
    }

    /** The columns of one audience's views. */
    public Map<String, List<String>> columnsOf(Plan.Audience audience) {
        return columns.getOrDefault(audience.name(), Map.of());
    }

    /** From second to first views of one audience; empty where it has no second views. */
    public Map<Long, Long> firstViewsOf(Plan.Audience audience) {
        return firstViews.getOrDefault(audience.name(), Map.of());
    }
}
