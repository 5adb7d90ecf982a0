package org.domicile.plan;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The spelling rules of names in a plan, one place for every reader and writer. */
public final class Names {
    /**
     * PostgreSQL cuts identifiers at 63 bytes; {@code dom_<audience>_<accessor>} must fit: 4 + 24 +
     * 1 + 32 = 61.
     */
    public static final int MAX_AUDIENCE_LENGTH = 24;

    public static final int MAX_ACCESSOR_LENGTH = 32;

    /** Jurisdictions, entities and purposes. */
    public static final int MAX_NAME_LENGTH = 48;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern CATEGORY = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*");

    private Names() {}

    /** Whether {@code text} is a lower-case name of at most {@code maxLength} characters. */
    public static boolean isName(String text, int maxLength) {
        return text.length() <= maxLength && NAME.matcher(text).matches();
    }

    static String requireName(String what, String text, int maxLength) {
        if (!isName(text, maxLength)) {
            throw new PlanFormatException(
                    what
                            + " \""
                            + text
                            + "\" must be lower-case letters, digits and _, begin with a letter, and"
                            + " have at most "
                            + maxLength
                            + " characters");
        }
        return text;
    }

    static String requireCategory(String text) {
        if (!CATEGORY.matcher(text).matches()) {
            throw new PlanFormatException("data category \"" + text + "\" is not a dotted name");
        }
        return text;
    }

    /** An SQL identifier as the catalogue spells it: any text without NUL, at most 63 bytes. */
    static String requireIdentifier(String what, String text) {
        int bytes = text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (text.isEmpty() || bytes > 63 || text.indexOf('\0') >= 0) {
            throw new PlanFormatException(
                    what + " must be a PostgreSQL identifier of 1 to 63 bytes");
        }
        return text;
    }

    /** An immutable copy, sorted by key, refused when two elements share a key. */
    static <T> List<T> sortedUnique(String what, Collection<T> elements, Function<T, String> key) {
        Set<String> seen = new HashSet<>();
        for (T element : elements) {
            if (!seen.add(key.apply(element))) {
                throw new PlanFormatException(
                        what + " \"" + key.apply(element) + "\" appears twice");
            }
        }
        return elements.stream().sorted(java.util.Comparator.comparing(key)).toList();
    }
}
