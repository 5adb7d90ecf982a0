package org.domicile.gateway.session;

import java.time.Instant;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.domicile.control.AccessDecision;
import org.domicile.gateway.disclosure.SubjectColumns;
import org.domicile.gateway.gate.GateContext;
import org.domicile.gateway.gate.Judged;
import org.domicile.gateway.gate.StatementGate;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.transport.Transport;
import org.domicile.gateway.transport.WireChannel;
import org.domicile.gateway.upstream.StoreConnection;
import org.domicile.gateway.upstream.StoreException;
import org.domicile.gateway.wire.BackendMessage;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.BackendPassword;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.domicile.plan.StoreNames;
import org.jspecify.annotations.Nullable;

/**
 * As what a session acts, and therefore how its statements are judged and which role its store
 * connection has.
 *
 * <p>While no purpose is declared the connection already has the role of one of the accessor's
 * audiences, so that transactions and settings behave as anywhere, and every query is refused. The
 * setting {@code domicile.purpose} goes to the store as well, only so that SHOW can show it: what
 * counts is what is kept here.
 */
final class SessionPurpose {
    private static final String NOT_ALLOWED = "42501";

    private static final AccessDecision.Refused NOT_APPROVED =
            new AccessDecision.Refused(
                    "grant-not-approved",
                    "this grant is not what two independent people approved",
                    "Tell the jurisdiction's custodian and its overseer: somebody has put it there.");

    private static final AccessDecision.Refused FROZEN =
            new AccessDecision.Refused(
                    "frozen-audience",
                    "the audience you would act as is frozen",
                    "Ask the jurisdiction's custodian or its overseer.");

    private static final AccessDecision.Refused GRANT_ONLY =
            new AccessDecision.Refused(
                    "purpose-not-of-grant",
                    "this session is under a grant, which has another purpose",
                    "Connect without domicile.grant to act for other purposes.");

    private final Login.Person person;
    private final StatementGate gate;
    private final Map<String, String> settings;

    /** Changed on the session's own threads; others look on. */
    private volatile AccessDecision.@Nullable Allowed acting;

    /** What RESET returns to: as what the store's connection was opened. */
    private AccessDecision.@Nullable Allowed openedAs;

    /**
     * What was appended to the queries seen lately; their verdicts are shared, so identity tells.
     */
    private final IdentityHashMap<Verdict.Query, SubjectColumns> known = new IdentityHashMap<>();

    private static final int MAX_KNOWN = 256;

    /** By the audience's name; there are as many as the accessor has audiences. */
    private final Map<String, GateContext> contexts = new ConcurrentHashMap<>();

    private Plan.Audience storeAudience;
    private Map<String, String> storeParameters = Map.of();

    private SessionPurpose(
            Login.Person person,
            StatementGate gate,
            Map<String, String> settings,
            AccessDecision.@Nullable Allowed acting,
            Plan.Audience storeAudience) {
        this.person = person;
        this.gate = gate;
        this.settings = new LinkedHashMap<>(settings);
        this.acting = acting;
        this.openedAs = acting;
        this.storeAudience = storeAudience;
    }

    /** Decides by what the client asked for when connecting; a refusal ends the session. */
    static SessionPurpose atStart(Login.Person person, StartupRequest request, StatementGate gate)
            throws StartupRequest.RefusedAtStart {
        Map<String, String> settings = request.judgedSettings(gate);
        String grant = request.grant();
        if (grant != null) {
            return underGrant(person, gate, settings, grant, request.purpose());
        }
        Plan.Audience any =
                person.applied().plan().audiences().stream()
                        .filter(a -> person.accessor().audiences().contains(a.name()))
                        .filter(a -> a.counterparty().equals(person.accessor().entity()))
                        .filter(a -> a.grant().isEmpty())
                        .filter(a -> !isFrozen(person, a))
                        .findFirst()
                        .orElse(null);
        switch (decide(person, request.purpose())) {
            case AccessDecision.Allowed allowed -> {
                return new SessionPurpose(person, gate, settings, allowed, allowed.audience());
            }
            case AccessDecision.Refused refused -> {
                if (request.purpose() == null && any != null) {
                    return new SessionPurpose(person, gate, settings, null, any);
                }
                throw new StartupRequest.RefusedAtStart(refusal(refused, ""));
            }
        }
    }

    private static AccessDecision decide(Login.Person person, @Nullable String purpose) {
        return unlessFrozen(
                person, AccessDecision.decide(person.applied(), person.accessor(), purpose));
    }

