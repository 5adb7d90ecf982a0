package org.domicile.policy;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.domicile.plan.Names;
import org.domicile.plan.PlanFormatException;
import org.domicile.plan.Transform;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.Spelling;
import org.domicile.yaml.Values;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads who sees what: each audience's own keys first, then what it takes from another by "like".
 */
final class AudienceReader {
    private static final List<String> KEYS =
            List.of("like", "counterparty", "jurisdictions", "purposes", "categories", "columns");

    /** Spellings of {@code domicile.yaml}, the measured ones with a likely measure. */
    private static final List<String> SPELLINGS =
            List.of(
                    "show",
                    "hide",
                    "redact",
                    "pseudonym",
                    "truncate",
                    "generalise month",
                    "generalise year",
                    "bucket 10",
                    "coarsen 10 km",
                    "partial");

    private static final String HIDE = "hide";

    private final Problems problems;
    private final Values values;
    private final Declared declared;
    private final TableReader.Tables tables;
    private final Map<String, Given> given = new LinkedHashMap<>();

    AudienceReader(Problems problems, Declared declared, TableReader.Tables tables) {
        this.problems = problems;
        this.values = new Values(problems);
        this.declared = declared;
        this.tables = tables;
    }

    /**
     * What an audience's own keys say, or after {@link #filledFrom} its and the others'.
     *
     * @param whole false when a key had a problem, so that nothing follows from an absence
     */
    record Given(
            Node at,
            @Nullable String like,
            @Nullable String counterparty,
            @Nullable Map<String, Node> jurisdictions,
            @Nullable Map<String, Node> purposes,
            @Nullable Map<String, Rule> categories,
            @Nullable Map<Policy.ColumnName, Rule> columns,
            boolean whole) {

        Given filledFrom(Given other) {
            return new Given(
                    at,
                    other.like,
                    counterparty != null ? counterparty : other.counterparty,
                    jurisdictions != null ? jurisdictions : other.jurisdictions,
                    purposes != null ? purposes : other.purposes,
                    categories != null ? categories : other.categories,
                    columns != null ? columns : other.columns,
                    whole && other.whole);
        }
    }

    /** A transform, empty to hide, and where it is written. */
    record Rule(Node at, Optional<Transform> transform) {}

    Map<String, Policy.Audience> read(Members section) {
        section.all().forEach(member -> given.put(member.name(), ownKeys(member)));
        Map<String, Policy.Audience> audiences = new LinkedHashMap<>();
        given.forEach((name, own) -> {
            Given filled = filled(name, own);
            Policy.Audience audience = filled == null ? null : audience(name, filled);
            if (filled != null && audience != null) {
                audiences.put(name, audience);
                new AudienceCheck(problems, tables, name, filled).check(audience);
            }
        });
        return audiences;
    }

    private Given ownKeys(Members.Member member) {
        int before = problems.count();
        String what = "audience " + Problems.quote(member.name());
        values.name(member, what, Names.MAX_AUDIENCE_LENGTH);
        Members members = Members.read(member.key(), member.value(), what, KEYS, problems);
        String like =
                values.reference(
                        members.value("like"), "audience", "audiences", declared.audiences());
        String counterparty =
                values.reference(
                        members.value("counterparty"),
                        "counterparty",
                        PolicyFile.ENTITIES,
                        declared.entities());
        Map<String, Node> jurisdictions =
                values.references(
                        members.value("jurisdictions"),
                        "jurisdiction",
                        PolicyFile.JURISDICTIONS,
                        declared.jurisdictions());
        Map<String, Node> purposes =
                values.references(
                        members.value("purposes"),
                        "purpose",
                        PolicyFile.PURPOSES,
                        declared.purposes());
        return new Given(
                member.key(),
                like,
                counterparty,
                jurisdictions,
                purposes,
                categories(members.value("categories")),
                columns(members.value("columns")),
                problems.count() == before);
    }

