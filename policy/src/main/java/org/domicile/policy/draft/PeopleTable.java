package org.domicile.policy.draft;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.domicile.plan.RelationName;

/** Which table has a row for each person, and which columns of the others lead to it. */
final class PeopleTable {
    private static final Pattern NAME =
            Pattern.compile(
                    "(app_?|auth_?)?(users?|accounts?|customers?|members?|people|persons?|profiles?"
                            + "|patients?|clients?|subscribers?|employees?|participants?)");
    private static final Pattern POINTS_TO_A_PERSON =
            Pattern.compile(
                    "(user|account|customer|member|person|profile|patient|client|subscriber"
                            + "|employee|author|owner|sender|recipient|creator|follower|followed)_?id");

    private final Optional<DiscoveredTable> people;

    private PeopleTable(Optional<DiscoveredTable> people) {
        this.people = people;
    }

    /** The table with a person's name to which most others point, if any has one. */
    static PeopleTable among(List<DiscoveredTable> tables) {
        Map<RelationName, Integer> pointedTo = new HashMap<>();
        for (DiscoveredTable table : tables) {
            table.references().forEach(key -> pointedTo.merge(key.target(), 1, Integer::sum));
        }
        return new PeopleTable(
                tables.stream()
                        .filter(table -> table.primaryKey().size() == 1)
                        .filter(table -> NAME.matcher(lower(table.name().name())).matches())
                        .max(
                                Comparator.comparingInt((DiscoveredTable table) ->
                                                pointedTo.getOrDefault(table.name(), 0))
                                        .thenComparing(
                                                DiscoveredTable::name, Comparator.reverseOrder())));
    }

    Optional<RelationName> name() {
        return people.map(DiscoveredTable::name);
    }

    /** The columns that name a person: the people's own key, or what points to it. */
    List<String> subjects(DiscoveredTable table) {
        if (people.isPresent() && people.get().name().equals(table.name())) {
            return table.primaryKey();
        }
        Set<String> pointing = new HashSet<>();
        table.references().stream()
                .filter(key -> name().equals(Optional.of(key.target())))
                .forEach(key -> pointing.add(key.column()));
        return table.columns().stream()
                .map(DiscoveredTable.Column::name)
                .filter(column ->
                        pointing.contains(column)
                                || POINTS_TO_A_PERSON.matcher(lower(column)).matches())
                .toList();
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