    private static AccessDecision unlessFrozen(Login.Person person, AccessDecision decision) {
        return switch (decision) {
            case AccessDecision.Allowed allowed when isFrozen(person, allowed.audience()) -> FROZEN;
            case AccessDecision.Allowed allowed -> allowed;
            case AccessDecision.Refused refused -> refused;
        };
    }

    private static boolean isFrozen(Login.Person person, Plan.Audience audience) {
        return Login.currentPlan(person.jurisdiction())
                .freezes()
                .stopping(person.accessor().id(), person.accessor().entity(), audience.name())
                .isPresent();
    }

    /** A grant has one purpose, which need not be said; the session is for it to its end. */
    private static SessionPurpose underGrant(
            Login.Person person,
            StatementGate gate,
            Map<String, String> settings,
            String grant,
            @Nullable String purpose)
            throws StartupRequest.RefusedAtStart {
        if (person.served().refusedGrants().contains(grant)) {
            throw new StartupRequest.RefusedAtStart(refusal(NOT_APPROVED, ""));
        }
        return switch (unlessFrozen(
                person,
                AccessDecision.underGrant(
                        person.applied(), person.accessor(), grant, purpose, Instant.now()))) {
            case AccessDecision.Allowed allowed ->
                    new SessionPurpose(person, gate, settings, allowed, allowed.audience());
            case AccessDecision.Refused refused ->
                    throw new StartupRequest.RefusedAtStart(refusal(refused, ""));
        };
    }

    /** Whether a plan has the same for this accessor as the one the session began under. */
    boolean holdsUnder(AppliedPlan later) {
        Roster.Accessor before = person.accessor();
        Set<String> audiences = new HashSet<>(before.audiences());
        audiences.removeIf(name -> name.startsWith(Plan.Grant.AUDIENCE_PREFIX));
        audiences.add(storeAudience.name());
        return later.roster()
                        .accessor(before.id())
                        .filter(now ->
                                now.audiences().containsAll(audiences)
                                        && person.applied().plan().audiences().stream()
                                                .allMatch(audience ->
                                                        now.purposesOf(audience)
                                                                        .containsAll(
                                                                                before.purposesOf(
                                                                                        audience))
                                                                || audience.grant().isPresent())
                                        && now.entity().equals(before.entity())
                                        && now.sitsIn().equals(before.sitsIn())
                                        && now.residesIn().equals(before.residesIn()))
                        .isPresent()
                && person.applied().holdsIn(later, audiences);
    }

    /** Whether what the session acts as has ended. */
    boolean isGrantOver(Instant now) {
        return storeAudience.grant().filter(grant -> !now.isBefore(grant.end())).isPresent();
    }

    AccessDecision.@Nullable Allowed acting() {
        return acting;
    }

    String audienceName() {
        return storeAudience.name();
    }

    /**
     * What a text of statements comes to.
     *
     * @param refusal when not null, nothing of the text may run
     * @param change the purpose it declares first of all, when it does
     */
    record Judgement(
            List<Judged> statements, Verdict.@Nullable Refused refusal, @Nullable Change change) {}

    /** A statement that declares a purpose. Either {@code to} or {@code refusal} is there. */
    record Change(
            AccessDecision.@Nullable Allowed to,
            Verdict.@Nullable Refused refusal,
            String statement) {}

    /** Judges a text as it would run now; it may have to be parsed, which takes time. */
    Judgement judge(String sql) {
        return Objects.requireNonNull(judge(sql, gate::judge));
    }

    /** Likewise, but null where it would have to be parsed. */
    @Nullable Judgement judgeAtOnce(String sql) {
        return judge(sql, gate::judgeAtOnce);
    }

    private @Nullable Judgement judge(
            String sql, BiFunction<String, GateContext, @Nullable List<Judged>> judging) {
        List<Judged> statements = judging.apply(sql, context(acting));
        if (statements == null) {
            return null;
        }
        AccessDecision.Allowed runsAs = acting;
        Change change = null;
        if (!statements.isEmpty()) {
            change = changeBy(statements.get(0).verdict());
        }
        if (change != null && change.to() != null) {
            runsAs = change.to();
            statements = judging.apply(sql, context(runsAs));
            if (statements == null) {
                return null;
            }
        }
        Verdict.Refused refusal = change == null ? null : change.refusal();
        boolean reset = false;
        for (int i = 0; i < statements.size() && refusal == null; i++) {
            Verdict verdict = statements.get(i).verdict();
            if (reset && AnswerRecords.readsData(verdict)) {
                refusal = afterReset(verdict.statement());
            } else {
                refusal = refusalOf(verdict, i, runsAs);
            }
            reset |= resetsPurpose(verdict);
        }
        return new Judgement(statements, refusal, change);
    }

