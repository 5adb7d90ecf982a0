package org.domicile.plan;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What every audience of one jurisdiction's store sees.
 *
 * @param jurisdiction the store's legal territory, e.g. {@code us}
 * @param custodian the entity that runs this jurisdiction's side
 * @param entities every counterparty named below, and the custodian
 * @param tables every classified table with each column's data category
 * @param audiences who sees which of those columns, how
 */
public record Plan(
        String jurisdiction,
        String custodian,
        List<Entity> entities,
        List<Table> tables,
        List<Audience> audiences) {

    private static final Pattern COUNTRY = Pattern.compile("[A-Z]{2}");

    public Plan {
        Names.requireName("jurisdiction", jurisdiction, Names.MAX_NAME_LENGTH);
        entities = Names.sortedUnique("entity", entities, Entity::id);
        tables = Names.sortedUnique("table", tables, Table::name);
        audiences = Names.sortedUnique("audience", audiences, Audience::name);
        PlanConsistency.check(custodian, entities, tables, audiences);
    }

    /** A company or authority: {@code country} is where it is organised, ISO 3166-1 alpha-2. */
    public record Entity(String id, String country) {
        public Entity {
            Names.requireName("entity", id, Names.MAX_NAME_LENGTH);
            requireCountry(country);
        }
    }

    /**
     * A classified table.
     *
     * @param subjects the columns that name the people its rows are about; empty when about nobody
     */
    public record Table(RelationName name, List<String> subjects, List<Column> columns) {
        public Table {
            subjects = Names.sortedUnique("subject key", subjects, subject -> subject);
            columns = Names.sortedUnique("column", columns, Column::name);
        }

        public Optional<Column> column(String name) {
            return Names.find(columns, Column::name, name);
        }
    }

    /** A classified column; {@code category} is a fideslang data category. */
    public record Column(String name, String category) {
        public Column {
            Names.requireIdentifier("column name", name);
            Names.requireCategory(category);
        }
    }

    /**
     * A named view of the store for one counterparty and one kind of use.
     *
     * @param counterparty the one entity whose people act as this audience
     * @param grant when this is no lasting audience but an exception for one accessor
     */
    public record Audience(
            String name,
            String counterparty,
            List<String> purposes,
            List<View> views,
            Optional<Grant> grant) {
        public Audience {
            Names.requireName("audience", name, Names.MAX_AUDIENCE_LENGTH);
            purposes = Names.sortedUnique("purpose", purposes, purpose -> purpose);
            purposes.forEach(
                    purpose -> Names.requireName("purpose", purpose, Names.MAX_NAME_LENGTH));
            views = Names.sortedUnique("view", views, view -> view.table().name());
            if (purposes.isEmpty()) {
                throw new PlanFormatException("audience \"" + name + "\" has no purpose");
            }
            if (name.startsWith(Grant.AUDIENCE_PREFIX) != grant.isPresent()
                    || grant.filter(g -> !g.audience().equals(name)).isPresent()) {
                throw new PlanFormatException(
                        "audience \""
                                + name
                                + "\": names that begin with "
                                + Grant.AUDIENCE_PREFIX
                                + " are those of grants");
            }
        }

        /** A lasting audience. */
        public Audience(String name, String counterparty, List<String> purposes, List<View> views) {
            this(name, counterparty, purposes, views, Optional.empty());
        }

        /** The view an unqualified table name reads, if there is one. */
        public Optional<View> view(String name) {
            return Names.find(views, view -> view.table().name(), name);
        }
    }

    /**
     * An approved exception: its audience sees the rows of certain people only, and nothing from
     * {@code until} on. Who they are is in the {@link Roster}.
     *
     * @param request lower-case hexadecimal SHA-256 of the approved request
     * @param until a time in UTC to the second, e.g. {@code 2026-11-22T18:00:00Z}
     */
    public record Grant(String request, String until) {
        /** What the names of grants' audiences begin with, and of no others. */
        public static final String AUDIENCE_PREFIX = "grant_";

        private static final int AUDIENCE_DIGITS = 12;
        private static final Pattern REQUEST = Pattern.compile("[0-9a-f]{64}");
        private static final Pattern UNTIL =
                Pattern.compile("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");

        public Grant {
            if (!REQUEST.matcher(request).matches()) {
                throw new PlanFormatException("a grant's request is 64 hexadecimal digits");
            }
            if (!UNTIL.matcher(until).matches()) {
                throw new PlanFormatException(
                        "a grant ends at a time such as 2026-11-22T18:00:00Z");
            }
            try {
                Instant.parse(until);
            } catch (DateTimeException e) {
                throw new PlanFormatException("a grant ends at no such time: " + until);
            }
        }

        /** The name of its audience, which accessors give as {@code domicile.grant}. */
        public String audience() {
            return AUDIENCE_PREFIX + request.substring(0, AUDIENCE_DIGITS);
        }

        public Instant end() {
            return Instant.parse(until);
        }
    }

    /** One table as an audience sees it, under the table's own unqualified name. */
    public record View(RelationName table, List<ViewColumn> columns) {
        public View {
            columns = Names.sortedUnique("column", columns, ViewColumn::name);
            if (columns.isEmpty()) {
                throw new PlanFormatException("view \"" + table + "\" shows no column");
            }
        }

        public Optional<ViewColumn> column(String name) {
            return Names.find(columns, ViewColumn::name, name);
        }
    }

    /** A visible column and what happens to it on its way out. */
    public record ViewColumn(String name, Transform transform) {}

    /**
     * The subject keys of a view's table that the view does not show as they are; where there are
     * some, the store has a second view with their tokens.
     */
    public List<String> hiddenSubjects(View view) {
        return table(view.table()).stream()
                .flatMap(table -> table.subjects().stream())
                .filter(key ->
                        view.column(key)
                                .filter(column -> column.transform() instanceof Transform.Show)
                                .isEmpty())
                .toList();
    }

    public Optional<Entity> entity(String id) {
        return Names.find(entities, Entity::id, id);
    }

    public Optional<Table> table(RelationName name) {
        return Names.find(tables, Table::name, name);
    }

    public Optional<Audience> audience(String name) {
        return Names.find(audiences, Audience::name, name);
    }

    /** Whether an audience is there in both plans and sees the same, of tables about the same. */
    public boolean isUnchangedIn(Plan later, String audience) {
        Optional<Audience> here = audience(audience);
        return here.isPresent()
                && here.equals(later.audience(audience))
                && entity(here.get().counterparty()).equals(later.entity(here.get().counterparty()))
                && entity(custodian).equals(later.entity(later.custodian))
                && here.get().views().stream()
                        .allMatch(view -> table(view.table()).equals(later.table(view.table())));
    }

    /** The canonical document, {@code docs/formats/plan.md}. */
    public String toJson() {
        return PlanDocument.write(this);
    }

    /**
     * Reads a canonical document back.
     *
     * @throws PlanFormatException when it is not one, byte for byte
     */
    public static Plan fromJson(String json) {
        return PlanDocument.read(json);
    }

    /** Lower-case hexadecimal SHA-256 of {@link #toJson()} in UTF-8. */
    public String digest() {
        return Json.sha256Hex(toJson());
    }

    static void requireCountry(String country) {
        if (!COUNTRY.matcher(country).matches()) {
            throw new PlanFormatException(
                    "country \"" + country + "\" must be two capital letters of ISO 3166-1");
        }
    }
}
