package org.domicile.ledger.serve;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a client asks for beside a file's name: RFC 9110 sections 13 (conditions) and 14 (a range).
 *
 * @param etag of the file as it is now, a strong one
 * @param modified when the file was last written
 */
record Conditions(String etag, Instant modified) {
    private static final DateTimeFormatter HTTP_DATE =
            DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.US)
                    .withZone(ZoneOffset.UTC);

    private static final Pattern ONE_RANGE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /** Header fields of a request, as many values as were sent. */
    interface Fields {
        List<String> values(String name);
    }

    /** What the conditions make of a request. */
    enum Verdict {
        SEND,
        NOT_MODIFIED,
        PRECONDITION_FAILED
    }

    /**
     * Bytes of a file.
     *
     * @param end exclusive
     */
    record ByteRange(long start, long end) {
        /** Whether the file has none of them: 416. */
        boolean isUnsatisfiable() {
            return start >= end;
        }
    }

    Conditions {
        modified = modified.truncatedTo(ChronoUnit.SECONDS);
    }

    String lastModified() {
        return HTTP_DATE.format(modified);
    }

    /** Section 13.2.2, for GET and HEAD. */
    Verdict judge(Fields fields) {
        List<String> ifMatch = fields.values("If-Match");
        if (!ifMatch.isEmpty()) {
            if (!names(ifMatch, false)) {
                return Verdict.PRECONDITION_FAILED;
            }
        } else if (date(fields, "If-Unmodified-Since").filter(modified::isAfter).isPresent()) {
            return Verdict.PRECONDITION_FAILED;
        }
        List<String> ifNoneMatch = fields.values("If-None-Match");
        boolean known =
                ifNoneMatch.isEmpty()
                        ? date(fields, "If-Modified-Since")
                                .filter(date -> !modified.isAfter(date))
                                .isPresent()
                        : names(ifNoneMatch, true);
        return known ? Verdict.NOT_MODIFIED : Verdict.SEND;
    }

    /** Whether a list of entity tags has ours, or is the star. */
    private boolean names(List<String> values, boolean weakly) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .map(tag -> weakly && tag.startsWith("W/") ? tag.substring(2) : tag)
                .anyMatch(tag -> tag.equals(etag) || tag.equals("*"));
    }

    private static Optional<Instant> date(Fields fields, String name) {
        return fields.values(name).stream().findFirst().flatMap(Conditions::parseDate);
    }

    private static Optional<Instant> parseDate(String text) {
        try {
            return Optional.of(Instant.from(HTTP_DATE.parse(text)));
        } catch (DateTimeException e) {
            return Optional.empty(); // as if the field were not there
        }
    }

    /**
     * The one range that a GET asks for; empty where it asks for the whole. Several ranges and
     * other units are answered with the whole, as section 14.2 lets a server do.
     */
    Optional<ByteRange> range(Fields fields, long length) {
        List<String> ranges = fields.values("Range");
        Matcher range = ONE_RANGE.matcher(ranges.isEmpty() ? "" : ranges.getFirst());
        if (ranges.size() != 1 || !range.matches() || !isStillTheSame(fields)) {
            return Optional.empty();
        }
        String first = range.group(1);
        String last = range.group(2);
        if (first.isEmpty()) {
            return last.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            new ByteRange(Math.max(0, length - Long.parseLong(last)), length));
        }
        long start = Long.parseLong(first);
        long end = last.isEmpty() ? length : Long.parseLong(last) + 1;
        return !last.isEmpty() && end <= start
                ? Optional.empty()
                : Optional.of(new ByteRange(start, Math.min(length, end)));
    }

    /** {@code If-Range}, section 13.1.5. */
    private boolean isStillTheSame(Fields fields) {
        return fields.values("If-Range").stream()
                .allMatch(value -> value.equals(etag) || value.equals(lastModified()));
    }
}
