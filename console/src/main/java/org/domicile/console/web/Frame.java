package org.domicile.console.web;

import java.util.List;
import org.domicile.console.access.Door;
import org.domicile.console.access.Visitor;
import org.jspecify.annotations.Nullable;

/**
 * What is around every page.
 *
 * @param theme {@code light}, {@code dark}, or {@code system}
 * @param visitor null before the sign-in
 * @param door null on a page that tells of an error
 * @param here the address to come back to
 * @param formToken what each form has to bring
 */
public record Frame(
        Text text,
        String theme,
        @Nullable Visitor visitor,
        @Nullable Door door,
        String here,
        String formToken,
        Assets assets) {
    /** What the navigation has, in its order. */
    private static final List<Door> NAVIGATION =
            List.of(
                    Door.OVERVIEW,
                    Door.DISCLOSURES,
                    Door.REQUESTS,
                    Door.SQL,
                    Door.PEOPLE,
                    Door.POLICY,
                    Door.LEDGER,
                    Door.OVERSIGHT);

    static final List<String> THEMES = List.of("system", "light", "dark");

    /** The pages that this visitor may read. */
    public List<Door> navigation() {
        Visitor known = visitor;
        return known == null ? List.of() : NAVIGATION.stream().filter(known::may).toList();
    }

    /** The key of a page's name. */
    public static String nameOf(Door door) {
        return "page." + door.name().toLowerCase(java.util.Locale.ROOT);
    }

    /** Whether the page, or one below it, is shown. */
    public boolean isHere(Door of) {
        Door shown = door;
        return shown != null && (shown == of || shown.path().startsWith(of.path() + "/"));
    }

    public List<String> themes() {
        return THEMES;
    }

    public List<String> languages() {
        return Language.tags();
    }

    /** Keeps the token out of log lines. */
    @Override
    public String toString() {
        return "Frame[" + door + "]";
    }
}
