package org.domicile.console.page;

import java.time.Instant;
import java.util.List;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.ledger.Fact;
import org.domicile.ledger.index.Found;
import org.domicile.ledger.index.Search;
import org.jspecify.annotations.Nullable;

/**
 * What was recorded, the newest first, as far as the public half of each entry tells: who it was is
 * told by opening one entry, which is recorded.
 *
 * @param behind entries that cannot be found yet, since the index is being made
 * @param next the index below which the next page begins; null on the last
 */
public record Disclosures(
        List<String> jurisdictions,
        Filter filter,
        long behind,
        List<Line> lines,
        @Nullable Long next) {
    /** What can be looked for, that which is asked most first. */
    public static final List<String> KINDS =
            List.of(
                    Fact.Disclosure.TYPE,
                    Fact.Refusal.TYPE,
                    Fact.SessionOpened.TYPE,
                    Fact.GrantOpened.TYPE,
                    Fact.GrantEnded.TYPE,
                    Fact.RequestDenied.TYPE,
                    Fact.GrantOpened.BREAK_GLASS_TYPE,
                    Fact.BreakGlassReviewed.TYPE,
                    Fact.Frozen.TYPE,
                    Fact.Unfrozen.TYPE,
                    Fact.BodyOpened.TYPE,
                    Fact.Noted.TYPE,
                    Fact.BodyErased.TYPE,
                    Fact.PolicyApplied.TYPE,
                    Fact.OrganisationChanged.TYPE,
                    Fact.WitnessFound.TYPE,
                    Fact.WitnessLost.TYPE,
                    Fact.KeyHandedOver.TYPE,
                    Fact.KeyRetired.TYPE,
                    Fact.Heartbeat.TYPE);

    /** Entries on a page. */
    static final int PAGE = 50;

    /** What is looked for, as it was typed. */
    public record Filter(
            String jurisdiction,
            String type,
            String counterparty,
            String purpose,
            String table,
            String from,
            String to) {}

    /** One entry. */
    public record Line(
            String jurisdiction,
            long entry,
            Instant time,
            String type,
            @Nullable String counterparty,
            @Nullable String audience,
            @Nullable String purpose,
            List<String> tables,
            @Nullable Long rows,
            @Nullable Long people,
            @Nullable String reason,
            boolean isErased) {}

    static Disclosures of(Site site, Indexes indexes, Ask ask)
            throws NoPageException, BadInputException {
        String type = ask.query().containsKey("type") ? ask.query("type") : "disclosure";
        Filter filter =
                new Filter(
                        ask.query("jurisdiction").isEmpty()
                                ? site.jurisdictions().getFirst().name()
                                : ask.query("jurisdiction"),
                        type,
                        ask.query("counterparty"),
                        ask.query("purpose"),
                        ask.query("table"),
                        ask.query("from"),
                        ask.query("to"));
        Jurisdiction jurisdiction =
                site.jurisdiction(filter.jurisdiction()).orElseThrow(NoPageException::new);
        Search search =
                new Search(
                        Inputs.name(filter.type()),
                        null,
                        Inputs.name(filter.counterparty()),
                        Inputs.table(filter.table()),
                        Inputs.name(filter.purpose()),
                        Inputs.day(filter.from()),
                        Inputs.day(filter.to()),
                        Inputs.number(ask.query("before")),
                        PAGE + 1);
        List<Found> found = indexes.ask(jurisdiction, index -> index.search(search));
        boolean isMore = found.size() > PAGE;
        List<Found> shown = isMore ? found.subList(0, PAGE) : found;
        return new Disclosures(
                site.jurisdictions().stream().map(Jurisdiction::name).toList(),
                filter,
                indexes.behind(jurisdiction),
                shown.stream().map(line -> line(jurisdiction, line)).toList(),
                isMore ? shown.getLast().index() : null);
    }

    private static Line line(Jurisdiction jurisdiction, Found found) {
        return new Line(
                jurisdiction.name(),
                found.index(),
                found.time(),
                found.type(),
                found.counterparty(),
                found.audience(),
                found.purpose(),
                found.tables(),
                found.rows(),
                found.people(),
                found.reason(),
                found.isErased());
    }
}
