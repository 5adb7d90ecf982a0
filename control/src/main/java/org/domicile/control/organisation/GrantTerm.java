package org.domicile.control.organisation;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How long a grant may last, as people write it: {@code 30m}, {@code 8h}, {@code 2d}. */
public final class GrantTerm {
    /** What lasts longer is no exception and belongs into the policy. */
    public static final Duration MAX = Duration.ofDays(7);

    private static final Pattern TERM = Pattern.compile("([1-9]\\d{0,4})([mhd])");

    private GrantTerm() {}

    /** Reads one; nothing where it is none, or longer than {@link #MAX}. */
    public static Optional<Duration> parse(String text) {
        Matcher term = TERM.matcher(text);
        if (!term.matches()) {
            return Optional.empty();
        }
        long count = Long.parseLong(term.group(1));
        Duration duration =
                switch (term.group(2)) {
                    case "m" -> Duration.ofMinutes(count);
                    case "h" -> Duration.ofHours(count);
                    default -> Duration.ofDays(count);
                };
        return Optional.of(duration).filter(d -> d.compareTo(MAX) <= 0);
    }

    /** What {@link #parse} reads back, of whole minutes. */
    public static String spelling(Duration duration) {
        long minutes = duration.toMinutes();
        if (minutes % (24 * 60) == 0) {
            return minutes / (24 * 60) + "d";
        }
        return minutes % 60 == 0 ? minutes / 60 + "h" : minutes + "m";
    }
}
