package org.domicile.console.page;

import java.util.Map;
import org.domicile.console.access.Visitor;

/**
 * What a page is asked for: by whom, and the parameters of its address, none of them checked.
 *
 * @param query the first value of each
 */
public record Ask(Visitor visitor, Map<String, String> path, Map<String, String> query) {
    public Ask {
        path = Map.copyOf(path);
        query = Map.copyOf(query);
    }

    /** A parameter of the path; empty where it has none of that name. */
    String path(String name) {
        return path.getOrDefault(name, "");
    }

    /** A parameter of the query, without spaces around it; empty where it was not given. */
    String query(String name) {
        return query.getOrDefault(name, "").strip();
    }

    /** Names nobody. */
    @Override
    public String toString() {
        return "Ask[]";
    }
}
