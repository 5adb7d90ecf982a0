package org.domicile.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.domicile.control.ScramCredentials;
import org.domicile.control.rules.Rules;
import org.domicile.gateway.GatewayConfig;
import org.domicile.gateway.GatewayServer;
import org.domicile.gateway.disclosure.FactLog;
import org.domicile.gateway.session.Jurisdiction;
import org.domicile.gateway.session.Limits;
import org.domicile.gateway.transport.Tls;
import org.domicile.gateway.upstream.StoreAddress;
import org.domicile.ledger.Ledger;
import org.jspecify.annotations.Nullable;

/** A gateway with everything it stands on: closing it ends sessions first, ledgers last. */
final class GatewayRuntime implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();
    private final InetSocketAddress address;

    private GatewayRuntime(
            Collection<PolicyOptions.Target> targets,
            OrganisationOptions organisation,
            StateDirectory state,
            InetSocketAddress listen,
            Duration heartbeat,
            @Nullable Tls tls)
            throws IOException {
        Map<String, Jurisdiction> jurisdictions = new HashMap<>();
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
                Supplier<StoreGrants.Deciders> deciders =
                        () -> StoreGrants.Deciders.of(watch.recorded(), organisation);
                FreezeWatch freezes =
                        new FreezeWatch(
                                store.jurisdiction(),
                                ledger,
                                deciders,
                                state.freezes(store.jurisdiction()));
                GrantWatch grants =
                        new GrantWatch(store.jurisdiction(), ledger, deciders, freezes);
                StorePlanPoller plans = opening(StorePlanPoller.start(store, grants, freezes));
                jurisdictions.put(
                        store.jurisdiction(),
                        new Jurisdiction(
                                new StoreAddress(store.host(), store.port(), store.database()),
                                store.secret(),
                                FactLog.of(ledger),
                                plans,
                                meters.meters()));
            }
            GatewayServer server =
                    opening(
                            GatewayServer.start(
                                    new GatewayConfig(
                                            listen,
                                            jurisdictions,
                                            ScramCredentials.read(state.credentials()),
                                            watch,
                                            Limits.defaults(),
                                            tls,
                                            Runtime.getRuntime().availableProcessors())));
            address = server.address();
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    static GatewayRuntime start(
            Collection<PolicyOptions.Target> targets,
            OrganisationOptions organisation,
            StateDirectory state,
            String host,
            int port,
            Duration heartbeat,
            @Nullable Tls tls) {
        try {
            return new GatewayRuntime(
                    targets,
                    organisation,
                    state,
                    new InetSocketAddress(host, port),
                    heartbeat,
                    tls);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot listen on "
                            + host
                            + ":"
                            + port
                            + " ("
                            + e.getMessage()
                            + "); another program may have the port, choose one with --"
                            + "port or --listen");
        }
    }

    InetSocketAddress address() {
        return address;
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