    private static boolean resetsPurpose(Verdict verdict) {
        return switch (verdict) {
            case Verdict.ResetSetting reset ->
                    reset.name().equals(StartupRequest.PURPOSE) || reset.name().equals("all");
            case Verdict.Discard discard -> discard.target() == Verdict.Target.ALL;
            case Verdict.Query query -> false;
            case Verdict.Copy copy -> false;
            case Verdict.DeclareCursor declare -> false;
            case Verdict.FetchCursor fetch -> false;
            case Verdict.CloseCursor close -> false;
            case Verdict.Transaction transaction -> false;
            case Verdict.SetSetting set -> false;
            case Verdict.Show show -> false;
            case Verdict.Deallocate deallocate -> false;
            case Verdict.Tidy tidy -> false;
            case Verdict.Refused refused -> false;
        };
    }

    private static Verdict.Refused afterReset(String statement) {
        return new Verdict.Refused(
                "0A000",
                "query-after-reset",
                "a query cannot follow RESET or DISCARD in the same text",
                "Send RESET ALL or DISCARD ALL last, or by itself.",
                statement);
    }

    private Verdict.@Nullable Refused refusalOf(
            Verdict verdict, int index, AccessDecision.@Nullable Allowed runsAs) {
        return switch (verdict) {
            case Verdict.Query query -> runsAs == null ? undecided(query.statement()) : null;
            case Verdict.Copy copy -> runsAs == null ? undecided(copy.statement()) : null;
            case Verdict.DeclareCursor declare ->
                    runsAs == null ? undecided(declare.statement()) : null;
            case Verdict.FetchCursor fetch -> runsAs == null ? undecided(fetch.statement()) : null;
            case Verdict.CloseCursor close -> null;
            case Verdict.Refused refused ->
                    runsAs == null ? undecided(refused.statement()) : refused;
            case Verdict.SetSetting set
                    when set.name().startsWith("domicile.")
                            && (index > 0
                                    || set.local()
                                    || !set.name().equals(StartupRequest.PURPOSE)) ->
                    new Verdict.Refused(
                            "0A000",
                            "setting-not-allowed",
                            "this setting cannot be set here in this way",
                            "SET domicile.purpose = '…' comes first in its query; there is no"
                                    + " SET LOCAL and no other setting of domicile's.",
                            set.statement());
            case Verdict.SetSetting set -> null;
            case Verdict.ResetSetting reset -> null;
            case Verdict.Transaction transaction -> null;
            case Verdict.Show show -> null;
            case Verdict.Deallocate deallocate -> null;
            case Verdict.Discard discard -> null;
            case Verdict.Tidy tidy -> null;
        };
    }

    /** Why nothing can be read while no purpose is declared. */
    Verdict.Refused undecided(String statement) {
        return switch (decide(person, null)) {
            case AccessDecision.Refused refused -> refusal(refused, statement);
            case AccessDecision.Allowed allowed ->
                    throw new IllegalStateException("allowed without a purpose");
        };
    }

    private static Verdict.Refused refusal(AccessDecision.Refused refused, String statement) {
        return new Verdict.Refused(
                NOT_ALLOWED, refused.reason(), refused.message(), refused.hint(), statement);
    }

    static Verdict.Refused inTransaction(String statement) {
        return new Verdict.Refused(
                "25001",
                "purpose-in-transaction",
                "the purpose cannot change inside a transaction",
                "COMMIT or ROLLBACK first (a driver may have begun the transaction for you: turn"
                        + " autocommit on), or connect with options='-c domicile.purpose=…'.",
                statement);
    }

    /** The change of purpose a statement asks for, or null when it asks for none. */
    @Nullable Change changeBy(@Nullable Verdict verdict) {
        if (!(verdict instanceof Verdict.SetSetting set)
                || !set.name().equals(StartupRequest.PURPOSE)
                || set.local()) {
            return null;
        }
        if (storeAudience.grant().isPresent() && acting != null) {
            return storeAudience.purposes().contains(set.value())
                    ? new Change(acting, null, set.statement())
                    : new Change(null, refusal(GRANT_ONLY, set.statement()), set.statement());
        }
        return switch (decide(person, set.value())) {
            case AccessDecision.Allowed allowed -> new Change(allowed, null, set.statement());
            case AccessDecision.Refused refused ->
                    new Change(null, refusal(refused, set.statement()), set.statement());
        };
    }

