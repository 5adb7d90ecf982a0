package org.domicile.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.domicile.control.freeze.FreezeRules;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.request.GrantRules;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.Fact;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * The rules a ledger is verified against (I4): given every fact in order, says of each whether the
 * plan it names allowed it. It needs the ledger and its plans, nothing else; not thread-safe.
 */
public final class DisclosureRules {
    /**
     * How long a session that runs while a plan is applied may still disclose under the plan before
     * it: applying ends such sessions, and what they were sending is recorded under the plan they
     * had.
     */
    public static final Duration SUPERSEDED_PLAN_GRACE = Duration.ofSeconds(60);

    /** Sets of columns that are remembered for an audience. */
    private static final int MAX_KNOWN_COLUMNS = 4096;

    private final Function<String, Optional<Plan>> plans;
    private final Map<String, Known> known = new HashMap<>();
    private final Map<String, String> counterpartyOfSession = new HashMap<>();
    private final BulkMeters meters;

    /** Digests of the rule packs that the log went by last. */
    private Set<String> packsInForce = Set.of();

    private final GrantRules grants = new GrantRules();
    private final FreezeRules freezes = new FreezeRules();
    private @Nullable Known current;

    /** Plans whose sessions may not have learnt yet that there is another, oldest first. */
    private final Deque<Superseded> superseded = new ArrayDeque<>();

    private record Superseded(Known plan, Instant until) {}

    /** A plan this log says was applied. */
    private static final class Known {
        final Plan plan;
        private final Map<String, KnownAudience> audiences = new HashMap<>();

        Known(Plan plan) {
            this.plan = plan;
            plan.audiences()
                    .forEach(audience ->
                            audiences.put(audience.name(), new KnownAudience(plan, audience)));
        }

        @Nullable KnownAudience audience(String name) {
            return audiences.get(name);
        }
    }

    /**
     * An audience, with what was found out about columns before. A verifier gives the same map for
     * columns that are written the same, so they are known by their identity.
     */
    private static final class KnownAudience {
        final Plan plan;
        final Plan.Audience audience;
        private final IdentityHashMap<Map<String, Map<String, String>>, KnownColumns> columns =
                new IdentityHashMap<>();

        KnownAudience(Plan plan, Plan.Audience audience) {
            this.plan = plan;
            this.audience = audience;
        }

        KnownColumns columns(Map<String, Map<String, String>> disclosed) {
            KnownColumns before = columns.get(disclosed);
            if (before == null) {
                if (columns.size() == MAX_KNOWN_COLUMNS) {
                    columns.clear();
                }
                before = KnownColumns.of(plan, audience, disclosed);
                columns.put(disclosed, before);
            }
            return before;
        }
    }

    /**
     * Disclosed columns beside the plan.
     *
     * @param problem why the audience should not have seen them
     * @param tables those about people, with the categories that were read of each
     * @param categories of all these
     */
    private record KnownColumns(
            @Nullable String problem, List<ReadTable> tables, Set<String> categories) {
        static KnownColumns of(
                Plan plan, Plan.Audience audience, Map<String, Map<String, String>> disclosed) {
            List<ReadTable> tables = new ArrayList<>();
            Set<String> categories = new HashSet<>();
            for (Plan.Table table : plan.tables()) {
                Map<String, String> columns = disclosed.get(table.name().toString());
                if (columns != null && !table.subjects().isEmpty()) {
                    List<String> read =
                            table.columns().stream()
                                    .filter(column -> columns.containsKey(column.name()))
                                    .map(Plan.Column::category)
                                    .distinct()
                                    .toList();
                    tables.add(new ReadTable(table.name().toString(), read));
                    categories.addAll(read);
                }
            }
            return new KnownColumns(columnProblem(audience, disclosed), tables, categories);
        }
    }

    private record ReadTable(String name, List<String> categories) {}

    /**
     * @param plans finds a plan by its digest
     * @param rules every pack that is known; one counts while the log says that it is in force
     */
    public DisclosureRules(Function<String, Optional<Plan>> plans, Rules rules) {
        this.plans = plans;
        this.meters = new BulkMeters(rules);
    }

    /** What is wrong with the next entry of the log, or nothing. */
    public Optional<String> check(VerifiedEntry entry) {
        Optional<String> problem = check(entry.time(), entry.fact(), entry.privateValues());
        return problem.isPresent() || !(entry.fact() instanceof Fact.Disclosure disclosure)
                ? problem
                : Optional.ofNullable(bulkProblem(entry, disclosure));
    }

