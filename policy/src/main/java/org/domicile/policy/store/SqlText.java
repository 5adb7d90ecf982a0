package org.domicile.policy.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.stream.Collectors;
import org.domicile.plan.RelationName;

/** How names and texts are written in SQL; every generated statement quotes through here. */
final class SqlText {
    private SqlText() {}

    /** A quoted identifier: always with quotes, so that no spelling is ever a keyword. */
    static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String name(String schema, String relation) {
        return name(schema) + '.' + name(relation);
    }

    static String name(RelationName relation) {
        return name(relation.schema(), relation.name());
    }

    static String names(Collection<String> identifiers) {
        return identifiers.stream().map(SqlText::name).collect(Collectors.joining(", "));
    }

    /** A string constant, right whatever {@code standard_conforming_strings} says. */
    static String text(String value) {
        String quoted = '\'' + value.replace("'", "''") + '\'';
        return value.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
    }

    /** A file of SQL that lies beside this class. */
    static String resource(String file) {
        try (InputStream in = SqlText.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("resource missing from the build: " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
