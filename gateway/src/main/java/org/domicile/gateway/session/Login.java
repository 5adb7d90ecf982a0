package org.domicile.gateway.session;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.domicile.control.access.Standing;
import org.domicile.control.freeze.Freeze;
import org.domicile.gateway.disclosure.SessionRecord;
import org.domicile.gateway.transport.Tls;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.WireException;
import org.domicile.ledger.LedgerException;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Roster;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finding out who a client is. Nothing is said about databases, plans or people before the password
 * is proven.
 */
final class Login {
    private static final Logger LOG = LoggerFactory.getLogger(Login.class);

    /**
     * A failed login is answered no sooner, so that the time a refusal takes to record does not
     * tell a user that exists from one that does not, and guessing is slow.
     */
    private static final long FAILED_LOGIN_MILLIS = 500;

    private static final SecureRandom RANDOM = new SecureRandom();
    static final int SESSION_BYTES = 16;

    private final ClientChannel client;
    private final SessionServices services;

    Login(ClientChannel client, SessionServices services) {
        this.client = client;
        this.services = services;
    }

    /**
     * Somebody who logged in.
     *
     * @param onRoster as the store's roster has them
     * @param accessor likewise, with what the organisation leaves of it now
     * @param record begun: the session is in the ledger
     * @param serverFinal still to be sent, as nothing leaves before the record
     */
    record Person(
            String jurisdictionName,
            Jurisdiction jurisdiction,
            AppliedPlans.Served served,
            Roster.Accessor onRoster,
            Roster.Accessor accessor,
            SessionRecord record,
            String serverFinal) {
        AppliedPlan applied() {
            return served.applied();
        }

        /** Names nobody. */
        @Override
        public String toString() {
            return "Person[" + jurisdictionName + "]";
        }
    }

    /**
     * Asks for the password's proof and begins the session's record.
     *
     * @throws FatalError when it is not given, or its owner has no business here
     */
    Person authenticate(StartupRequest request) throws IOException {
        long startNanos = System.nanoTime();
        requireOwnCertificate(request);
        Optional<Pass> pass = services.passes().take(client.wire().peer());
        ScramServer scram =
                ScramServer.of(
                        pass.isPresent()
                                ? services.passes().verifier(pass.get(), request.user())
                                : services.credentials().verifierOf(request.user()),
                        services.mockSecret(),
                        request.user(),
                        channelBinding());
        client.write(new BackendMessage.AuthenticationSasl(scram.mechanisms()));
        FrontendMessage.SaslInitialResponse initial = nextPassword().asSaslInitialResponse();
        client.write(
                new BackendMessage.AuthenticationSaslContinue(
                        scram.serverFirst(initial.mechanism(), initial.response())));
        Optional<String> serverFinal = scram.serverFinal(nextPassword().asSaslResponse());
        if (serverFinal.isEmpty()) {
            throw failed(request, startNanos);
        }
        return enter(request, serverFinal.get(), pass);
    }

    /** The channel binding of this connection; null without TLS. */
    private byte @Nullable [] channelBinding() {
        Tls tls = services.tls();
        return tls == null || client.wire().tlsSession() == null
                ? null
                : tls.endPoint().orElse(null);
    }

    /**
     * Where client certificates are asked for, the certificate's common name must be the user's: a
     * second factor beside the password, as {@code clientcert=verify-full} is in PostgreSQL.
     */
    private void requireOwnCertificate(StartupRequest request) {
        Tls tls = services.tls();
        SSLSession session = client.wire().tlsSession();
        if (tls == null || !tls.asksForCertificate() || session == null) {
            return;
        }
        try {
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            LdapName subject = new LdapName(certificate.getSubjectX500Principal().getName());
            boolean isOwn =
                    subject.getRdns().stream()
                            .anyMatch(rdn ->
                                    rdn.getType().equalsIgnoreCase("CN")
                                            && rdn.getValue().equals(request.user()));
            if (isOwn) {
                return;
            }
        } catch (SSLPeerUnverifiedException | InvalidNameException e) {
            LOG.debug("a client's certificate cannot be read: {}", e.getClass().getSimpleName());
        }
        throw new FatalError(
                "28000",
                "the client certificate is not of user \"" + request.user() + "\"",
                "Connect with sslcert and sslkey of a certificate whose common name is the user's.");
    }

    private FrontendMessage.Password nextPassword() throws IOException {
        client.flush();
        Frame frame = client.wire().await(Math.toIntExact(services.limits().login().toMillis()));
        if (frame == null) {
            // As psql does to ask its user for the password, and then comes back.
            throw new ClientGone();
        }
        if (FrontendMessage.decode(frame) instanceof FrontendMessage.Password password) {
            return password;
        }
        throw new WireException(
                WireException.PROTOCOL_VIOLATION, "expected a message of the SASL exchange");
    }

