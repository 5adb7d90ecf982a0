package org.domicile.console.page;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.domicile.console.access.Door;
import org.domicile.console.site.Jurisdiction;
import org.domicile.console.site.Site;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerReader;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * One entry in plain words.
 *
 * @param shown null where it is no disclosure
 * @param facts what else the entry says in public, by a text's key
 * @param fields the private values that it has, by name; empty where they were erased
 * @param opened their values, where the one who looks has just opened them; null otherwise
 * @param mayOpen whether who looks may open them
 * @param stopped whether nobody may, since the jurisdiction is frozen
 * @param notes about it, for those who may write some; null for others
 */
public record Disclosure(
        String jurisdiction,
        long entry,
        Instant time,
        String type,
        @Nullable Shown shown,
        Map<String, String> facts,
        List<String> fields,
        @Nullable Map<String, String> opened,
        boolean mayOpen,
        boolean stopped,
        @Nullable List<Notes.Note> notes) {

    /** Of values that are longer, only the beginning is shown; the receipt has it all. */
    static final int MAX_VALUE_LENGTH = 4_000;

    /** What a disclosure showed. */
    public record Shown(
            String counterparty,
            @Nullable String country,
            String audience,
            String purpose,
            String shape,
            long rows,
            long bytes,
            List<Count> people,
            Map<String, String> bounds,
            List<Column> columns,
            String statement) {}

    /** How many people's data of a category. */
    public record Count(String category, long people) {}

    /** One column, and how it was shown. */
    public record Column(String table, String name, String transform) {}

    static VerifiedEntry read(Jurisdiction jurisdiction, Ask ask)
            throws NoPageException, BadInputException {
        Long index = Inputs.number(ask.path("entry"));
        try {
            return (index == null
                            ? Optional.<VerifiedEntry>empty()
                            : LedgerReader.open(
                                            jurisdiction.ledger().directory(),
                                            jurisdiction.ledger().verifierKey())
                                    .entry(index))
                    .orElseThrow(NoPageException::new);
        } catch (IOException | LedgerDamage e) {
            throw new IllegalStateException(
                    "the ledger of " + jurisdiction.name() + " cannot be read: " + e.getMessage());
        }
    }

    static Disclosure of(Site site, Indexes indexes, Ask ask)
            throws NoPageException, BadInputException {
        Jurisdiction jurisdiction =
                site.jurisdiction(ask.path("jurisdiction")).orElseThrow(NoPageException::new);
        return of(jurisdiction, indexes, read(jurisdiction, ask), ask, false);
    }

    static Disclosure of(
            Jurisdiction jurisdiction,
            Indexes indexes,
            VerifiedEntry entry,
            Ask ask,
            boolean isOpened) {
        Map<String, String> values = entry.privateValues().orElse(Map.of());
        Map<String, String> opened = new TreeMap<>();
        values.forEach((name, value) ->
                opened.put(
                        name,
                        value.length() > MAX_VALUE_LENGTH
                                ? value.substring(0, MAX_VALUE_LENGTH) + "\u2026"
                                : value));
        return new Disclosure(
                jurisdiction.name(),
                entry.index(),
                entry.time(),
                entry.fact().type(),
                entry.fact() instanceof Fact.Disclosure disclosure
                        ? shown(jurisdiction, disclosure)
                        : null,
                facts(entry.fact()),
                values.keySet().stream().sorted().toList(),
                isOpened ? opened : null,
                ask.visitor().may(Door.OPEN_BODY),
                isStopped(jurisdiction),
                ask.visitor().may(Door.NOTE)
                        ? Notes.about(jurisdiction, indexes, entry.index())
                        : null);
    }

    static boolean isStopped(Jurisdiction jurisdiction) {
        return jurisdiction.freezes().get().inForce().stream()
                .anyMatch(freeze ->
                        freeze.target() == org.domicile.control.freeze.Freeze.Target.JURISDICTION);
    }

    private static Shown shown(Jurisdiction jurisdiction, Fact.Disclosure fact) {
        List<Column> columns = new ArrayList<>();
        new TreeMap<>(fact.columns())
                .forEach((table, ofTable) ->
                        new TreeMap<>(ofTable)
                                .forEach((name, transform) ->
                                        columns.add(new Column(table, name, transform))));
        return new Shown(
                fact.counterparty(),
                jurisdiction
                        .plan()
                        .get()
                        .plan()
                        .entity(fact.counterparty())
                        .map(Plan.Entity::country)
                        .orElse(null),
                fact.audience(),
                fact.purpose(),
                fact.shape().text(),
                fact.rows(),
                fact.bytes(),
                new TreeMap<>(fact.subjects().people())
                        .entrySet().stream()
                                .map(count -> new Count(count.getKey(), count.getValue()))
                                .toList(),
                new TreeMap<>(fact.subjects().bounds()),
                columns,
                fact.statement());
    }

    private static Map<String, String> facts(Fact fact) {
        Map<String, String> facts = new TreeMap<>();
        switch (fact) {
            case Fact.Refusal refusal -> {
                facts.put("entry.reason", refusal.reason());
                facts.put("entry.state", refusal.sqlState());
                facts.put("entry.counterparty", refusal.counterparty());
                facts.put("entry.statement", refusal.statement());
            }
            case Fact.Disclosure _ -> {} // told in words of its own
            case Fact.OfSession session -> facts.put("entry.counterparty", session.counterparty());
            case Fact.PolicyApplied applied -> {
                facts.put("entry.version", Long.toString(applied.version()));
                facts.put("entry.plan", applied.plan());
            }
            case Fact.GrantOpened opened -> {
                facts.put("entry.request", opened.request());
                facts.put("entry.until", opened.until());
                facts.put("entry.counterparty", opened.counterparty());
            }
            case Fact.OfGrant grant -> facts.put("entry.request", grant.request());
            case Fact.Frozen frozen -> facts.put("entry.target", frozen.target());
            case Fact.BodyErased erased -> facts.put("entry.of", Long.toString(erased.entry()));
            case Fact.BodyOpened opened -> facts.put("entry.of", Long.toString(opened.entry()));
            case Fact.Noted noted -> {
                if (noted.entry() != null) {
                    facts.put("entry.of", Long.toString(noted.entry()));
                }
            }
            case Fact.OfWitness witness -> facts.put("entry.witness", witness.witness());
            case Fact.OfLog _ -> {}
        }
        return facts;
    }

    /** Keeps private values out of log lines. */
    @Override
    public String toString() {
        return "Disclosure[" + jurisdiction + ", " + entry + "]";
    }
}
