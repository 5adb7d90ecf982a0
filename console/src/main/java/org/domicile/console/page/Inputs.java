package org.domicile.console.page;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what somebody typed. An empty text is nothing; anything malformed is refused (I2). */
final class Inputs {
    /** Longer ones are no name, table or time. */
    static final int MAX_LENGTH = 200;

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_.-]{0,126}");
    private static final Pattern NUMBER = Pattern.compile("(?:0|[1-9][0-9]{0,15})");
    private static final Pattern DAY = Pattern.compile("20[0-9]{2}-[0-9]{2}-[0-9]{2}");

    private Inputs() {}

    /** The id or type of something, as all our formats spell them. */
    static @Nullable String name(String text) throws BadInputException {
        return checked(text, NAME, "input.name");
    }

    /** A table, {@code schema.name}, of any characters that print. */
    static @Nullable String table(String text) throws BadInputException {
        boolean isGood =
                text.length() <= MAX_LENGTH && text.codePoints().noneMatch(Character::isISOControl);
        if (!isGood) {
            throw new BadInputException("input.table");
        }
        return text.isEmpty() ? null : text;
    }

    /** Words of one's own, in lines. */
    static String text(String text, int maxLength) throws BadInputException {
        String stripped = text.replace("\r\n", "\n").strip();
        boolean isGood =
                !stripped.isEmpty()
                        && stripped.length() <= maxLength
                        && stripped.codePoints()
                                .noneMatch(c ->
                                        (Character.isISOControl(c) && c != '\n')
                                                || Character.getType(c) == Character.SURROGATE);
        if (!isGood) {
            throw new BadInputException("input.text");
        }
        return stripped;
    }

    /** A count from 0. */
    static @Nullable Long number(String text) throws BadInputException {
        String number = checked(text, NUMBER, "input.number");
        return number == null ? null : Long.valueOf(number);
    }

    /** The beginning of a day in UTC. */
    static @Nullable Instant day(String text) throws BadInputException {
        String day = checked(text, DAY, "input.day");
        try {
            return day == null
                    ? null
                    : LocalDate.parse(day).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeException e) {
            throw new BadInputException("input.day");
        }
    }

    private static @Nullable String checked(String text, Pattern form, String key)
            throws BadInputException {
        if (text.isEmpty()) {
            return null;
        }
        if (text.length() > MAX_LENGTH || !form.matcher(text).matches()) {
            throw new BadInputException(key);
        }
        return text;
    }
}