    private FatalError failed(StartupRequest request, long startNanos) {
        try {
            recordFailure(request);
        } catch (LedgerException | FatalError e) {
            // The login is refused either way; another answer would tell who exists.
            LOG.error("a failed login could not be recorded", e);
        }
        long spentMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        try {
            Thread.sleep(Math.max(0, FAILED_LOGIN_MILLIS - spentMillis));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new FatalError(
                "28P01",
                "password authentication failed for user \"" + request.user() + "\"",
                "Check the user's name and password; psql reads them from PGPASSFILE or ~/.pgpass.");
    }

    /** Where the named person is on the named jurisdiction's roster. */
    private void recordFailure(StartupRequest request) {
        Jurisdiction jurisdiction = services.jurisdictions().get(request.database());
        if (jurisdiction == null) {
            return;
        }
        AppliedPlan applied = currentPlan(jurisdiction).applied();
        applied.roster()
                .accessor(request.user())
                .ifPresent(accessor ->
                        newRecord(jurisdiction, applied, accessor, Optional.empty())
                                .refusedAtStart("28P01", "password-wrong", ""));
    }

    private Person enter(StartupRequest request, String serverFinal, Optional<Pass> pass) {
        Jurisdiction jurisdiction = services.jurisdictions().get(request.database());
        if (jurisdiction == null) {
            throw new FatalError(
                    "3D000",
                    "database \"" + request.database() + "\" does not exist",
                    "The database's name is a jurisdiction: one of "
                            + String.join(
                                    ", ",
                                    services.jurisdictions().keySet().stream().sorted().toList())
                            + ".");
        }
        AppliedPlans.Served served = currentPlan(jurisdiction);
        AppliedPlan applied = served.applied();
        Roster.Accessor onRoster =
                applied.roster()
                        .accessor(request.user())
                        .orElseThrow(() ->
                                new FatalError(
                                        "28000",
                                        "you are not on the roster of \""
                                                + request.database()
                                                + "\"",
                                        "Connect to a jurisdiction you have access to, or"
                                                + " ask its custodian."));
        SessionRecord record = newRecord(jurisdiction, applied, onRoster, pass);
        served.freezes()
                .stopping(onRoster.id(), onRoster.entity(), null)
                .ifPresent(target -> {
                    record.refusedAtStart("28000", "frozen-" + target.text(), "");
                    throw frozen("28000", target);
                });
        return switch (standing(services, applied, onRoster)) {
            case Standing.Admitted(Roster.Accessor accessor) -> {
                record.opened(pass.map(Pass::client).orElse(client.wire().peerAddress()));
                yield new Person(
                        request.database(),
                        jurisdiction,
                        served,
                        onRoster,
                        accessor,
                        record,
                        serverFinal);
            }
            case Standing.Denied denied -> {
                record.refusedAtStart("28000", denied.reason(), "");
                throw new FatalError("28000", denied.message(), denied.hint());
            }
        };
    }

    private static SessionRecord newRecord(
            Jurisdiction jurisdiction,
            AppliedPlan applied,
            Roster.Accessor accessor,
            Optional<Pass> pass) {
        return new SessionRecord(
                pass.map(one -> one.noting(jurisdiction.log())).orElse(jurisdiction.log()),
                jurisdiction.meters(),
                pass.map(Pass::session).orElseGet(Login::newSession),
                applied.plan(),
                jurisdiction.planRecorder().record(applied),
                accessor.entity(),
                accessor.id());
    }

    private static String newSession() {
        byte[] session = new byte[SESSION_BYTES];
        RANDOM.nextBytes(session);
        return HexFormat.of().formatHex(session);
    }

    /** For whom a freeze stops. */
    static FatalError frozen(String sqlState, Freeze.Target target) {
        return new FatalError(
                sqlState,
                switch (target) {
                    case PERSON -> "your access is frozen";
                    case ENTITY -> "the access of everybody who works where you do is frozen";
                    case AUDIENCE -> "the audience you act as is frozen";
                    case JURISDICTION -> "everybody's access to this jurisdiction is frozen";
                },
                "Ask the jurisdiction's custodian or its overseer: two of them can end a freeze.");
    }

    /** What the organisation says now, or the end of the session (I7). */
    static Standing standing(
            SessionServices services, AppliedPlan applied, Roster.Accessor onRoster) {
        try {
            return services.standings().of(applied, onRoster);
        } catch (RuntimeException e) {
            throw new FatalError(
                    "58000",
                    "the organisation or its policies cannot be read, so nothing can be shown",
                    "Try again later, or tell the jurisdiction's custodian.");
        }
    }

    /** The applied plan, or the end of the session (I7). */
    static AppliedPlans.Served currentPlan(Jurisdiction jurisdiction) {
        try {
            return jurisdiction.plans().current();
        } catch (RuntimeException e) {
            throw new FatalError(
                    "58000",
                    "the applied plan cannot be read, so nothing can be shown",
                    "Try again later, or tell the jurisdiction's custodian.");
        }
    }
}
