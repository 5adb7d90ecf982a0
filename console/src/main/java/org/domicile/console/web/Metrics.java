package org.domicile.console.web;

import io.javalin.http.Context;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import org.domicile.console.access.Door;
import org.domicile.console.access.Sessions;
import org.domicile.console.page.BadInputException;
import org.domicile.console.page.NoPageException;
import org.domicile.console.page.Numbers;
import org.domicile.console.page.Pages;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.ledger.index.LedgerIndex;

/**
 * Numbers for Prometheus, none of which names a person. Only for who asks from this machine, and
 * not through a proxy: they tell how busy each jurisdiction is.
 */
final class Metrics {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Site site;
    private final Pages pages;
    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<Asked, MultiGauge> gauges = new EnumMap<>(Asked.class);

    /** What counters show; they only look at it, so it has to stay. */
    private final Map<Tags, AtomicLong[]> disclosed = new HashMap<>();

    /** What is asked of {@link Numbers} whenever the metrics are. */
    private enum Asked {
        LEDGER_AGE("domicile.ledger.age", "seconds"),
        INDEX_BEHIND("domicile.index.behind", ""),
        METER_PEOPLE("domicile.meter.people", ""),
        METER_THRESHOLD("domicile.meter.threshold", ""),
        STORE_UP("domicile.store.up", ""),
        REQUESTS_OPEN("domicile.requests.open", ""),
        REQUESTS_OLDEST("domicile.requests.oldest", "seconds");

        private final String metric;
        private final String unit;

        Asked(String metric, String unit) {
            this.metric = metric;
            this.unit = unit;
        }
    }

    Metrics(Site site, Sessions sessions, Pages pages, Events events) {
        this.site = site;
        this.pages = pages;
        Gauge.builder("domicile.console.sessions", sessions, Sessions::count).register(registry);
        Gauge.builder("domicile.console.streams", events, Events::count).register(registry);
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            gauge("domicile.ledger.entries", jurisdiction, Metrics::entries);
            gauge("domicile.gateway.sessions", jurisdiction, of -> of.sessions().get().size());
            gauge("domicile.freezes", jurisdiction, of -> of.freezes().get().inForce().size());
        }
        for (Asked asked : Asked.values()) {
            MultiGauge.Builder gauge = MultiGauge.builder(asked.metric);
            gauges.put(
                    asked,
                    (asked.unit.isEmpty() ? gauge : gauge.baseUnit(asked.unit)).register(registry));
        }
    }

    private static double entries(Jurisdiction jurisdiction) {
        return jurisdiction.ledger().newestCheckpoint().size();
    }

    private void gauge(
            String name, Jurisdiction jurisdiction, ToDoubleFunction<Jurisdiction> value) {
        Gauge.builder(name, jurisdiction, value).tags(tags(jurisdiction)).register(registry);
    }

    private static Tags tags(Jurisdiction jurisdiction) {
        return Tags.of("jurisdiction", jurisdiction.name());
    }

    private record Measured(Asked asked, MultiGauge.Row<?> row) {
        static Measured of(Asked asked, Tags tags, Number value) {
            return new Measured(asked, MultiGauge.Row.of(tags, value));
        }
    }

    /** Asks again for what changes with what there is; what cannot be told is left out. */
    private synchronized void ask() {
        List<Measured> measured = new ArrayList<>();
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            Tags tags = tags(jurisdiction);
            try {
                measured.addAll(measured(pages.numbers(jurisdiction), tags));
            } catch (IllegalStateException e) {
                measured.add(Measured.of(Asked.STORE_UP, tags, 0));
            }
        }
        gauges.forEach((asked, gauge) ->
                gauge.register(
                        measured.stream()
                                .filter(one -> one.asked() == asked)
                                .<MultiGauge.Row<?>>map(Measured::row)
                                .toList(),
                        true));
    }

    private List<Measured> measured(Numbers numbers, Tags tags) {
        List<Measured> measured = new ArrayList<>();
        Double age = numbers.ageSeconds();
        if (age != null) {
            measured.add(Measured.of(Asked.LEDGER_AGE, tags, age));
        }
        measured.add(Measured.of(Asked.INDEX_BEHIND, tags, numbers.behind()));
        for (Numbers.Fill meter : numbers.meters()) {
            Tags of = tags.and("counterparty", meter.counterparty(), "category", meter.category());
            measured.add(Measured.of(Asked.METER_PEOPLE, of, meter.people()));
            measured.add(Measured.of(Asked.METER_THRESHOLD, of, meter.threshold()));
        }
        Numbers.Waiting waiting = numbers.requests();
        measured.add(Measured.of(Asked.STORE_UP, tags, waiting == null ? 0 : 1));
        if (waiting != null) {
            measured.add(Measured.of(Asked.REQUESTS_OPEN, tags, waiting.open()));
            measured.add(Measured.of(Asked.REQUESTS_OLDEST, tags, waiting.oldestSeconds()));
        }
        numbers.disclosed().forEach(total -> count(total, tags));
        return measured;
    }

    private void count(LedgerIndex.Total total, Tags ofJurisdiction) {
        Tags tags = ofJurisdiction.and("counterparty", total.counterparty());
        AtomicLong[] counts =
                disclosed.computeIfAbsent(
                        tags,
                        _ -> {
                            AtomicLong[] counters = {new AtomicLong(), new AtomicLong()};
                            counter("domicile.disclosures", tags, counters[0]);
                            counter("domicile.disclosed.rows", tags, counters[1]);
                            return counters;
                        });
        counts[0].set(total.disclosures());
        counts[1].set(total.rows());
    }

    private void counter(String name, Tags tags, AtomicLong count) {
        FunctionCounter.builder(name, count, AtomicLong::get).tags(tags).register(registry);
    }

    /** What makes a page. */
    @FunctionalInterface
    interface Making {
        Record make() throws NoPageException, BadInputException;
    }

    /** Makes a page, and counts how long it took. */
    Record timed(Door door, Making making) throws NoPageException, BadInputException {
        Timer.Sample sample = Timer.start(registry);
        try {
            return making.make();
        } finally {
            sample.stop(
                    registry.timer(
                            "domicile.console.pages",
                            "page",
                            door.name().toLowerCase(Locale.ROOT)));
        }
    }

    void show(Context context) {
        boolean isHere =
                InetAddress.ofLiteral(Guard.address(context)).isLoopbackAddress()
                        && context.header("X-Forwarded-For") == null
                        && context.header("Forwarded") == null;
        if (!isHere) {
            throw Refusal.noPage();
        }
        ask();
        context.contentType(TYPE).result(registry.scrape());
    }
}
