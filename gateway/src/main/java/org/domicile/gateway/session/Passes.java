package org.domicile.gateway.session;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.domicile.control.ScramVerifier;

/**
 * The one-time passwords that are out. Each is found by the address of its connection's other end:
 * that port is this process's own while the connection is open, so nobody outside can come with it,
 * whatever they know. Nothing of them is written anywhere.
 */
public final class Passes {
    /** From being given to being used; the connection is there by then. */
    public static final Duration LIFE = Duration.ofSeconds(5);

    /** Out at once. */
    public static final int MAX = 256;

    private final LongSupplier nanoClock;
    private final Map<InetSocketAddress, Pass> byPeer = new HashMap<>();

    Passes(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /**
     * Gives one.
     *
     * @param person who was let in; whoever calls this answers for it
     * @param from this process's end of the connection that it is for
     * @param client for whom the session is, for its first entry
     * @throws IllegalStateException when there are too many out
     */
    public synchronized Pass give(String person, InetSocketAddress from, String client) {
        byPeer.values().removeIf(this::isOver);
        if (byPeer.size() >= MAX || byPeer.containsKey(from)) {
            throw new IllegalStateException("too many one-time passwords are out");
        }
        Pass pass = new Pass(this, person, from, client, nanoClock.getAsLong());
        byPeer.put(from, pass);
        return pass;
    }

    /** The one for a connection from there, which opens nothing else from now on. */
    synchronized Optional<Pass> take(InetSocketAddress peer) {
        return Optional.ofNullable(byPeer.remove(peer));
    }

    /** What its user has to prove; nothing where it is another's, or its time is over. */
    Optional<ScramVerifier> verifier(Pass pass, String user) {
        return isOver(pass) ? Optional.empty() : pass.verifierOf(user);
    }

    private boolean isOver(Pass pass) {
        return nanoClock.getAsLong() - pass.givenNanos() > LIFE.toNanos();
    }

    synchronized void revoke(Pass pass) {
        byPeer.remove(pass.from(), pass);
    }
}
