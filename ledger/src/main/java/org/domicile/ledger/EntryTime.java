package org.domicile.ledger;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
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
        try {
            long micros = micros(LocalDateTime.parse(text, FORMAT).toInstant(ZoneOffset.UTC));
            if (micros < MIN) {
                throw new EntryFormatException("has a time before 1970");
            }
            return micros;
        } catch (DateTimeException e) {
            throw new EntryFormatException("has a time that is not in the one spelling");
        }
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