    /** Acts on; true when the store must be {@link #openStore opened} anew for it. */
    boolean apply(Change change) {
        AccessDecision.Allowed to = change.to();
        if (to == null) {
            throw new IllegalArgumentException("a refused change cannot be applied");
        }
        acting = to;
        if (to.audience().name().equals(storeAudience.name())) {
            return false;
        }
        storeAudience = to.audience();
        known.clear();
        return true;
    }

    /** Follows a statement that changed settings. */
    void completed(Verdict verdict) {
        if (resetsPurpose(verdict)) {
            // Within one connection only the purpose can have changed, not the audience.
            acting = openedAs;
        }
        if (verdict instanceof Verdict.SetSetting set
                && !set.local()
                && !set.name().equals(StartupRequest.PURPOSE)) {
            settings.put(set.name(), set.value());
        } else if (verdict instanceof Verdict.ResetSetting reset) {
            settings.remove(reset.name());
        }
    }

    /** What a statement reads; null where its answer is no data, or a cursor's. */
    @Nullable Disclosing disclosing(Judged judged) {
        return switch (judged.verdict()) {
            case Verdict.Query query -> new Disclosing(query, columnsOf(query), null, judged.sql());
            case Verdict.Copy copy ->
                    new Disclosing(
                            copy.query(), columnsOf(copy.query()), copy.format(), judged.sql());
            default -> null;
        };
    }

    private SubjectColumns columnsOf(Verdict.Query query) {
        if (known.size() >= MAX_KNOWN) {
            known.clear();
        }
        return known.computeIfAbsent(
                query,
                asked ->
                        SubjectColumns.of(
                                person.applied().plan(),
                                storeAudience,
                                person.served().subjects(),
                                person.served().peopleHeld(),
                                asked));
    }

    /** Connects to the store as the role of this accessor and this audience. */
    StoreConnection openStore(Transport transport, WireChannel client) throws StoreException {
        String role = StoreNames.loginRole(storeAudience.name(), person.accessor().id());
        Map<String, String> startup = new LinkedHashMap<>(settings);
        startup.put("client_encoding", "UTF8");
        // Temporary tables, which nobody may make, would come first unless named.
        startup.put("search_path", person.applied().schemaOf(storeAudience) + ", pg_temp");
        startup.put("default_transaction_read_only", "on");
        // The gate reads strings as this setting has it, whatever the store's own default.
        startup.put("standard_conforming_strings", "on");
        AccessDecision.Allowed now = acting;
        startup.put(StartupRequest.PURPOSE, now == null ? "" : now.purpose());
        StoreConnection store =
                StoreConnection.openBeside(
                        transport,
                        client,
                        person.jurisdiction().store(),
                        role,
                        BackendPassword.derive(person.jurisdiction().storeSecret(), role),
                        startup);
        openedAs = now;
        storeParameters = store.parameters();
        contexts.clear();
        return store;
    }

    /** What a client is told of the connection just opened. */
    List<BackendMessage.ParameterStatus> reportedSettings() {
        return Stream.concat(
                        Stream.of(
                                new BackendMessage.ParameterStatus("is_superuser", "off"),
                                new BackendMessage.ParameterStatus(
                                        "session_authorization", person.accessor().id())),
                        storeParameters.entrySet().stream()
                                .filter(e -> StoreAnswers.REPORTED_SETTINGS.contains(e.getKey()))
                                .map(e ->
                                        new BackendMessage.ParameterStatus(
                                                e.getKey(), e.getValue())))
                .toList();
    }

    /** The store's release as it reports it; empty while there is no connection to it. */
    String storeVersion() {
        return storeParameters.getOrDefault("server_version", "");
    }

    private GateContext context(AccessDecision.@Nullable Allowed runsAs) {
        return runsAs == null
                ? GateContext.undecided(storeVersion())
                : contexts.computeIfAbsent(
                        runsAs.audience().name(),
                        name ->
                                GateContext.of(
                                        person.applied(),
                                        runsAs.audience(),
                                        person.served().subjects().columnsOf(runsAs.audience()),
                                        storeVersion()));
    }
}
