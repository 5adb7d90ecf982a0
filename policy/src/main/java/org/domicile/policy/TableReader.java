package org.domicile.policy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.domicile.plan.RelationName;
import org.domicile.plan.StoreNames;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.Values;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Reads which tables there are, whose rows they hold, and what each column is. */
final class TableReader {
    private static final List<String> KEYS = List.of("subject", "columns", "jurisdictions");

    private final Problems problems;
    private final Values values;
    private final Declared declared;

    TableReader(Problems problems, Declared declared) {
        this.problems = problems;
        this.values = new Values(problems);
        this.declared = declared;
    }

    /**
     * The tables read.
     *
     * @param whole false when one of them had a problem, so that nothing follows from an absence
     */
    record Tables(Map<RelationName, Policy.Table> byName, boolean whole) {

        /** The column that {@code table.column} or {@code schema.table.column} names. */
        Optional<Policy.ColumnName> column(String text) {
            for (int dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', dot + 1)) {
                String column = text.substring(dot + 1);
                Optional<RelationName> name = relation(text.substring(0, dot));
                Optional<Policy.Table> table = name.map(byName::get);
                if (table.flatMap(found -> found.table().column(column)).isPresent()) {
                    return Optional.of(new Policy.ColumnName(name.orElseThrow(), column));
                }
            }
            return Optional.empty();
        }

        /** Every spelling of the columns of the table that {@code text} begins with, or of all. */
        List<String> columnsLike(String text) {
            List<String> all = new ArrayList<>();
            List<String> ofTable = new ArrayList<>();
            byName.forEach((name, table) -> {
                String spelt = name.spelling();
                for (Plan.Column column : table.table().columns()) {
                    all.add(spelt + "." + column.name());
                    if (text.startsWith(spelt + ".")) {
                        ofTable.add(spelt + "." + column.name());
                    }
                }
            });
            return ofTable.isEmpty() ? all : ofTable;
        }
    }

    Tables read(Members section) {
        int before = problems.count();
        Map<RelationName, Policy.Table> tables = new LinkedHashMap<>();
        for (Members.Member member : section.all()) {
            Policy.Table table = table(member);
            if (table != null && tables.putIfAbsent(table.table().name(), table) != null) {
                problems.add(
                        member.key(),
                        "table " + table.table().name() + " is described twice",
                        "remove it here");
            }
        }
        return new Tables(tables, problems.count() == before);
    }

    private Policy.@Nullable Table table(Members.Member member) {
        String what = "table " + Problems.quote(member.name());
        Members members = Members.read(member.key(), member.value(), what, KEYS, problems);
        Optional<RelationName> name = relation(member.name());
        if (name.isEmpty()) {
            problems.add(
                    member.key(),
                    what + " has a name that PostgreSQL cannot have",
                    "write the table's name, or schema.table where the schema is not public");
        } else if (StoreNames.isReservedSchema(name.get().schema())) {
            problems.add(
                    member.key(),
                    what + " belongs to PostgreSQL or to Domicile itself",
                    "remove it: only tables of your own are classified");
        }
        List<Plan.Column> columns =
                columns(members.require("columns", "{id: user.unique_id}"), what);
        List<String> subjects = subjects(member, members.value("subject"), columns);
        List<String> jurisdictions = jurisdictions(members.value("jurisdictions"));
        if (name.isEmpty() || columns.isEmpty()) {
            return null;
        }
        return new Policy.Table(new Plan.Table(name.get(), subjects, columns), jurisdictions);
    }

    private @Nullable String category(Node node, String what) {
        String text = values.text(node, what);
        if (text == null || DataCategories.names().contains(text)) {
            return text;
        }
        DataCategories.addUnknown(problems, node, text);
        return null;
    }

    private List<Plan.Column> columns(@Nullable Node node, String what) {
        if (node == null) {
            return List.of();
        }
        List<Plan.Column> columns = new ArrayList<>();
        Members members = Members.read(node, node, "the columns of " + what, problems);
        for (Members.Member member : members.all()) {
            String category =
                    category(member.value(), "the category of " + Problems.quote(member.name()));
            try {
                columns.add(new Plan.Column(member.name(), category == null ? "system" : category));
            } catch (PlanFormatException e) {
                problems.add(
                        member.key(),
                        "column "
                                + Problems.quote(member.name())
                                + " has a name that PostgreSQL cannot have",
                        "write the column's name");
            }
        }
        if (members.all().isEmpty()) {
            problems.add(
                    node,
                    what + " has no column",
                    "classify one, or remove the table: what is not mentioned is invisible");
        }
        return columns;
    }

    private List<String> subjects(
            Members.Member table, @Nullable Node node, List<Plan.Column> columns) {
        Set<String> names =
                columns.stream()
                        .map(Plan.Column::name)
                        .collect(
                                java.util.stream.Collectors.toCollection(
                                        java.util.LinkedHashSet::new));
        if (node == null) {
            columns.stream()
                    .filter(column -> DataCategories.isPersonal(column.category()))
                    .findFirst()
                    .ifPresent(column ->
                            problems.add(
                                    table.key(),
                                    "table "
                                            + Problems.quote(table.name())
                                            + " has personal columns, but not whose they are",
                                    "add \"subject: \" with the column that names the"
                                            + " person, or \"subject: []\" when none does"));
            return List.of();
        }
        List<Node> elements =
                node instanceof SequenceNode sequence ? sequence.getValue() : List.of(node);
        List<String> subjects = new ArrayList<>();
        for (Node element : elements) {
            String subject = values.reference(element, "subject key", "columns", names);
            if (subject != null && subjects.contains(subject)) {
                problems.add(element, "this subject key is in the list twice", "remove it here");
            } else if (subject != null) {
                subjects.add(subject);
            }
        }
        return subjects;
    }

    private List<String> jurisdictions(@Nullable Node node) {
        Map<String, Node> given =
                values.references(
                        node, "jurisdiction", PolicyFile.JURISDICTIONS, declared.jurisdictions());
        return List.copyOf(given == null ? declared.jurisdictions() : given.keySet());
    }

    private static Optional<RelationName> relation(String text) {
        try {
            return Optional.of(RelationName.parse(text));
        } catch (PlanFormatException e) {
            return Optional.empty();
        }
    }
}
