package org.domicile.console.access;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.domicile.console.site.Circle;
import org.domicile.console.site.Site;
import org.domicile.control.ScramVerifier;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.request.Independence;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.PasskeySignature;
import org.domicile.ledger.note.VerifierKey;

/**
 * Lets people in and asks again at every request whether they may stay: somebody who was disabled
 * or frozen since is out. The password is the one of the gateway, and guessing it is as slow.
 */
public final class Reception {
    /** A failed sign-in is answered no sooner, as at the gateway. */
    static final Duration FAILED = Duration.ofMillis(500);

    /** Sign-ins that may fail for one name within {@link #TRIES_WINDOW}. */
    public static final int TRIES_A_NAME = 10;

    /** Likewise from one address, behind which there may be an office. */
    public static final int TRIES_AN_ADDRESS = 50;

    public static final Duration TRIES_WINDOW = Duration.ofMinutes(15);

    /** Longer ones are no password: checking costs no more than for these. */
    public static final int MAX_PASSWORD_LENGTH = 256;

    private static final int SALT_BYTES = 16;

    private final Site site;
    private final Sessions sessions;
    private final Tries byName;
    private final Tries byAddress;
    private final Challenges challenges;
    private final ScramVerifier nobodys;

    public Reception(Site site, Sessions sessions, InstantSource clock) {
        this.site = site;
        this.sessions = sessions;
        this.byName = new Tries(clock, TRIES_A_NAME, TRIES_WINDOW);
        this.byAddress = new Tries(clock, TRIES_AN_ADDRESS, TRIES_WINDOW);
        this.challenges = new Challenges(clock);
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        this.nobodys =
                ScramVerifier.ofPassword(
                        Sessions.random(SALT_BYTES), salt, ScramVerifier.DEFAULT_ITERATIONS);
    }

    /** What became of a sign-in. There is no third way in (I2). */
    public sealed interface Answer {
        /** Come in, with this token. */
        record Admitted(String token) implements Answer {
            /** Keeps the token out of log lines. */
            @Override
            public String toString() {
                return "Admitted[]";
            }
        }

        /** Not with this name and password; which of them is wrong is not said. */
        record Refused() implements Answer {}

        /** Not now, whatever the password: it was tried too often, or too many are signed in. */
        record TooMany() implements Answer {}
    }

    /**
     * Checks a name and a password; takes half a second where they are wrong.
     *
     * @param address from where it was tried
     * @param client what the browser says it is
     */
    public Answer signIn(String name, String password, String address, String client) {
        return signIn(name, address, client, () -> isTheirs(name, password));
    }

    private Answer signIn(String name, String address, String client, BooleanSupplier isTheirs) {
        long startNanos = System.nanoTime();
        // Both count before either is looked at, so that guesses at the same time count too.
        boolean isFewOfAddress = byAddress.admit(address);
        boolean isFewOfName = byName.admit(name);
        if (!isFewOfAddress || !isFewOfName) {
            waitSince(startNanos);
            return new Answer.TooMany();
        }
        if (!isTheirs.getAsBoolean() || find(site.circle().get(), name).isEmpty()) {
            waitSince(startNanos);
            return new Answer.Refused();
        }
        byName.forget(name);
        return sessions.begin(name, client)
                .<Answer>map(Answer.Admitted::new)
                .orElseGet(Answer.TooMany::new);
    }

    /** What a browser is to have signed for a sign-in with a passkey. */
    public String challenge() {
        return challenges.give();
    }

    /**
     * Checks a name and the signature of the passkey that the organisation has for it; takes half a
     * second where they do not go together.
     *
     * @param challenge what {@link #challenge} gave
     * @param origin of this console
     */
    public Answer signIn(
            String name,
            String challenge,
            PasskeySignature signature,
            String origin,
            String address,
            String client) {
        return signIn(name, address, client, () -> isTheirs(name, challenge, signature, origin));
    }

    private boolean isTheirs(
            String name, String challenge, PasskeySignature signature, String origin) {
        Optional<VerifierKey> key =
                find(site.circle().get(), name)
                        .flatMap(Organisation.Person::approvalKey)
                        .filter(found -> found.origin().equals(Optional.of(origin)));
        // Taken in any case: nobody tries one twice.
        if (!challenges.take(challenge) || key.isEmpty()) {
            return false;
        }
        try {
            var _ = signature.note(Challenges.text(origin, challenge), key.get());
            return true;
        } catch (NoteUnverifiedException e) {
            return false;
        }
    }

    private boolean isTheirs(String name, String password) {
        Optional<ScramVerifier> verifier = site.credentials().verifierOf(name);
        boolean matches =
                password.length() <= MAX_PASSWORD_LENGTH
                        && verifier.orElse(nobodys).isOfPassword(password);
        return matches && verifier.isPresent();
    }

    private static void waitSince(long startNanos) {
        try {
            Thread.sleep(Duration.ofNanos(FAILED.toNanos() - (System.nanoTime() - startNanos)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who has this token, if they may still be here. */
    public Optional<Visitor> visitor(String token) {
        return visitor(sessions.find(token));
    }

    /** Likewise, where it is not they who ask, but their page by itself. */
    public Optional<Visitor> look(String token) {
        return visitor(sessions.look(token));
    }

    private Optional<Visitor> visitor(Optional<Sessions.Session> session) {
        if (session.isEmpty()) {
            return Optional.empty();
        }
        Circle circle = site.circle().get();
        Optional<Organisation.Person> person = find(circle, session.get().person());
        if (person.isEmpty()) {
            sessions.endAll(session.get().person());
        }
        return person.map(found -> new Visitor(found, circle, session.get()));
    }

    /** A person of the organisation who is neither disabled nor frozen. */
    private Optional<Organisation.Person> find(Circle circle, String id) {
        return Optional.ofNullable(circle.organisation().people().get(id))
                .filter(person -> !person.isDisabled())
                .filter(person -> !isFrozen(person));
    }

    /**
     * A freeze of an audience or of a jurisdiction stops what is shown of stores, not those who
     * have to end it.
     */
    private boolean isFrozen(Organisation.Person person) {
        List<String> entities = Independence.worksFor(person);
        return site.jurisdictions().stream()
                .flatMap(jurisdiction -> jurisdiction.freezes().get().inForce().stream())
                .anyMatch(freeze -> stops(freeze, person.id(), entities));
    }

    private static boolean stops(Freeze freeze, String person, List<String> entities) {
        return switch (freeze.target()) {
            case PERSON -> freeze.name().equals(person);
            case ENTITY -> entities.contains(freeze.name());
            case AUDIENCE, JURISDICTION -> false;
        };
    }
}
