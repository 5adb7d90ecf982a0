package org.domicile.console.web;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An address of this console, to come back to; never one of somebody else's. */
final class LocalPath {
    static final int MAX_LENGTH = 1_000;

    /** One slash first, never two, and no backslash, which browsers take for one. */
    private static final Pattern FORM =
            Pattern.compile("/(?:[a-z0-9_.~-][A-Za-z0-9_.~/-]*)?(?:\\?[A-Za-z0-9_.~=&%+:,-]*)?");

    private LocalPath() {}

    /** The address, or {@code /} where it is none of ours. */
    static String of(@Nullable String text) {
        return text != null && text.length() <= MAX_LENGTH && FORM.matcher(text).matches()
                ? text
                : "/";
    }
}
