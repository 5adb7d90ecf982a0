package org.domicile.console.web;

import io.javalin.http.Context;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetAddress;
import java.util.Locale;
import org.domicile.console.access.Door;
import org.domicile.console.access.Sessions;
import org.domicile.console.page.BadInputException;
import org.domicile.console.page.NoPageException;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;

/**
 * Numbers for Prometheus, none of which names a person. Only for who asks from this machine, and
 * not through a proxy: they tell how busy each jurisdiction is.
 */
final class Metrics {
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    Metrics(Site site, Sessions sessions) {
        Gauge.builder("domicile.console.sessions", sessions, Sessions::count).register(registry);
        for (Jurisdiction jurisdiction : site.jurisdictions()) {
            gauge("domicile.ledger.entries", jurisdiction, Metrics::entries);
            gauge("domicile.gateway.sessions", jurisdiction, of -> of.sessions().get().size());
            gauge("domicile.freezes", jurisdiction, of -> of.freezes().get().inForce().size());
        }
    }

    private static double entries(Jurisdiction jurisdiction) {
        return jurisdiction.ledger().newestCheckpoint().size();
    }

    private void gauge(
            String name,
            Jurisdiction jurisdiction,
            java.util.function.ToDoubleFunction<Jurisdiction> value) {
        Gauge.builder(name, jurisdiction, value)
                .tag("jurisdiction", jurisdiction.name())
                .register(registry);
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
        context.contentType(TYPE).result(registry.scrape());
    }
}
