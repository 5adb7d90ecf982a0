package org.domicile.gateway.disclosure;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.domicile.gateway.wire.ErrorFields;

/**
 * Makes a store's errors fit for a client. An error's text is a door besides the rows: {@code
 * invalid input syntax for type integer: "alice@…"} shows a value, and so may a detail, a context
 * or a function's own message. Only the classes listed here keep their message, because
 * PostgreSQL's own texts in them speak of names, states and syntax; the others get one by their
 * SQLSTATE. Detail, where, schema, table, column, type and constraint never pass.
 */
public final class StoreErrors {
    /** Classes (SQLSTATE's first two characters) whose messages carry no row's value. */
    private static final Set<String> CLASSES_KEEPING_THEIR_MESSAGE =
            Set.of(
                    "0A", // feature not supported
                    "25", // invalid transaction state
                    "26", // invalid statement name
                    "2D", // invalid transaction termination
                    "34", // invalid cursor name
                    "3B", // savepoint
                    "40", // transaction rollback
                    "42", // syntax error or access rule violation
                    "54", // program limit exceeded
                    "55", // object not in prerequisite state
                    "57"); // operator intervention

    private static final Map<String, String> MESSAGES =
            Map.ofEntries(
                    Map.entry("22001", "a value is too long for its type"),
                    Map.entry("22003", "a number is out of range"),
                    Map.entry("22004", "a NULL is not allowed here"),
                    Map.entry("22007", "a date or time is not in a known format"),
                    Map.entry("22008", "a date or time is out of range"),
                    Map.entry("22009", "a time zone displacement is not valid"),
                    Map.entry("22011", "substring was given a negative length"),
                    Map.entry("22012", "division by zero"),
                    Map.entry("2201B", "a regular expression is not valid"),
                    Map.entry("2201E", "a logarithm's argument is not valid"),
                    Map.entry("2201F", "a power's argument is not valid"),
                    Map.entry("2201W", "LIMIT must not be negative"),
                    Map.entry("2201X", "OFFSET must not be negative"),
                    Map.entry("22021", "text is not valid in its encoding"),
                    Map.entry("22023", "a parameter or setting has a value that is not valid"),
                    Map.entry("22025", "a LIKE pattern ends with its escape character"),
                    Map.entry("22P02", "a value is not in its type's text format"),
                    Map.entry("22P03", "a value is not in its type's binary format"),
                    Map.entry("22P05", "a character has no equivalent in the client's encoding"),
                    Map.entry("42P01", "a relation does not exist"),
                    Map.entry("42703", "a column does not exist"),
                    Map.entry("42704", "an object does not exist"),
                    Map.entry("42883", "a function does not exist"),
                    Map.entry("21000", "a subquery used as an expression returned several rows"),
                    Map.entry("53100", "the store's disk is full"),
                    Map.entry("53200", "the store is out of memory"),
                    Map.entry("53300", "the store has too many connections"));

    private static final Map<String, String> MESSAGES_BY_CLASS =
            Map.of(
                    "08", "the connection failed",
                    "22", "a value is not valid here",
                    "23", "a constraint would be violated",
                    "42", "the statement is not valid",
                    "53", "the store has not enough resources",
                    "58", "the store met a system error",
                    "XX", "the store met an internal error");

    private static final String VALUES_STAY =
            "Values stay in the store, so the store's own words are not shown. A custodian finds"
                    + " them in the store's log.";

    private StoreErrors() {}

    /** The error as {@code audience} may read it. */
    public static ErrorFields forClient(ErrorFields error, String audience) {
        String state = error.sqlState();
        String stateClass = state.substring(0, 2);
        Map<Character, String> fields = new LinkedHashMap<>();
        String severity = error.isFatal() ? "FATAL" : "ERROR";
        fields.put(ErrorFields.SEVERITY, severity);
        fields.put(ErrorFields.SEVERITY_PLAIN, severity);
        fields.put(ErrorFields.SQL_STATE, state);
        if (state.equals("42501")) {
            fields.put(ErrorFields.MESSAGE, "this is not visible to audience " + audience);
            fields.put(ErrorFields.HINT, WHAT_IS_VISIBLE);
            return new ErrorFields(fields);
        }
        if (!CLASSES_KEEPING_THEIR_MESSAGE.contains(stateClass) || isOfRunningStatement(error)) {
            fields.put(ErrorFields.MESSAGE, genericMessage(state));
            fields.put(ErrorFields.HINT, VALUES_STAY);
            return new ErrorFields(fields);
        }
        copy(error, fields, ErrorFields.MESSAGE, genericMessage(state));
        if (state.equals("42P01") || state.equals("42703")) {
            fields.put(
                    ErrorFields.HINT,
                    "It may not be visible to audience " + audience + ". " + WHAT_IS_VISIBLE);
        } else if (stateClass.equals("42")) {
            copy(error, fields, ErrorFields.HINT, "");
        }
        copy(error, fields, ErrorFields.POSITION, "");
        copy(error, fields, ErrorFields.ROUTINE, "");
        return new ErrorFields(fields);
    }

    /**
     * Whether an error of class 42 came while rows were read, as when a value is cast to {@code
     * regclass}: its text then repeats the value. Those found in the statement's own text point
     * into it.
     */
    public static boolean isOfRunningStatement(ErrorFields error) {
        return error.sqlState().startsWith("42")
                && !error.sqlState().equals("42501")
                && error.field(ErrorFields.POSITION) == null;
    }

    private static final String WHAT_IS_VISIBLE =
            "In psql, \\d lists what is visible to you, and \\d NAME its columns.";

    /**
     * Whether a notice may pass: those about the client's own transaction commands. All others are
     * dropped, as a function can put any value into one.
     */
    public static boolean noticePasses(ErrorFields notice) {
        return notice.sqlState().startsWith("25");
    }

    /** A notice that {@link #noticePasses passes}, without the fields that could carry more. */
    public static ErrorFields notice(ErrorFields notice) {
        return ErrorFields.of(
                "WARNING",
                notice.sqlState(),
                notice.fields().getOrDefault(ErrorFields.MESSAGE, ""),
                "");
    }

    private static void copy(
            ErrorFields from, Map<Character, String> to, char field, String otherwise) {
        String value = from.field(field);
        if (value != null) {
            to.put(field, value);
        } else if (!otherwise.isEmpty()) {
            to.put(field, otherwise);
        }
    }

    private static String genericMessage(String state) {
        return MESSAGES.getOrDefault(
                state,
                MESSAGES_BY_CLASS.getOrDefault(
                        state.substring(0, 2), "the store reported an error"));
    }
}
