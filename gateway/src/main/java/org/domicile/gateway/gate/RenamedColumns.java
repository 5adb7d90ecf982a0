package org.domicile.gateway.gate;

import java.util.List;
import java.util.Map;
import org.domicile.ledger.Fact;

/**
 * Columns of PostgreSQL's catalogue that a release renamed, for clients older than the store: psql
 * 15 and 16 ask every server for the old names, and fail at {@code \l}. Only words of statements
 * that read nothing but the catalogue are changed; of values and quoted names nothing.
 */
public final class RenamedColumns {
    /** The release that renamed them. */
    private static final int SINCE_MAJOR_VERSION = 17;

    private static final Map<String, String> NEW_NAMES =
            Map.of("daticulocale", "datlocale", "colliculocale", "colllocale");

    private RenamedColumns() {}

    /**
     * The text with the names that a store has.
     *
     * @param judged what the gate said of {@code sql}
     * @param storeVersion as the store reports it, {@code "18.6"}
     */
    public static String forStore(String sql, List<Judged> judged, String storeVersion) {
        if (NEW_NAMES.keySet().stream().noneMatch(sql::contains)
                || GateContext.majorVersion(storeVersion) < SINCE_MAJOR_VERSION
                || !judged.stream().allMatch(RenamedColumns::readsOnlyTheCatalogue)) {
            return sql;
        }
        StringBuilder renamed = new StringBuilder();
        int copied = 0;
        for (Token token : Lexer.lex(sql).tokens()) {
            String name = token.kind() == Token.Kind.WORD ? NEW_NAMES.get(token.text(sql)) : null;
            if (name != null) {
                renamed.append(sql, copied, token.start()).append(name);
                copied = token.end();
            }
        }
        return renamed.append(sql, copied, sql.length()).toString();
    }

    private static boolean readsOnlyTheCatalogue(Judged judged) {
        return judged.verdict() instanceof Verdict.Query query
                && query.shape() == Fact.Shape.CATALOGUE;
    }
}
