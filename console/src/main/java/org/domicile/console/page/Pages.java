package org.domicile.console.page;

import java.io.IOException;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.domicile.console.access.Door;
import org.domicile.console.access.Sessions;
import org.domicile.console.access.Visitor;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.ReceiptMaker;
import org.domicile.ledger.VerifiedEntry;

/** Makes what each page says, for somebody who may read it. */
public final class Pages implements AutoCloseable {
    private final Site site;
    private final Sessions sessions;
    private final InstantSource clock;
    private final Indexes indexes;
    private final PlanHistory history = new PlanHistory();
    private final SqlTurns sqlTurns = new SqlTurns();
    private final Live live;

    public Pages(Site site, Sessions sessions, InstantSource clock) {
        this.site = site;
        this.sessions = sessions;
        this.clock = clock;
        this.indexes = new Indexes(site.jurisdictions());
        this.live = new Live(site, indexes, clock);
    }

    /** What of them changes by itself. */
    public Live live() {
        return live;
    }

    /**
     * What a jurisdiction has in numbers.
     *
     * @throws IllegalStateException when that cannot be told
     */
    public Numbers numbers(Jurisdiction jurisdiction) {
        return Numbers.of(jurisdiction, indexes, live, clock.instant());
    }

    /** The model of a page. */
    public Record make(Door door, Ask ask) throws NoPageException, BadInputException {
        return switch (door) {
            case OVERVIEW -> Overview.of(site, indexes, ask.visitor().circle(), clock.instant());
            case DISCLOSURES -> Disclosures.of(site, indexes, ask);
            case DISCLOSURE -> Disclosure.of(site, indexes, ask);
            case REQUESTS -> Requests.of(site, ask.visitor(), clock.instant());
            case NEW_REQUEST -> NewRequest.empty(site, ask);
            case REQUEST -> OneRequest.of(site, ask, clock.instant(), "");
            case SQL -> Sql.form(site, ask, clock.instant());
            case PEOPLE -> People.of(ask.visitor().circle());
            case PERSON -> Person.of(site, ask.visitor().circle(), ask);
            case POLICY -> Policy.of(site, ask);
            case POLICY_DIFFERENCE -> PolicyDifference.of(site, indexes, history, ask);
            case LEDGER -> Ledgers.of(site, indexes, clock.instant());
            case OVERSIGHT -> oversight(ask, NewFreeze.empty(site, ask.visitor()), "");
            case LIVE_SESSIONS -> LiveSessions.of(site);
            case ME -> Me.of(ask.visitor(), sessions);
            case PASSKEY -> new Passkey(ask.visitor().id(), "");
            case COMPONENTS -> Components.example();
            case RECEIPT,
                    OPEN_BODY,
                    NOTE,
                    PREPARE_REQUEST,
                    FILE_REQUEST,
                    DECIDE,
                    PREPARE_FREEZE,
                    FREEZE,
                    UNFREEZE,
                    RUN_SQL,
                    SQL_FILE,
                    LOG_KEY,
                    END_SESSION,
                    SIGN_OUT,
                    EVENTS,
                    OPEN_API,
                    START,
                    SIGN_IN,
                    SIGN_IN_ACT,
                    SIGN_IN_PASSKEY,
                    NEW_PASSKEY,
                    PREFERENCES,
                    ASSET,
                    HEALTH,
                    METRICS ->
                    throw new IllegalArgumentException(door + " is no page");
        };
    }

    /** What a page's model is a record of, where it has one. */
    public static Class<? extends Record> type(Door door) {
        return switch (door) {
            case OVERVIEW -> Overview.class;
            case DISCLOSURES -> Disclosures.class;
            case DISCLOSURE -> Disclosure.class;
            case REQUESTS -> Requests.class;
            case NEW_REQUEST -> NewRequest.class;
            case REQUEST -> OneRequest.class;
            case SQL -> Sql.class;
            case PEOPLE -> People.class;
            case PERSON -> Person.class;
            case POLICY -> Policy.class;
            case POLICY_DIFFERENCE -> PolicyDifference.class;
            case LEDGER -> Ledgers.class;
            case OVERSIGHT -> Oversight.class;
            case LIVE_SESSIONS -> LiveSessions.class;
            case ME -> Me.class;
            case PASSKEY -> Passkey.class;
            case COMPONENTS -> Components.class;
            case RECEIPT,
                    OPEN_BODY,
                    NOTE,
                    PREPARE_REQUEST,
                    FILE_REQUEST,
                    DECIDE,
                    PREPARE_FREEZE,
                    FREEZE,
                    UNFREEZE,
                    RUN_SQL,
                    SQL_FILE,
                    LOG_KEY,
                    END_SESSION,
                    SIGN_OUT,
                    EVENTS,
                    OPEN_API,
                    START,
                    SIGN_IN,
                    SIGN_IN_ACT,
                    SIGN_IN_PASSKEY,
                    NEW_PASSKEY,
                    PREFERENCES,
                    ASSET,
                    HEALTH,
                    METRICS ->
                    throw new IllegalArgumentException(door + " is no page");
        };
    }

