package org.domicile.console.page;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** An example of a statement, over names of a store's own. */
final class SqlText {
    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

    /** PostgreSQL 18, appendix C: what may name no column or no table without quotes. */
    private static final Set<String> RESERVED =
            Set.of(
                    ("all analyse analyze and any array as asc asymmetric authorization binary both"
                                    + " case cast check collate collation column concurrently constraint"
                                    + " create cross current_catalog current_date current_role"
                                    + " current_schema current_time current_timestamp current_user"
                                    + " default deferrable desc distinct do else end except false fetch"
                                    + " for foreign freeze from full grant group having ilike in"
                                    + " initially inner intersect into is isnull join lateral leading"
                                    + " left like limit localtime localtimestamp natural not notnull"
                                    + " null offset on only or order outer overlaps placing primary"
                                    + " references returning right select session_user similar some"
                                    + " symmetric system_user table tablesample then to trailing true"
                                    + " union unique user using variadic verbose when where window with")
                            .split(" "));

    private SqlText() {}

    /** The first rows of a table. */
    static String firstRows(String table, List<String> columns, int rows) {
        return "SELECT "
                + String.join(", ", columns.stream().map(SqlText::name).toList())
                + " FROM "
                + name(table)
                + " LIMIT "
                + rows;
    }

    /** A name as a statement has it, quoted where it has to be. */
    static String name(String name) {
        return PLAIN.matcher(name).matches() && !RESERVED.contains(name)
                ? name
                : "\"" + name.replace("\"", "\"\"") + "\"";
    }
}
