package org.domicile.console.access;

import static org.domicile.control.organisation.Organisation.Role.CUSTODIAN;
import static org.domicile.control.organisation.Organisation.Role.DATA_OWNER;
import static org.domicile.control.organisation.Organisation.Role.ON_CALL;
import static org.domicile.control.organisation.Organisation.Role.OVERSEER;

import java.util.EnumSet;
import java.util.Set;
import org.domicile.control.organisation.Organisation.Role;

/**
 * Every way into the console, and who may go through it: the one table of authorisation. What is
 * not in it does not exist (I2). Each page has a JSON twin under {@link #API}, with the same
 * readers.
 */
public enum Door {
    OVERVIEW(Kind.PAGE, "/overview", Who.of(DATA_OWNER, CUSTODIAN, OVERSEER, ON_CALL)),
    DISCLOSURES(Kind.PAGE, "/disclosures", Who.of(DATA_OWNER, CUSTODIAN, OVERSEER)),
    DISCLOSURE(
            Kind.PAGE,
            "/disclosures/{jurisdiction}/{entry}",
            Who.of(DATA_OWNER, CUSTODIAN, OVERSEER)),
    RECEIPT(
            Kind.FILE,
            "/disclosures/{jurisdiction}/{entry}/receipt",
            Who.of(DATA_OWNER, CUSTODIAN, OVERSEER)),
    OPEN_BODY(Kind.ACT, "/disclosures/{jurisdiction}/{entry}/body", Who.of(CUSTODIAN, OVERSEER)),
    REQUESTS(Kind.PAGE, "/requests", Who.EVERYBODY),
    NEW_REQUEST(Kind.PAGE, "/requests/new", Who.EVERYBODY),
    PREPARE_REQUEST(Kind.ACT, "/requests/new", Who.EVERYBODY),
    FILE_REQUEST(Kind.ACT, "/requests", Who.EVERYBODY),
    REQUEST(Kind.PAGE, "/requests/{jurisdiction}/{request}", Who.EVERYBODY),
    /** Approves, denies, ends or reviews: by whom it counts the signature decides. */
    DECIDE(Kind.ACT, "/requests/{jurisdiction}/{request}", Who.EVERYBODY),
    SQL(Kind.PAGE, "/sql", Who.EVERYBODY),
    RUN_SQL(Kind.ACT, "/sql", Who.EVERYBODY),
    SQL_FILE(Kind.ACT, "/sql/csv", Who.EVERYBODY),
    PEOPLE(Kind.PAGE, "/people", Who.of(DATA_OWNER, CUSTODIAN, OVERSEER)),
    PERSON(Kind.PAGE, "/people/{person}", Who.of(DATA_OWNER, CUSTODIAN, OVERSEER)),
    POLICY(Kind.PAGE, "/policy", Who.of(DATA_OWNER, CUSTODIAN, OVERSEER)),
    POLICY_DIFFERENCE(Kind.PAGE, "/policy/difference", Who.of(DATA_OWNER, CUSTODIAN, OVERSEER)),
    LEDGER(Kind.PAGE, "/ledger", Who.EVERYBODY),
    LOG_KEY(Kind.FILE, "/ledger/{jurisdiction}/key", Who.EVERYBODY),
    OVERSIGHT(Kind.PAGE, "/oversight", Who.of(CUSTODIAN, OVERSEER)),
    PREPARE_FREEZE(Kind.ACT, "/oversight", Who.of(CUSTODIAN, OVERSEER)),
    FREEZE(Kind.ACT, "/oversight/freezes", Who.of(CUSTODIAN, OVERSEER)),
    UNFREEZE(Kind.ACT, "/oversight/freezes/{jurisdiction}/{freeze}", Who.of(CUSTODIAN, OVERSEER)),
    LIVE_SESSIONS(Kind.PAGE, "/oversight/sessions", Who.of(CUSTODIAN, OVERSEER)),
    NOTE(Kind.ACT, "/oversight/notes", Who.of(CUSTODIAN, OVERSEER)),
    ME(Kind.PAGE, "/me", Who.EVERYBODY),
    PASSKEY(Kind.PAGE, "/me/passkey", Who.EVERYBODY),
    NEW_PASSKEY(Kind.ACT, "/me/passkey", Who.EVERYBODY),
    EVENTS(Kind.STREAM, "/events", Who.EVERYBODY),
    COMPONENTS(Kind.PAGE, "/components", Who.EVERYBODY),
    END_SESSION(Kind.ACT, "/me/sessions/end", Who.EVERYBODY),
    SIGN_OUT(Kind.ACT, "/sign-out", Who.EVERYBODY),
    OPEN_API(Kind.FILE, "/api/openapi.json", Who.EVERYBODY),
    START(Kind.FILE, "/", Who.ANYONE),
    SIGN_IN(Kind.FILE, "/sign-in", Who.ANYONE),
    SIGN_IN_ACT(Kind.ACT, "/sign-in", Who.ANYONE),
    SIGN_IN_PASSKEY(Kind.ACT, "/sign-in/passkey", Who.ANYONE),
    PREFERENCES(Kind.ACT, "/preferences", Who.ANYONE),
    ASSET(Kind.FILE, "/assets/{name}", Who.ANYONE),
    HEALTH(Kind.FILE, "/healthz", Who.ANYONE),
    METRICS(Kind.FILE, "/metrics", Who.ANYONE);

    /** What the addresses of twins begin with. */
    public static final String API = "/api";

    /** What comes out of a door. */
    public enum Kind {
        /** Read with GET, and has a twin. */
        PAGE,
        /** Read with GET. */
        FILE,
        /** Read with GET, for as long as one stays; who may hear what depends on the page. */
        STREAM,
        /** Done with POST and the session's token. */
        ACT
    }

    private final Kind kind;
    private final String path;

    @SuppressWarnings("ImmutableEnumChecker") // it copies its set
    private final Who who;

    Door(Kind kind, String path, Who who) {
        this.kind = kind;
        this.path = path;
        this.who = who;
    }

    /**
     * Who may go through.
     *
     * @param isSignedIn whether they have to be somebody
     * @param roles one of which they need; none where everybody who is signed in may
     */
    public record Who(boolean isSignedIn, Set<Role> roles) {
        static final Who ANYONE = new Who(false, Set.of());
        static final Who EVERYBODY = new Who(true, Set.of());

        public Who {
            roles = Set.copyOf(roles);
        }

        static Who of(Role first, Role... others) {
            return new Who(true, EnumSet.of(first, others));
        }
    }

    public Kind kind() {
        return kind;
    }

    public String path() {
        return path;
    }

    public Who who() {
        return who;
    }

    /** Whether somebody with these roles, who is signed in, may go through. */
    public boolean admits(Set<Role> roles) {
        return who.roles().isEmpty() || who.roles().stream().anyMatch(roles::contains);
    }
}
