package org.domicile.gateway.session;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.control.ScramVerifier;
import org.domicile.gateway.disclosure.FactLog;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;

/**
 * A one-time password of somebody whom this process has let in by itself, as its console does. It
 * opens one session: of this person, on the one connection whose own end was named before, and
 * within {@link Passes#LIFE}. The session is then as any other, and tells here what was recorded of
 * it. Thread-safe.
 */
public final class Pass implements AutoCloseable {
    /** Entries of one session that are remembered here, the first ones; all are in the ledger. */
    public static final int MAX_NOTED = 1_000;

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PASSWORD_BYTES = 32;
    private static final int SALT_BYTES = 16;

    private final Passes passes;
    private final String person;
    private final InetSocketAddress from;
    private final String client;
    private final String session;
    private final String password;
    private final ScramVerifier verifier;
    private final long givenNanos;
    private final List<Noted> noted = new ArrayList<>();

    Pass(Passes passes, String person, InetSocketAddress from, String client, long givenNanos) {
        this.passes = passes;
        this.person = person;
        this.from = from;
        this.client = client;
        this.givenNanos = givenNanos;
        this.session = HexFormat.of().formatHex(random(Login.SESSION_BYTES));
        this.password =
                Base64.getUrlEncoder().withoutPadding().encodeToString(random(PASSWORD_BYTES));
        this.verifier =
                ScramVerifier.ofPassword(
                        password, random(SALT_BYTES), ScramVerifier.DEFAULT_ITERATIONS);
    }

    private static byte[] random(int bytes) {
        byte[] value = new byte[bytes];
        RANDOM.nextBytes(value);
        return value;
    }

    /** An entry of the session that is durable. */
    public record Noted(long index, Fact fact) {}

    /** What to log in with. */
    public String password() {
        return password;
    }

    /** What its entries will name as their session. */
    public String session() {
        return session;
    }

    /** What was recorded of its session so far, in order. */
    public synchronized List<Noted> noted() {
        return List.copyOf(noted);
    }

    InetSocketAddress from() {
        return from;
    }

    /** For whom the session is, as its first entry has it. */
    String client() {
        return client;
    }

    long givenNanos() {
        return givenNanos;
    }

    Optional<ScramVerifier> verifierOf(String user) {
        return user.equals(person) ? Optional.of(verifier) : Optional.empty();
    }

    private synchronized void note(long index, Fact fact) {
        if (noted.size() < MAX_NOTED) {
            noted.add(new Noted(index, fact));
        }
    }

    /** A log that also tells here what became durable, before anybody else is told. */
    FactLog noting(FactLog log) {
        return new FactLog() {
            @Override
            public long append(Fact fact, Map<String, String> privateFields) {
                long index = log.append(fact, privateFields);
                note(index, fact);
                return index;
            }

            @Override
            public void append(
                    Fact fact, Map<String, String> privateFields, AppendListener listener) {
                log.append(
                        fact,
                        privateFields,
                        new AppendListener() {
                            @Override
                            public void durable(long index) {
                                note(index, fact);
                                listener.durable(index);
                            }

                            @Override
                            public void failed(org.domicile.ledger.LedgerException reason) {
                                listener.failed(reason);
                            }
                        });
            }

            @Override
            public void putDocument(byte[] document) {
                log.putDocument(document);
            }
        };
    }

    /** From here on it opens nothing; a session that it has opened goes on. */
    @Override
    public void close() {
        passes.revoke(this);
    }

    /** Keeps the password, and whose it is, out of log lines. */
    @Override
    public String toString() {
        return "Pass[]";
    }
}
