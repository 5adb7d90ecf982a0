package org.domicile.gateway.gate;

import org.jspecify.annotations.Nullable;

/**
 * A column of something in FROM that tells a row's person.
 *
 * @param column its name there
 * @param visible the name of a column the client sees that differs where the person differs, where
 *     there is one
 */
record HiddenColumn(Subjects.Hidden of, String column, @Nullable String visible) {

    /** As text, whatever the key's type. */
    String expression(String alias, boolean ofView) {
        String column = Sql.name(alias) + "." + Sql.name(this.column);
        if (!ofView) {
            return column;
        }
        return switch (of.form()) {
            case KEY -> column + "::text";
            case TOKEN -> "pg_catalog.encode(" + column + ", 'hex')";
        };
    }
}
