package org.domicile.gateway.disclosure;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.domicile.gateway.gate.Subjects;
import org.domicile.gateway.gate.Verdict;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.MessageBuffer;
import org.domicile.gateway.wire.RowLayout;
import org.domicile.ledger.Fact;
import org.domicile.plan.Plan;
import org.domicile.plan.RelationName;
import org.domicile.plan.StoreNames;
import org.domicile.plan.StoreSubjects;

/**
 * The columns that the gate appended to one query's rows, and what they count: for each data
 * category, the people of the tables it was read from. Immutable; one serves every run of a query.
 */
public final class SubjectColumns {
    private final Subjects.Form[] forms;
    private final Map<String, String> bounds;

    /** Tables whose people are told exactly; an index into this is a tally's. */
    private final List<RelationName> tables;

    /** For each appended column, its table's index. */
    private final int[] tableOfColumn;

    private final Map<String, Category> categories = new TreeMap<>();
    private final StoreSubjects store;
    private final Plan.Audience audience;
    private final PeopleHeld held;

    /** Where one data category was read. */
    private record Category(List<Integer> told, List<RelationName> bounded) {}

    private SubjectColumns(
            Plan plan,
            Plan.Audience audience,
            StoreSubjects store,
            PeopleHeld held,
            Verdict.Query query) {
        this.store = store;
        this.audience = audience;
        this.held = held;
        List<Subjects.Hidden> hidden = query.subjects().hidden();
        this.forms = hidden.stream().map(Subjects.Hidden::form).toArray(Subjects.Form[]::new);
        this.bounds = query.subjects().bounds();
        this.tables = hidden.stream().map(Subjects.Hidden::table).distinct().toList();
        this.tableOfColumn =
                hidden.stream().mapToInt(column -> tables.indexOf(column.table())).toArray();
        if (query.columns().isEmpty()) {
            return;
        }
        for (Plan.Table table : plan.tables()) {
            Map<String, String> read = query.columns().get(table.name().toString());
            if (read != null && !table.subjects().isEmpty()) {
                addCategories(table, read);
            }
        }
    }

    /** What is appended to the rows of {@code query}, which was judged for {@code audience}. */
    public static SubjectColumns of(
            Plan plan,
            Plan.Audience audience,
            StoreSubjects store,
            PeopleHeld held,
            Verdict.Query query) {
        return new SubjectColumns(plan, audience, store, held, query);
    }

    private void addCategories(Plan.Table table, Map<String, String> read) {
        int told = tables.indexOf(table.name());
        for (Plan.Column column : table.columns()) {
            if (!read.containsKey(column.name())) {
                continue;
            }
            Category category =
                    categories.computeIfAbsent(
                            column.category(),
                            name -> new Category(new ArrayList<>(), new ArrayList<>()));
            if (told >= 0 && !category.told().contains(told)) {
                category.told().add(told);
            }
            if (bounds.containsKey(table.name().toString())
                    && !category.bounded().contains(table.name())) {
                category.bounded().add(table.name());
            }
        }
    }

    /** How many columns at the end of each row the client must not see. */
    public int count() {
        return forms.length;
    }

    Subjects.Form form(int column) {
        return forms[column];
    }

    int tableOf(int column) {
        return tableOfColumn[column];
    }

    int tableCount() {
        return tables.size();
    }

    byte[] token(byte[] key, int start, int length) {
        return store.token().of(key, start, length);
    }

    /** Writes a RowDescription without the appended columns and without second views' OIDs. */
    public void writeRowDescription(Frame frame, MessageBuffer out) {
        Map<Long, Long> firstViews = store.firstViewsOf(audience);
        RowLayout.writeRowDescription(
                frame,
                count(),
                name -> name.startsWith(StoreNames.SUBJECT_COLUMN_PREFIX),
                oid -> firstViews.getOrDefault(oid, oid),
                out);
    }

    /**
     * The numbers of one segment.
     *
     * @param people by table index
     */
    Fact.Subjects counted(TokenSet[] people) {
        Map<String, Long> counts = new HashMap<>();
        categories.forEach((name, category) -> {
            long count = distinct(category.told(), people);
            for (RelationName table : category.bounded()) {
                OptionalLong all = held.in(table);
                if (all.isEmpty()) {
                    return; // told by its bound alone
                }
                count += all.getAsLong();
            }
            counts.put(name, count);
        });
        return new Fact.Subjects(counts, bounds);
    }

    private static long distinct(List<Integer> tables, TokenSet[] people) {
        if (tables.isEmpty()) {
            return 0;
        }
        if (tables.size() == 1) {
            return people[tables.get(0)].size();
        }
        TokenSet all = new TokenSet();
        tables.forEach(table -> all.addAll(people[table]));
        return all.size();
    }
}
