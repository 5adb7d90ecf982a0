package org.domicile.gateway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The lists against a real server: nothing it has is forgotten. */
class ListsTest {
    /** Classes whose functions may depend on more than their arguments, each reasoned about. */
    private static final Set<String> MAY_BE_VOLATILE =
            Set.of("clock", "chance", "session", "catalogue");

    private static final String IS_MACHINERY =
            """
            (prorettype::regtype::text in ('internal', 'cstring', 'trigger', 'event_trigger',
                'index_am_handler', 'table_am_handler', 'language_handler', 'fdw_handler',
                'tsm_handler')
             or exists (select from unnest(proargtypes::oid[]) a
                 where a::regtype::text in ('internal', 'cstring', 'cstring[]')))
            """;

    @SuppressWarnings("NullAway.Init") // made before every test
    private static EmbeddedStore store;

    @BeforeAll
    static void start() {
        store = EmbeddedStore.startTemporary(PostgresBinaries.embedded(), EmbeddedStore.THROWAWAY);
    }

    @AfterAll
    static void stop() {
        store.close();
    }

    @Test
    void everyFunctionIsInOneClass() throws Exception {
        assertThat(
                        missing(
                                "select proname from pg_proc where pronamespace = 'pg_catalog'::regnamespace",
                                Lists.FUNCTIONS.keySet()))
                .isEmpty();
    }

    @Test
    void noMachineryIsAllowed() throws Exception {
        // A name shared with a plain function may pass: only that one can be called with values.
        assertThat(
                        allowed(
                                "select proname from pg_proc where pronamespace ="
                                        + " 'pg_catalog'::regnamespace group by proname having bool_and("
                                        + IS_MACHINERY
                                        + ")"))
                .isEmpty();
    }

    @Test
    void volatileFunctionsAreAllowedByAClassThatReasonsAboutThem() throws Exception {
        assertThat(
                        allowed(
                                        "select proname from pg_proc where pronamespace ="
                                                + " 'pg_catalog'::regnamespace and provolatile = 'v'")
                                .stream()
                                .filter(name -> !MAY_BE_VOLATILE.contains(reason(name))))
                .isEmpty();
    }

    @Test
    void aggregatesAreKnownAsAggregates() throws Exception {
        assertThat(
                        allowed(
                                        "select proname from pg_proc where pronamespace ="
                                                + " 'pg_catalog'::regnamespace and prokind = 'a'")
                                .stream()
                                .filter(name -> !Lists.isAggregate(name)))
                .isEmpty();
    }

    @Test
    void noOperatorRunsAVolatileOrRefusedFunction() throws Exception {
        Set<String> functions =
                names(
                        "select proname from pg_operator o join pg_proc p on p.oid = o.oprcode"
                                + " where provolatile = 'v'");
        assertThat(functions).isEmpty();
    }

    @Test
    void everyTypeIsListedOrARowOrPseudoType() throws Exception {
        assertThat(
                        missing(
                                "select typname from pg_type where typnamespace ="
                                        + " 'pg_catalog'::regnamespace and typtype in ('b', 'r', 'm')"
                                        + " and typcategory <> 'A'",
                                Lists.TYPES.keySet()))
                .isEmpty();
    }

    @Test
    void everyKeywordIsKnown() throws Exception {
        assertThat(missing("select word from pg_get_keywords()", Lists.KEYWORDS)).isEmpty();
    }

    @Test
    void everyRelationAndColumnIsListed() throws Exception {
        Set<String> listed =
                Lists.RELATIONS.entrySet().stream()
                        .flatMap(entry ->
                                Stream.concat(
                                        Stream.of(entry.getKey()),
                                        Stream.concat(
                                                        entry.getValue().columns().stream(),
                                                        entry.getValue().hidden().stream())
                                                .map(column -> entry.getKey() + "." + column)))
                        .collect(Collectors.toSet());
        String relations =
                "select n.nspname || '.' || c.relname%s from pg_class c"
                        + " join pg_namespace n on n.oid = c.relnamespace%s where n.nspname in"
                        + " ('pg_catalog', 'information_schema') and c.relkind in ('r', 'v')";
        assertThat(missing(relations.formatted("", ""), listed)).isEmpty();
        Set<String> refused =
                Lists.RELATIONS.entrySet().stream()
                        .filter(entry -> !entry.getValue().allowed())
                        .map(java.util.Map.Entry::getKey)
                        .collect(Collectors.toSet());
        assertThat(
                        missing(
                                        relations.formatted(
                                                " || '.' || a.attname",
                                                " join pg_attribute a on a.attrelid = c.oid and a.attnum"
                                                        + " > 0"),
                                        listed)
                                .stream()
                                .filter(name ->
                                        !refused.contains(
                                                name.substring(0, name.lastIndexOf('.')))))
                .isEmpty();
    }

    @Test
    void everySettingThatTakesValuesIsPostgresqlsOrOurs() throws Exception {
        Set<String> theirs = names("select lower(name) from pg_settings");
        // Gone in newer versions, or not in that view.
        theirs.addAll(Set.of("lc_collate", "lc_ctype", "session_authorization", "is_superuser"));
        assertThat(Lists.SETTINGS.keySet().stream().filter(name -> !name.startsWith("domicile.")))
                .allMatch(theirs::contains);
    }

    private static String reason(String function) {
        Lists.Entry entry = Lists.FUNCTIONS.get(function);
        return entry == null ? "" : entry.reason();
    }

    private static Set<String> allowed(String query) throws Exception {
        return names(query).stream()
                .filter(name -> {
                    Lists.Entry entry = Lists.FUNCTIONS.get(name);
                    return entry != null && entry.allowed();
                })
                .collect(Collectors.toSet());
    }

    private static Set<String> missing(String query, Set<String> listed) throws Exception {
        Set<String> names = names(query);
        assertThat(names).isNotEmpty();
        names.removeAll(listed);
        return names;
    }

    private static Set<String> names(String query) throws Exception {
        try (Connection connection = store.connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            Set<String> names = new TreeSet<>();
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        }
    }
}