    /**
     * Counts again whom foreign counterparties were shown. Who stands in an erased body is not
     * known, so it counts nobody here: no entry is blamed for what cannot be shown.
     */
    private @Nullable String bulkProblem(VerifiedEntry entry, Fact.Disclosure disclosure) {
        Known under = known.get(disclosure.plan());
        if (under == null || entry.privateValues().isEmpty()) {
            return null;
        }
        try {
            return meters
                    .count(under.plan, disclosure, entry.privateValues(), entry.time())
                    .stream()
                    .filter(over -> packsInForce.contains(over.pack().digest()))
                    .findFirst()
                    .map(over -> "should have been refused: " + over.getMessage())
                    .orElse(null);
        } catch (IllegalArgumentException e) {
            return "names its people by something else than tokens";
        }
    }

    /** As the other, of a fact whose private values are not at hand. */
    public Optional<String> check(Instant time, Fact fact) {
        return check(time, fact, Optional.empty());
    }

    /** What is wrong with the next fact of the log, or nothing. */
    public Optional<String> check(
            Instant time, Fact fact, Optional<Map<String, String>> privateValues) {
        return Optional.ofNullable(
                switch (fact) {
                    case Fact.PolicyApplied applied -> applied(time, applied);
                    case Fact.SessionOpened opened -> opened(time, opened);
                    case Fact.Disclosure disclosure -> disclosed(time, disclosure, privateValues);
                    case Fact.Refusal refusal -> refused(refusal);
                    case Fact.OrganisationChanged changed -> {
                        packsInForce = Set.copyOf(changed.rules().values());
                        grants.organisation(changed.deciders());
                        freezes.organisation(changed.deciders());
                        yield null;
                    }
                    case Fact.GrantOpened opened -> {
                        freezes.opened(time, opened, privateValues);
                        yield grants.opened(time, opened, privateValues);
                    }
                    case Fact.BreakGlassReviewed reviewed -> freezes.reviewed(reviewed);
                    case Fact.GrantEnded ended -> {
                        grants.ended(time, ended);
                        yield null;
                    }
                    case Fact.Frozen frozen -> freezes.frozen(time, frozen, privateValues);
                    case Fact.Unfrozen unfrozen -> freezes.unfrozen(unfrozen);
                    case Fact.OfLog _ -> null;
                });
    }

    private @Nullable String applied(Instant time, Fact.PolicyApplied applied) {
        Optional<Plan> plan = plans.apply(applied.plan());
        if (plan.isEmpty()) {
            return "applied plan " + applied.plan() + " is not among the ledger's documents";
        }
        if (current != null) {
            superseded.addLast(new Superseded(current, time.plus(SUPERSEDED_PLAN_GRACE)));
        }
        current = new Known(plan.get());
        known.put(applied.plan(), current);
        return grants.applied(time, plan.get());
    }

    private @Nullable String opened(Instant time, Fact.SessionOpened opened) {
        if (counterpartyOfSession.putIfAbsent(opened.session(), opened.counterparty()) != null) {
            return "session " + opened.session() + " was opened before";
        }
        Known under = known.get(opened.plan());
        String problem = planProblem(time, opened.plan(), under);
        if (problem != null || under == null) {
            return problem;
        }
        boolean isEntity =
                under.plan.entities().stream()
                        .anyMatch(entity -> entity.id().equals(opened.counterparty()));
        return isEntity
                ? null
                : "counterparty \"" + opened.counterparty() + "\" is not an entity of the plan";
    }

