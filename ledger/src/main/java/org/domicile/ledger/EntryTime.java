package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Microseconds since 1970 and their one spelling in an entry, {@code 2026-11-22T08:14:00.123456Z}.
 */
final class EntryTime {
    /** Before this no entry was made; it also keeps the year at four digits. */
    static final long MIN = 0;

    static final long MAX = micros(Instant.parse("9999-12-31T23:59:59.999999Z"));

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
                    .withResolverStyle(ResolverStyle.STRICT);

    /** Digits where it has a zero, these characters elsewhere. */
    private static final String SPELLING = "0000-00-00T00:00:00.000000Z";

    private static final String UNSTAMPED = "1970-01-01T00:00:00.000000Z";
    private static final byte[] MEMBER_BEFORE = "\"time\":\"".getBytes(StandardCharsets.US_ASCII);

    private EntryTime() {}

    static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    static String text(long micros) {
        if (micros == 0) {
            return UNSTAMPED; // of every entry, until its turn comes
        }
        if (micros < MIN || micros > MAX) {
            throw new IllegalArgumentException("time must be within the years 1970 to 9999");
        }
        return FORMAT.format(instant(micros).atOffset(ZoneOffset.UTC));
    }

    static long parse(String text) {
        if (text.length() != SPELLING.length()) {
            throw notInTheOneSpelling();
        }
        for (int i = 0; i < SPELLING.length(); i++) {
            char c = text.charAt(i);
            char expected = SPELLING.charAt(i);
            if (expected == '0' ? c < '0' || c > '9' : c != expected) {
                throw notInTheOneSpelling();
            }
        }
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (hour > 23 || minute > 59 || second > 59) {
            throw notInTheOneSpelling();
        }
        long day;
        try {
            day =
                    LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10))
                            .toEpochDay();
        } catch (DateTimeException e) {
            throw notInTheOneSpelling();
        }
        if (day < 0) {
            throw new EntryFormatException("has a time before 1970");
        }
        long seconds = ((day * 24 + hour) * 60 + minute) * 60 + second;
        return seconds * 1_000_000 + number(text, 20, 26);
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = 10 * number + (text.charAt(i) - '0');
        }
        return number;
    }

    private static EntryFormatException notInTheOneSpelling() {
        return new EntryFormatException("has a time that is not in the one spelling");
    }

    /**
     * Where in a leaf its time stands, so that the writer can set it when the entry's turn comes.
     * After the time come only members whose values have no quotation mark to confuse it with.
     */
    static int offsetIn(byte[] leaf) {
        for (int at = leaf.length - MEMBER_BEFORE.length; at >= 0; at--) {
            int i = 0;
            while (i < MEMBER_BEFORE.length && leaf[at + i] == MEMBER_BEFORE[i]) {
                i++;
            }
            if (i == MEMBER_BEFORE.length) {
                return at + MEMBER_BEFORE.length;
            }
        }
        throw new IllegalArgumentException("the leaf has no time");
    }
}
