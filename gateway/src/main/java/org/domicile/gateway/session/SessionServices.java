package org.domicile.gateway.session;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.domicile.control.ScramCredentials;
import org.domicile.gateway.gate.StatementGate;
import org.domicile.gateway.transport.Tls;
import org.domicile.gateway.transport.Transport;
import org.jspecify.annotations.Nullable;

/**
 * What all sessions of a gateway share. Thread-safe.
 *
 * <p>{@link #close} asks every session to end at its next tick.
 */
public final class SessionServices {
    private final Map<String, Jurisdiction> jurisdictions;
    private final ScramCredentials credentials;
    private final Standings standings;
    private final StatementGate gate;
    private final Limits limits;
    private final Transport transport;
    private final @Nullable Tls tls;
    private final ExecutorService background = Executors.newVirtualThreadPerTaskExecutor();
    private final CancelKeys cancelKeys = new CancelKeys();
    private final Passes passes = new Passes(System::nanoTime);
    private final byte[] mockSecret;
    private volatile boolean closing;

    /** Shares these with every session. */
    public SessionServices(
            Map<String, Jurisdiction> jurisdictions,
            ScramCredentials credentials,
            Standings standings,
            StatementGate gate,
            Limits limits,
            Transport transport,
            @Nullable Tls tls) {
        this.jurisdictions = Map.copyOf(jurisdictions);
        this.credentials = credentials;
        this.standings = standings;
        this.gate = gate;
        this.limits = limits;
        this.transport = transport;
        this.tls = tls;
        this.mockSecret = mockSecret(jurisdictions);
    }

    /**
     * Derived from the stores' secrets, so that it stays the same when the gateway starts again: a
     * salt that changed would tell a made-up user from a real one.
     */
    private static byte[] mockSecret(Map<String, Jurisdiction> jurisdictions) {
        StringBuilder secrets = new StringBuilder("domicile mock salts\n");
        new TreeMap<>(jurisdictions)
                .values()
                .forEach(jurisdiction -> secrets.append(jurisdiction.storeSecret()).append('\n'));
        return ScramServer.sha256(
                secrets.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    public void close() {
        closing = true;
    }

    boolean isClosing() {
        return closing;
    }

    Map<String, Jurisdiction> jurisdictions() {
        return jurisdictions;
    }

    ScramCredentials credentials() {
        return credentials;
    }

    Standings standings() {
        return standings;
    }

    StatementGate gate() {
        return gate;
    }

    public Limits limits() {
        return limits;
    }

    Transport transport() {
        return transport;
    }

    /** Null where none is spoken. */
    @Nullable Tls tls() {
        return tls;
    }

    /** Runs what may wait, away from the event loops. */
    void inBackground(Runnable task) {
        background.execute(task);
    }

    CancelKeys cancelKeys() {
        return cancelKeys;
    }

    /** One-time passwords, for whom this process lets in by itself. */
    public Passes passes() {
        return passes;
    }

    byte[] mockSecret() {
        return mockSecret.clone();
    }
}
