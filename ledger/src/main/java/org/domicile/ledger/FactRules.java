package org.domicile.ledger;

import java.util.regex.Pattern;

/**
 * The spelling rules of an entry's fields, one place for every reader and writer. A message names
 * the field and never repeats its value.
 */
final class FactRules {
    static final int MAX_PRIVATE_FIELDS = 16;

    /** More than a qualified PostgreSQL name or a transform's text can have. */
    static final int MAX_SHORT_TEXT = 255;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");
    private static final Pattern SESSION = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SQL_STATE = Pattern.compile("[0-9A-Z]{5}");
    private static final Pattern WORD = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern CATEGORY =
            Pattern.compile("(?=.{1,128}$)[a-z][a-z0-9_]*(\\.[a-z][a-z0-9_]*)*");

    private FactRules() {}

    static void requireSession(String session, long sequence, String plan, String counterparty) {
        require(SESSION, "session", session, "32 lower-case hexadecimal digits");
        requireCount("sequence", sequence);
        requireDigest("plan", plan);
        requireName("counterparty", counterparty);
    }

    static void requireName(String field, String value) {
        require(NAME, field, value, "lower-case letters, digits and _, 1 to 63, a letter first");
    }

    static void requireDigest(String field, String value) {
        require(DIGEST, field, value, "64 lower-case hexadecimal digits");
    }

    static boolean isDigest(String value) {
        return DIGEST.matcher(value).matches();
    }

    static void requireSqlState(String value) {
        require(SQL_STATE, "sqlState", value, "five digits or capital letters");
    }

    /** A stable word for a rule. */
    static void requireWord(String field, String value) {
        require(WORD, field, value, "lower-case letters, digits and -, 1 to 63, a letter first");
    }

    static void requireCategory(String field, String value) {
        require(CATEGORY, field, value, "data categories, dotted names of at most 128 characters");
    }

    /** A relation, a column or a transform. */
    static void requireShortText(String field, String value) {
        if (value.isEmpty() || value.length() > MAX_SHORT_TEXT) {
            throw new IllegalArgumentException(
                    field + " must have 1 to " + MAX_SHORT_TEXT + " characters");
        }
    }

    static void requireCount(String field, long value) {
        if (value < 0 || value > CanonicalJson.MAX_NUMBER) {
            throw new IllegalArgumentException(field + " must be from 0 to 2^53 - 1");
        }
    }

    private static void require(Pattern pattern, String field, String value, String rule) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(field + " must be " + rule);
        }
    }
}