    private @Nullable String disclosed(
            Instant time, Fact.Disclosure disclosure, Optional<Map<String, String>> privateValues) {
        String openedFor = counterpartyOfSession.get(disclosure.session());
        if (openedFor == null) {
            return "session " + disclosure.session() + " was never opened";
        }
        if (!openedFor.equals(disclosure.counterparty())) {
            return "session was opened for \""
                    + openedFor
                    + "\", not \""
                    + disclosure.counterparty()
                    + "\"";
        }
        Known under = known.get(disclosure.plan());
        String problem =
                planProblem(
                        time,
                        disclosure.plan(),
                        under,
                        other ->
                                under != null
                                        && under.plan.isUnchangedIn(
                                                other.plan, disclosure.audience()));
        if (problem != null || under == null) {
            return problem;
        }
        KnownAudience shownTo = under.audience(disclosure.audience());
        if (shownTo == null) {
            return "the plan has no audience \"" + disclosure.audience() + "\"";
        }
        Plan.Audience audience = shownTo.audience;
        if (!audience.counterparty().equals(disclosure.counterparty())) {
            return "audience \""
                    + disclosure.audience()
                    + "\" is not for \""
                    + disclosure.counterparty()
                    + "\"";
        }
        if (!audience.purposes().contains(disclosure.purpose())) {
            return "audience \""
                    + disclosure.audience()
                    + "\" is not for purpose \""
                    + disclosure.purpose()
                    + "\"";
        }
        String frozen =
                freezes.disclosed(
                        time,
                        privateValues.map(values -> values.get("accessor")).orElse(null),
                        disclosure.counterparty(),
                        disclosure.audience());
        if (frozen != null) {
            return frozen;
        }
        String overdue = grants.disclosed(time, audience);
        if (overdue != null) {
            return overdue;
        }
        KnownColumns columns = shownTo.columns(disclosure.columns());
        return columns.problem() == null ? subjectProblem(columns, disclosure) : columns.problem();
    }

    /**
     * Every table about people that was read has its people counted, in each category that it
     * showed, or says why they could not be told; and nothing is counted that was not read.
     */
    private static @Nullable String subjectProblem(
            KnownColumns columns, Fact.Disclosure disclosure) {
        Fact.Subjects subjects = disclosure.subjects();
        for (String relation : subjects.bounds().keySet()) {
            if (!disclosure.columns().containsKey(relation)) {
                return "bounds the people of " + relation + ", which was not read";
            }
        }
        for (ReadTable table : columns.tables()) {
            if (!subjects.bounds().containsKey(table.name())) {
                for (String category : table.categories()) {
                    if (!subjects.people().containsKey(category)) {
                        return "does not say how many people's "
                                + category
                                + " it shows of "
                                + table.name();
                    }
                }
            }
        }
        for (String category : subjects.people().keySet()) {
            if (!columns.categories().contains(category)) {
                return "counts people's " + category + ", which was not read";
            }
        }
        return null;
    }

    private static @Nullable String columnProblem(
            Plan.Audience audience, Map<String, Map<String, String>> relations) {
        for (Map.Entry<String, Map<String, String>> relation : relations.entrySet()) {
            Optional<Plan.View> view =
                    audience.views().stream()
                            .filter(v -> v.table().toString().equals(relation.getKey()))
                            .findFirst();
            if (view.isEmpty()) {
                return "the plan does not show "
                        + relation.getKey()
                        + " to \""
                        + audience.name()
                        + "\"";
            }
            for (Map.Entry<String, String> column : relation.getValue().entrySet()) {
                String name = relation.getKey() + "." + column.getKey();
                Optional<Plan.ViewColumn> shown = view.get().column(column.getKey());
                if (shown.isEmpty()) {
                    return "the plan does not show " + name + " to \"" + audience.name() + "\"";
                }
                if (!shown.get().transform().text().equals(column.getValue())) {
                    return name
                            + " was disclosed as \""
                            + column.getValue()
                            + "\", the plan says \""
                            + shown.get().transform().text()
                            + "\"";
                }
            }
        }
        return null;
    }

    /** A refusal discloses nothing; it only has to belong to a session or be its first fact. */
    private @Nullable String refused(Fact.Refusal refusal) {
        String openedFor = counterpartyOfSession.get(refusal.session());
        return openedFor == null || openedFor.equals(refusal.counterparty())
                ? null
                : "session was opened for \"" + openedFor + "\"";
    }

    private @Nullable String planProblem(Instant time, String digest, @Nullable Known under) {
        return planProblem(time, digest, under, known -> known == under);
    }

    /**
     * @param hasTheSame whether another plan has the same for whom this is about: then what changed
     *     was others', and a session may go on
     */
    private @Nullable String planProblem(
            Instant time, String digest, @Nullable Known under, Predicate<Known> hasTheSame) {
        if (under == null) {
            return "plan " + digest + " was not applied before";
        }
        while (!superseded.isEmpty() && time.isAfter(superseded.getFirst().until)) {
            superseded.removeFirst();
        }
        if (Stream.concat(Stream.ofNullable(current), superseded.stream().map(Superseded::plan))
                .noneMatch(hasTheSame)) {
            return "plan "
                    + digest
                    + " had been superseded for more than "
                    + SUPERSEDED_PLAN_GRACE.toSeconds()
                    + " s";
        }
        return null;
    }
}
