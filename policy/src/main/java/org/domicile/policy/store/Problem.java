package org.domicile.policy.store;

import org.domicile.plan.RelationName;
import org.jspecify.annotations.Nullable;

/**
 * Why a plan does not fit a store.
 *
 * @param audience null where the table itself, or a login, is the matter
 * @param table null where no table is concerned
 * @param column null where a whole table is concerned
 * @param type the column's type in the store, null where it has none
 * @param message what is wrong
 * @param instead what to write instead
 */
public record Problem(
        @Nullable String audience,
        @Nullable RelationName table,
        @Nullable String column,
        @Nullable String type,
        String message,
        String instead) {

    static Problem missingTable(RelationName table) {
        return new Problem(
                null,
                table,
                null,
                null,
                "the store has no such table",
                "write the table's name as the store spells it, or take it out of domicile.yaml");
    }

    static Problem missingColumn(RelationName table, String column, String columns) {
        return new Problem(
                null,
                table,
                column,
                null,
                "the store's table has no such column",
                "write one of: " + columns);
    }

    /** One line for a person. */
    public String text() {
        StringBuilder text = new StringBuilder();
        if (table != null) {
            text.append(table);
            if (column != null) {
                text.append('.').append(column);
            }
            if (type != null) {
                text.append(" (").append(type).append(')');
            }
            text.append(": ");
        }
        if (audience != null) {
            text.append("audience ").append(audience).append(": ");
        }
        return text.append(message).append("; ").append(instead).toString();
    }
}
