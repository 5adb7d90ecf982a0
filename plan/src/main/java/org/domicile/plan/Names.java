package org.domicile.plan;

import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
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

    /** Longer ones PostgreSQL would cut. */
    public static final int MAX_IDENTIFIER_BYTES = 63;

    /** Jurisdictions, entities and purposes. */
    public static final int MAX_NAME_LENGTH = 48;

    public static final int MAX_CATEGORY_LENGTH = 128;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]*");
    private static final Pattern CATEGORY = Pattern.compile("[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*");

    private Names() {}

    /** Whether {@code text} is a lower-case name of at most {@code maxLength} characters. */
    public static boolean isName(String text, int maxLength) {
        return text.length() <= maxLength && NAME.matcher(text).matches();
    }

    public static String requireName(String what, String text, int maxLength) {
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

    /** Whether {@code text} is a dotted name, as data categories are. */
    public static boolean isCategory(String text) {
        return text.length() <= MAX_CATEGORY_LENGTH && CATEGORY.matcher(text).matches();
    }

    public static String requireCategory(String text) {
        if (!isCategory(text)) {
            throw new PlanFormatException(
                    "a data category is a dotted name of at most "
                            + MAX_CATEGORY_LENGTH
                            + " characters");
        }
        return text;
    }

    /**
     * An SQL identifier as the catalogue spells it: any text without NUL, at most 63 bytes. Half a
     * surrogate pair is refused because UTF-8 has no bytes for it, and two plans could share a
     * digest.
     */
    public static String requireIdentifier(String what, String text) {
        int bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (text.isEmpty() || bytes > MAX_IDENTIFIER_BYTES || text.indexOf('\0') >= 0) {
            throw new PlanFormatException(
                    what
                            + " must be a PostgreSQL identifier of 1 to "
                            + MAX_IDENTIFIER_BYTES
                            + " bytes");
        }
        if (text.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
            throw new PlanFormatException(what + " has half a surrogate pair");
        }
        return text;
    }

    /** An immutable copy, sorted by key, refused when two elements share a key. */
    public static <T, K extends Comparable<? super K>> List<T> sortedUnique(
            String what, Collection<T> elements, Function<T, K> key) {
        List<T> given = List.copyOf(elements);
        if (ascends(given, key)) {
            return given;
        }
        List<T> sorted = given.stream().sorted(Comparator.comparing(key)).toList();
        for (int i = 1; i < sorted.size(); i++) {
            K name = key.apply(sorted.get(i));
            if (name.compareTo(key.apply(sorted.get(i - 1))) == 0) {
                throw new PlanFormatException(what + " \"" + name + "\" appears twice");
            }
        }
        return sorted;
    }

    private static <T, K extends Comparable<? super K>> boolean ascends(
            List<T> elements, Function<T, K> key) {
        for (int i = 1; i < elements.size(); i++) {
            if (key.apply(elements.get(i - 1)).compareTo(key.apply(elements.get(i))) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** The element of that key, by binary search in a list that {@link #sortedUnique} made. */
    static <T, K extends Comparable<? super K>> Optional<T> find(
            List<T> sorted, Function<T, K> key, K wanted) {
        int low = 0;
        int high = sorted.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            T element = sorted.get(middle);
            int order = key.apply(element).compareTo(wanted);
            if (order == 0) {
                return Optional.of(element);
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }
}
