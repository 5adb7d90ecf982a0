package org.domicile.console.page;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.domicile.console.site.Jurisdiction;
import org.domicile.control.request.RequestState;
import org.domicile.ledger.index.LedgerIndex;
import org.jspecify.annotations.Nullable;

/**
 * What a jurisdiction has in numbers, for graphs and alarms; none of them names a person.
 *
 * @param ageSeconds of the newest entry that was indexed; null where there is none
 * @param behind entries that are not indexed yet
 * @param requests null where the store cannot be asked
 */
public record Numbers(
        @Nullable Double ageSeconds,
        long behind,
        List<LedgerIndex.Total> disclosed,
        List<Fill> meters,
        @Nullable Waiting requests) {
    /** One meter. */
    public record Fill(String counterparty, String category, long people, long threshold) {}

    /** Requests that are not decided, and how long the oldest of them has waited; 0 for none. */
    public record Waiting(long open, double oldestSeconds) {}

    /**
     * As of now.
     *
     * @throws IllegalStateException when the index cannot be asked
     */
    static Numbers of(Jurisdiction jurisdiction, Indexes indexes, Live live, Instant now) {
        Instant last = indexes.ask(jurisdiction, Ledgers::last);
        return new Numbers(
                last == null ? null : seconds(last, now),
                indexes.behind(jurisdiction),
                indexes.ask(jurisdiction, LedgerIndex::totals),
                jurisdiction.meters().readings(now).stream()
                        .map(reading ->
                                new Fill(
                                        reading.counterparty(),
                                        reading.threshold().threshold().category(),
                                        reading.count(),
                                        reading.threshold().threshold().moreThan()))
                        .toList(),
                live.requests(jurisdiction).map(states -> waiting(states, now)).orElse(null));
    }

    private static Waiting waiting(List<RequestState> states, Instant now) {
        List<Instant> filed =
                states.stream()
                        .filter(RequestState.Open.class::isInstance)
                        .map(RequestState.Open.class::cast)
                        .map(open -> Instant.parse(open.request().filedAt()))
                        .sorted()
                        .toList();
        return new Waiting(filed.size(), filed.isEmpty() ? 0 : seconds(filed.getFirst(), now));
    }

    private static double seconds(Instant since, Instant now) {
        return Duration.between(since, now).toMillis() / 1e3;
    }
}
