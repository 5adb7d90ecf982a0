package org.domicile.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.domicile.console.ConsoleServer;
import org.domicile.console.site.Site;
import org.domicile.control.ScramCredentials;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.rules.Rules;
import org.domicile.gateway.GatewayConfig;
import org.domicile.gateway.GatewayServer;
import org.domicile.gateway.disclosure.FactLog;
import org.domicile.gateway.session.Jurisdiction;
import org.domicile.gateway.session.Limits;
import org.domicile.gateway.session.LiveSession;
import org.domicile.gateway.transport.Tls;
import org.domicile.gateway.upstream.StoreAddress;
import org.domicile.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** A gateway with everything it stands on: closing it ends sessions first, ledgers last. */
final class GatewayRuntime implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final InetSocketAddress address;
    private final Optional<URI> console;

    private GatewayRuntime(
            Collection<PolicyOptions.Target> targets,
            OrganisationOptions organisation,
            StateDirectory state,
            InetSocketAddress listen,
            Duration heartbeat,
            @Nullable Tls tls,
            Optional<ConsoleAddress> consoleAddress)
            throws IOException {
        Map<String, Jurisdiction> jurisdictions = new HashMap<>();
        List<ConsolePart> shown = new ArrayList<>();
        ScramCredentials credentials = ScramCredentials.read(state.credentials());
        Map<String, Ledger> ledgers = new LinkedHashMap<>();
        Rules rules = organisation.rules(organisation.read());
        try {
            for (PolicyOptions.Target target : targets) {
                StoreLogins store = target.store();
                Ledger ledger =
                        opening(
                                Ledgers.open(
                                        state,
                                        store.jurisdiction(),
                                        "domicile/" + store.jurisdiction(),
                                        target.ledger().options()));
                ledgers.put(store.jurisdiction(), ledger);
                target.ledger().start(ledger).ifPresent(this::opening);
                opening(LogHeartbeat.start(ledger, heartbeat));
            }
            // Before any grant: whose signatures count is in the log already.
            OrganisationWatch watch =
                    opening(OrganisationWatch.start(organisation, rules, ledgers.values()));
            for (PolicyOptions.Target target : targets) {
                StoreLogins store = target.store();
                Ledger ledger = Objects.requireNonNull(ledgers.get(store.jurisdiction()));
                KeptMeters meters =
                        opening(
                                KeptMeters.start(
                                        ledger, rules, state.meters(store.jurisdiction())));
                FreezeWatch freezes =
                        new FreezeWatch(
                                store.jurisdiction(),
                                ledger,
                                watch::recorded,
                                state.freezes(store.jurisdiction()));
                GrantWatch grants =
                        new GrantWatch(store.jurisdiction(), ledger, watch::recorded, freezes);
                StorePlanPoller plans = opening(StorePlanPoller.start(store, grants, freezes));
                jurisdictions.put(
                        store.jurisdiction(),
                        new Jurisdiction(
                                new StoreAddress(store.host(), store.port(), store.database()),
                                store.secret(),
                                FactLog.of(ledger),
                                plans,
                                meters.meters()));
                shown.add(
                        new ConsolePart(
                                ledger,
                                plans,
                                meters.meters(),
                                opening(
                                        new StoreDesk(
                                                store,
                                                () -> plans.current().applied().plan(),
                                                watch::recorded))));
            }
            GatewayServer server =
                    opening(
                            GatewayServer.start(
                                    new GatewayConfig(
                                            listen,
                                            jurisdictions,
                                            credentials,
                                            watch,
                                            Limits.defaults(),
                                            tls,
                                            Runtime.getRuntime().availableProcessors())));
            address = server.address();
            console =
                    consoleAddress.isEmpty()
                            ? Optional.empty()
                            : Optional.of(
                                    opening(
                                                    ConsoleServer.start(
                                                            consoleAddress
                                                                    .get()
                                                                    .serving(
                                                                            site(
                                                                                    shown,
                                                                                    server,
                                                                                    credentials,
                                                                                    ConsoleGateway
                                                                                            .of(
                                                                                                    server,
                                                                                                    tls),
                                                                                    watch))))
                                            .origin());
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    /** What a console is told of one jurisdiction. */
    private record ConsolePart(
            Ledger ledger, StorePlanPoller plans, BulkMeters meters, StoreDesk desk) {
        org.domicile.console.site.Jurisdiction named(String name, GatewayServer server) {
            return new org.domicile.console.site.Jurisdiction(
                    name,
                    ledger,
                    () -> plans.current().applied(),
                    () -> plans.current().freezes(),
                    meters,
                    () ->
                            server.sessions().stream()
                                    .filter(session -> session.jurisdiction().equals(name))
                                    .map(GatewayRuntime::shown)
                                    .toList(),
                    desk);
        }
    }

    private static org.domicile.console.site.LiveSession shown(LiveSession session) {
        return new org.domicile.console.site.LiveSession(
                session.accessor(),
                session.counterparty(),
                session.acting().map(LiveSession.Acting::audience),
                session.acting().map(LiveSession.Acting::purpose),
                session.since());
    }

    private static Site site(
            List<ConsolePart> parts,
            GatewayServer server,
            ScramCredentials credentials,
            Optional<org.domicile.console.site.Gateway> gateway,
            OrganisationWatch watch) {
        return new Site(
                parts.stream().map(part -> part.named(part.desk().jurisdiction(), server)).toList(),
                credentials,
                gateway,
                watch::circle);
    }

    static GatewayRuntime start(
            Collection<PolicyOptions.Target> targets,
            OrganisationOptions organisation,
            StateDirectory state,
            String host,
            int port,
            Duration heartbeat,
            @Nullable Tls tls,
            Optional<ConsoleAddress> console) {
        try {
            return new GatewayRuntime(
                    targets,
                    organisation,
                    state,
                    new InetSocketAddress(host, port),
                    heartbeat,
                    tls,
                    console);
        } catch (IOException e) {
            String at =
                    console.map(c ->
                                    " or, for the console, "
                                            + c.listen().getHostString()
                                            + ":"
                                            + c.listen().getPort())
                            .orElse("");
            throw new CommandFailure(
                    "cannot listen on "
                            + host
                            + ":"
                            + port
                            + at
                            + " ("
                            + e.getMessage()
                            + "); another program may have the port, choose one with --"
                            + "port or --listen, and for the console --console-port or --console");
        }
    }

    InetSocketAddress address() {
        return address;
    }

    /** Where browsers find the console, if there is one. */
    Optional<URI> console() {
        return console;
    }

    private <T extends AutoCloseable> T opening(T part) {
        opened.push(part);
        return part;
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                org.slf4j.LoggerFactory.getLogger(GatewayRuntime.class)
                        .error("a part of the gateway did not close cleanly", e);
            }
        }
    }
}
