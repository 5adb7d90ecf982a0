package org.domicile.console.page;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.console.page.Components.Meter;
import org.domicile.console.site.Circle;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.ledger.index.LedgerIndex;

/**
 * What crosses between jurisdictions, at a glance.
 *
 * @param flows disclosures of the last {@link #HOURS} hours
 * @param hours the same by hour, the earliest first, each with a count for each counterparty
 * @param watch what somebody should look at
 */
public record Overview(
        Instant at,
        List<Place> places,
        List<Flow> flows,
        List<String> counterparties,
        List<Hour> hours,
        List<JurisdictionMeter> meters,
        List<Watch> watch) {
    /** How far back it looks. */
    public static final int HOURS = 24;

    /**
     * One jurisdiction.
     *
     * @param entries in its ledger
     * @param sessions at its gateway now
     */
    public record Place(String name, String custodian, long entries, int sessions) {}

    /** What went from a jurisdiction to a counterparty. */
    public record Flow(String from, String to, boolean isCovered, long disclosures, long rows) {}

    /** One hour; {@code counts} in the order of {@link Overview#counterparties}. */
    public record Hour(Instant hour, List<Long> counts) {}

    /** A meter of a jurisdiction. */
    public record JurisdictionMeter(
            String jurisdiction, String category, String citation, Meter meter) {}

    /** Something to look at: a text's key, and where it is. */
    public record Watch(String key, String jurisdiction, String what) {}

    static Overview of(Site site, Indexes indexes, Circle circle, Instant now) {
        Instant since = now.truncatedTo(ChronoUnit.HOURS).minus(Duration.ofHours(HOURS - 1));
        List<Flow> flows = new ArrayList<>();
        Map<Instant, Map<String, Long>> byHour = new TreeMap<>();
        Map<String, Boolean> counterparties = new TreeMap<>();
        List<Place> places = new ArrayList<>();
        List<JurisdictionMeter> meters = new ArrayList<>();
        List<Watch> watch = new ArrayList<>();
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            places.add(
                    new Place(
                            jurisdiction.name(),
                            jurisdiction.plan().get().plan().custodian(),
                            jurisdiction.ledger().newestCheckpoint().size(),
                            jurisdiction.sessions().get().size()));
            Map<String, long[]> totals = new TreeMap<>();
            for (LedgerIndex.Hourly hourly :
                    indexes.ask(jurisdiction, index -> index.hourly(since))) {
                counterparties.put(
                        hourly.counterparty(),
                        circle.coverage()
                                .of(hourly.counterparty())
                                .filter(finding -> finding.isCovered())
                                .isPresent());
                byHour.computeIfAbsent(hourly.hour(), _ -> new TreeMap<>())
                        .merge(hourly.counterparty(), hourly.disclosures(), Long::sum);
                long[] total = totals.computeIfAbsent(hourly.counterparty(), _ -> new long[2]);
                total[0] += hourly.disclosures();
                total[1] += hourly.rows();
            }
            totals.forEach((to, total) ->
                    flows.add(
                            new Flow(
                                    jurisdiction.name(),
                                    to,
                                    Boolean.TRUE.equals(counterparties.get(to)),
                                    total[0],
                                    total[1])));
            jurisdiction
                    .meters()
                    .readings(now)
                    .forEach(reading -> meters.add(meter(jurisdiction, reading)));
            watch.addAll(watch(jurisdiction, indexes, now));
        }
        meters.sort(
                Comparator.comparing(JurisdictionMeter::jurisdiction)
                        .thenComparing(JurisdictionMeter::category)
                        .thenComparing(meter -> meter.meter().name()));
        meters.forEach(meter -> {
            if (!meter.meter().level().equals("low")) {
                watch.add(new Watch("watch.meter", meter.jurisdiction(), meter.meter().name()));
            }
        });
        List<String> names = List.copyOf(counterparties.keySet());
        return new Overview(now, places, flows, names, hours(since, names, byHour), meters, watch);
    }

    private static List<Hour> hours(
            Instant since, List<String> names, Map<Instant, Map<String, Long>> byHour) {
        List<Hour> hours = new ArrayList<>();
        for (int i = 0; i < HOURS && !names.isEmpty(); i++) {
            Instant hour = since.plus(Duration.ofHours(i));
            Map<String, Long> counts = byHour.getOrDefault(hour, Map.of());
            hours.add(
                    new Hour(
                            hour,
                            names.stream().map(name -> counts.getOrDefault(name, 0L)).toList()));
        }
        return hours;
    }

    private static JurisdictionMeter meter(
            Jurisdiction jurisdiction, org.domicile.control.meter.BulkMeters.Reading reading) {
        return new JurisdictionMeter(
                jurisdiction.name(),
                reading.threshold().threshold().category(),
                reading.threshold().threshold().citation(),
                new Meter(
                        reading.counterparty(),
                        reading.count(),
                        reading.threshold().threshold().moreThan()));
    }

    private static List<Watch> watch(Jurisdiction jurisdiction, Indexes indexes, Instant now) {
        List<Watch> watch = new ArrayList<>();
        jurisdiction
                .freezes()
                .get()
                .inForce()
                .forEach(freeze ->
                        watch.add(
                                new Watch(
                                        "watch.frozen",
                                        jurisdiction.name(),
                                        freeze.target().text())));
        long behind = indexes.behind(jurisdiction);
        if (behind > 0) {
            watch.add(new Watch("watch.indexing", jurisdiction.name(), Long.toString(behind)));
        } else if (Ledgers.isSilent(indexes.ask(jurisdiction, Ledgers::last), now)) {
            watch.add(new Watch("watch.silent", jurisdiction.name(), ""));
        }
        return watch;
    }
}
