package org.domicile.policy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.Transform;
import org.domicile.yaml.Problems;

/** The rules one audience has to keep once it is known which tables it sees. */
final class AudienceCheck {
    private final Problems problems;
    private final TableReader.Tables tables;
    private final String what;
    private final AudienceReader.Given given;

    /** Categories whose rule has been looked at: thousands of columns have the same few. */
    private final Set<String> judged = new HashSet<>();

    AudienceCheck(
            Problems problems, TableReader.Tables tables, String name, AudienceReader.Given given) {
        this.problems = problems;
        this.tables = tables;
        this.what = "audience " + Problems.quote(name);
        this.given = given;
    }

    void check(Policy.Audience audience) {
        checkPseudonyms(audience);
        Sight sight = new Sight(audience);
        Map<String, Map<String, RelationName>> seen = new HashMap<>();
        audience.jurisdictions().forEach(jurisdiction -> seen.put(jurisdiction, new HashMap<>()));
        for (Policy.Table table : tables.byName().values()) {
            if (!sees(sight, table.table())) {
                continue;
            }
            for (String jurisdiction : table.jurisdictions()) {
                Map<String, RelationName> views = seen.get(jurisdiction);
                RelationName name = table.table().name();
                RelationName other = views == null ? null : views.putIfAbsent(name.name(), name);
                if (other != null) {
                    problems.add(
                            given.at(),
                            what + " sees both " + other + " and " + name + ", under one name",
                            "hide the columns of one of them from it");
                }
            }
        }
        seen.forEach((jurisdiction, views) -> {
            if (views.isEmpty() && given.whole() && tables.whole()) {
                problems.add(
                        given.at(),
                        what + " sees nothing in " + Problems.quote(jurisdiction),
                        "give it a category that a column of a table there has, or take"
                                + " that jurisdiction out");
            }
        });
    }

    private boolean sees(Sight sight, Plan.Table table) {
        boolean any = false;
        for (Plan.Column column : table.columns()) {
            Optional<Transform> transform = sight.of(table.name(), column);
            any |= transform.isPresent();
            if (transform.isPresent()
                    && (hasOwnRule(table.name(), column) || judged.add(column.category()))
                    && !TransformFit.suits(transform.get(), column.category())) {
                reportMisfit(table.name(), column);
            }
        }
        return any;
    }

    private boolean hasOwnRule(RelationName table, Plan.Column column) {
        return given.columns() != null
                && given.columns().containsKey(new Policy.ColumnName(table, column.name()));
    }

    private void reportMisfit(RelationName table, Plan.Column column) {
        Policy.ColumnName name = new Policy.ColumnName(table, column.name());
        AudienceReader.Rule own = given.columns() == null ? null : given.columns().get(name);
        if (own != null) {
            requireFit(
                    problems,
                    own,
                    column.category(),
                    table.spelling() + "." + column.name() + ", which is " + column.category());
        } else if (given.categories() != null) {
            DataCategories.nearest(given.categories(), column.category())
                    .ifPresent(rule ->
                            requireFit(problems, rule, column.category(), column.category()));
        }
    }

    /** Says so when a rule's transform cannot make sense of a category's values. */
    static void requireFit(
            Problems problems, AudienceReader.Rule rule, String category, String what) {
        if (rule.transform().isPresent() && !TransformFit.suits(rule.transform().get(), category)) {
            problems.add(
                    rule.at(),
                    "\"" + rule.transform().get().text() + "\" makes no sense of " + what,
                    "write \"redact\", \"pseudonym\" or \"hide\", or give "
                            + category
                            + " a rule of its own");
        }
    }

    /** A pseudonym's key belongs to a counterparty and a purpose: with two, whose is it? */
    private void checkPseudonyms(Policy.Audience audience) {
        boolean pseudonymises =
                Stream.concat(
                                audience.categories().values().stream(),
                                audience.columns().values().stream())
                        .flatMap(Optional::stream)
                        .anyMatch(transform -> transform instanceof Transform.Pseudonym);
        if (pseudonymises && audience.purposes().size() > 1) {
            String second = audience.purposes().get(1);
            problems.add(
                    given.at(),
                    what
                            + " pseudonymises for "
                            + audience.purposes().size()
                            + " purposes, and each has a key of its own",
                    "leave it one purpose and add an audience for the other: \"{like: "
                            + audience.name()
                            + ", purposes: ["
                            + second
                            + "]}\"");
        }
    }
}