    private @Nullable Map<String, Rule> categories(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        Map<String, Rule> rules = new LinkedHashMap<>();
        for (Members.Member member : Members.read(node, node, "\"categories\"", problems).all()) {
            if (!DataCategories.names().contains(member.name())) {
                DataCategories.addUnknown(problems, member.key(), member.name());
            }
            Rule rule = rule(member);
            if (rule != null) {
                rules.put(member.name(), rule);
                AudienceCheck.requireFit(problems, rule, member.name(), member.name());
            }
        }
        return rules;
    }

    private @Nullable Map<Policy.ColumnName, Rule> columns(@Nullable Node node) {
        if (node == null) {
            return null;
        }
        Map<Policy.ColumnName, Rule> rules = new LinkedHashMap<>();
        for (Members.Member member : Members.read(node, node, "\"columns\"", problems).all()) {
            Rule rule = rule(member);
            Optional<Policy.ColumnName> column = tables.column(member.name());
            if (column.isEmpty()) {
                List<String> candidates = tables.columnsLike(member.name());
                problems.add(
                        member.key(),
                        "column "
                                + Problems.quote(member.name())
                                + " is not classified under \"tables\"",
                        candidates.isEmpty()
                                ? "classify it there"
                                : Problems.instead(member.name(), candidates));
            } else if (rule != null && rules.put(column.get(), rule) != null) {
                problems.add(member.key(), "this column has a rule already", "remove it here");
            }
        }
        return rules;
    }

    private @Nullable Rule rule(Members.Member member) {
        String text =
                values.text(member.value(), "the transform of " + Problems.quote(member.name()));
        if (text == null) {
            return null;
        }
        if (text.equals(HIDE)) {
            return new Rule(member.value(), Optional.empty());
        }
        try {
            return new Rule(member.value(), Optional.of(Transform.parse(text)));
        } catch (PlanFormatException e) {
            problems.add(
                    member.value(),
                    "unknown transform " + Problems.quote(text),
                    Spelling.instead(
                            text, SPELLINGS, "write one of: hide, " + Transform.SPELLINGS));
            return null;
        }
    }

    /** The audience with the keys of those it is like; null, and a problem, when that is a loop. */
    private @Nullable Given filled(String name, Given own) {
        Given filled = own;
        Set<String> passed = new HashSet<>(Set.of(name));
        while (filled.like() != null) {
            Given other = given.get(filled.like());
            if (!passed.add(filled.like()) || other == null) {
                boolean self = name.equals(filled.like());
                problems.add(
                        own.at(),
                        "audience "
                                + Problems.quote(name)
                                + (self
                                        ? " is like itself"
                                        : " is like others that are like each other")
                                + ", in a circle",
                        "give one audience of the circle all keys and no \"like\"");
                return null;
            }
            filled = filled.filledFrom(other);
        }
        return filled;
    }

    private Policy.@Nullable Audience audience(String name, Given filled) {
        require(filled, filled.counterparty() != null, name, "counterparty", "parent");
        require(filled, filled.jurisdictions() != null, name, "jurisdictions", "[us]");
        require(filled, filled.purposes() != null, name, "purposes", "[support]");
        if (filled.counterparty() == null
                || filled.jurisdictions() == null
                || filled.purposes() == null) {
            return null;
        }
        return new Policy.Audience(
                name,
                filled.counterparty(),
                List.copyOf(new TreeSet<>(filled.jurisdictions().keySet())),
                new ArrayList<>(filled.purposes().keySet()),
                transforms(filled.categories()),
                transforms(filled.columns()));
    }

    private void require(Given filled, boolean there, String name, String key, String example) {
        if (!there && filled.whole()) {
            problems.add(
                    filled.at(),
                    "audience " + Problems.quote(name) + " has no \"" + key + "\"",
                    "add \"" + key + ": " + example + "\"");
        }
    }

    private static <K> Map<K, Optional<Transform>> transforms(@Nullable Map<K, Rule> rules) {
        Map<K, Optional<Transform>> transforms = new LinkedHashMap<>();
        if (rules != null) {
            rules.forEach((key, rule) -> transforms.put(key, rule.transform()));
        }
        return transforms;
    }
}