    /**
     * The private values of an entry, after it is on disk that they are read, and by whom (I1).
     *
     * @throws NoPageException also where nobody may, since the jurisdiction is frozen
     */
    public Disclosure openBody(Ask ask) throws NoPageException, BadInputException {
        Jurisdiction jurisdiction = jurisdiction(ask);
        VerifiedEntry entry = Disclosure.read(jurisdiction, ask);
        boolean hasValues = entry.privateValues().filter(values -> !values.isEmpty()).isPresent();
        if (!hasValues || Disclosure.isStopped(jurisdiction)) {
            throw new NoPageException();
        }
        jurisdiction
                .ledger()
                .append(new Fact.BodyOpened(entry.index()), Map.of("by", ask.visitor().id()));
        return Disclosure.of(jurisdiction, indexes, entry, ask, true);
    }

    /**
     * Writes a note into the ledger.
     *
     * @param about an entry's number, or nothing
     */
    public void note(Ask ask, String jurisdiction, String about, String text)
            throws NoPageException, BadInputException {
        Jurisdiction of = site.jurisdiction(jurisdiction).orElseThrow(NoPageException::new);
        indexes.await(of, Notes.write(of, ask.visitor().id(), about, text));
    }

    /** What a filled-in request would be. */
    public NewRequest prepare(Ask ask, NewRequest.Form form) throws NoPageException {
        return NewRequest.of(site, ask.visitor(), form, clock.instant());
    }

    /** A request, with why what was just signed about it does not count. */
    public OneRequest refused(Ask ask, String problem) throws NoPageException {
        return OneRequest.of(site, ask, clock.instant(), problem);
    }

    /** An empty form of a request, with why the one that was signed does not count. */
    public NewRequest notFiled(Ask ask, String problem) throws NoPageException {
        return NewRequest.empty(site, ask).with(problem);
    }

    /** What a filled-in freeze would be. */
    public Oversight prepare(Ask ask, NewFreeze.Form form) throws NoPageException {
        return oversight(ask, NewFreeze.of(site, ask.visitor(), form, clock.instant()), "");
    }

    /** What is frozen, with why what was just signed does not count. */
    public Oversight notFrozen(Ask ask, String problem) {
        return oversight(ask, NewFreeze.empty(site, ask.visitor()), problem);
    }

    private Oversight oversight(Ask ask, NewFreeze next, String problem) {
        return Oversight.of(site, indexes, ask.visitor(), next, clock.instant(), problem);
    }

    /**
     * What comes of a statement.
     *
     * @param client from where it was sent
     * @throws NoPageException where who asks may act as nothing there
     */
    public SqlRun.Made runSql(Visitor visitor, Sql.Form form, String client, boolean isFile)
            throws NoPageException {
        return SqlRun.of(site, visitor, form, client, clock.instant()).run(sqlTurns, isFile);
    }

    /** The receipt of an entry, with its public half alone. */
    public byte[] receipt(Ask ask) throws NoPageException, BadInputException {
        Jurisdiction jurisdiction = jurisdiction(ask);
        VerifiedEntry entry = Disclosure.read(jurisdiction, ask);
        try {
            return ReceiptMaker.make(
                            jurisdiction.ledger().directory(),
                            jurisdiction.ledger().verifierKey(),
                            entry.index(),
                            Set.of())
                    .toBytes();
        } catch (IOException | LedgerDamage e) {
            throw new IllegalStateException(
                    "the ledger of " + jurisdiction.name() + " cannot be read: " + e.getMessage());
        }
    }

    /** What a log signs with, for those who verify. */
    public String logKey(Ask ask) throws NoPageException {
        return jurisdiction(ask).ledger().verifierKey().text() + "\n";
    }

    private Jurisdiction jurisdiction(Ask ask) throws NoPageException {
        return site.jurisdiction(ask.path("jurisdiction")).orElseThrow(NoPageException::new);
    }

    @Override
    public void close() {
        indexes.close();
    }
}
