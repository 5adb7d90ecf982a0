package org.domicile.gateway.gate;

import java.util.List;
import java.util.Map;
import org.domicile.plan.RelationName;

/**
 * Whose rows a query shows, as far as the statement tells. A relation with subject keys that is in
 * neither part has no row in the result.
 *
 * @param hidden the columns the gate appended at the end of the result, in order; the client must
 *     not see them
 * @param bounds each relation, as {@code schema.table} of the base table, of which only an upper
 *     bound can be told, and a stable word for why
 */
public record Subjects(List<Hidden> hidden, Map<String, String> bounds) {
    /** Of a query that reads nobody's rows. */
    static final Subjects NONE = new Subjects(List.of(), Map.of());

    public Subjects {
        hidden = List.copyOf(hidden);
        bounds = Map.copyOf(bounds);
    }

    /** One appended column: for each row, the person one relation's row is about; may be NULL. */
    public record Hidden(RelationName table, String subjectColumn, Form form) {}

    /** What an appended column holds; it is of type text either way. */
    public enum Form {
        /** The subject key itself, which the audience is shown, as PostgreSQL casts it to text. */
        KEY,
        /** The subject token's 32 hexadecimal digits. */
        TOKEN
    }
}
