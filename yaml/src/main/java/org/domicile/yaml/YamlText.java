package org.domicile.yaml;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Writes names of a store so that YAML reads the same names back. */
public final class YamlText {
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z_][A-Za-z0-9_.]*");

    /** Words that YAML, one version or another, does not take for texts. */
    private static final Set<String> NOT_TEXT =
            Set.of("null", "true", "false", "yes", "no", "on", "off", "y", "n");

    private YamlText() {}

    public static String scalar(String text) {
        if (PLAIN.matcher(text).matches() && !NOT_TEXT.contains(text.toLowerCase(Locale.ROOT))) {
            return text;
        }
        StringBuilder out = new StringBuilder("\"");
        text.codePoints()
                .forEach(c -> {
                    if (c == '"' || c == '\\') {
                        out.append('\\').appendCodePoint(c);
                    } else if (isPlainInQuotes(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append(String.format(c > 0xffff ? "\\U%08X" : "\\u%04X", c));
                    }
                });
        return out.append('"').toString();
    }

    /** A text on one line, for a comment. */
    public static String comment(String text) {
        StringBuilder out = new StringBuilder();
        text.codePoints().forEach(c -> out.appendCodePoint(isPlainInQuotes(c) ? c : '?'));
        return out.toString();
    }

    private static boolean isPlainInQuotes(int c) {
        return (c >= 0x20 && c < 0x7f) || Character.isLetterOrDigit(c);
    }
}
