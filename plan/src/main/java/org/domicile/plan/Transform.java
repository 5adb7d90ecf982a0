package org.domicile.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What happens to a column's values on their way out. Its {@link #text()} is the one spelling used
 * in {@code domicile.yaml}, plans and ledger entries. A hidden column has no transform: it is not
 * in the plan's view at all.
 */
public sealed interface Transform {

    /** The canonical spelling, for example {@code "generalise month"}. */
    String text();

    /** The value as it is. */
    record Show() implements Transform {
        @Override
        public String text() {
            return "show";
        }
    }

    /** The column is there, every value is NULL. */
    record Redact() implements Transform {
        @Override
        public String text() {
            return "redact";
        }
    }

    /**
     * Keyed HMAC-SHA-256 as text; the key belongs to one jurisdiction, counterparty and purpose, so
     * two recipients cannot join what they were given.
     */
    record Pseudonym() implements Transform {
        @Override
        public String text() {
            return "pseudonym";
        }
    }

    /** An IP address's network: IPv4 /24, IPv6 /48. */
    record Truncate() implements Transform {
        @Override
        public String text() {
            return "truncate";
        }
    }

    /** A date or timestamp to the first day of its month or year, in UTC. */
    record Generalise(Unit unit) implements Transform {
        /** How coarse. */
        public enum Unit {
            MONTH("month"),
            YEAR("year");

            private final String word;

            Unit(String word) {
                this.word = word;
            }
        }

        @Override
        public String text() {
            return "generalise " + unit.word;
        }
    }

    /** A number to the lower bound of its bucket, {@code width} wide. */
    record Bucket(long width) implements Transform {
        /** The widest that {@link Transform#parse} reads. */
        public static final long MAX_WIDTH = 999_999_999_999_999L;

        public Bucket {
            requirePositive("bucket", width);
            if (width > MAX_WIDTH) {
                throw new PlanFormatException("bucket takes at most " + MAX_WIDTH);
            }
        }

        @Override
        public String text() {
            return "bucket " + width;
        }
    }

    /** A latitude or longitude in degrees to a grid about {@code kilometres} wide. */
    record Coarsen(long kilometres) implements Transform {
        /** Half the earth's girth: a wider grid has no second cell. */
        public static final long MAX_KILOMETRES = 20_000;

        public Coarsen {
            requirePositive("coarsen", kilometres);
            if (kilometres > MAX_KILOMETRES) {
                throw new PlanFormatException("coarsen takes at most " + MAX_KILOMETRES + " km");
            }
        }

        @Override
        public String text() {
            return "coarsen " + kilometres + " km";
        }
    }

    /** An e-mail address's domain, as {@code *@domain}. */
    record Partial() implements Transform {
        @Override
        public String text() {
            return "partial";
        }
    }

    /** Every spelling, for messages that say what to write. */
    String SPELLINGS =
            "show, redact, pseudonym, truncate, generalise month, generalise year, bucket N,"
                    + " coarsen N km, partial";

    /**
     * Reads {@link #text()} back.
     *
     * @throws PlanFormatException on any other spelling; the message lists the known ones
     */
    static Transform parse(String text) {
        return switch (text) {
            case "show" -> new Show();
            case "redact" -> new Redact();
            case "pseudonym" -> new Pseudonym();
            case "truncate" -> new Truncate();
            case "generalise month" -> new Generalise(Generalise.Unit.MONTH);
            case "generalise year" -> new Generalise(Generalise.Unit.YEAR);
            case "partial" -> new Partial();
            default -> parseMeasured(text);
        };
    }

    private static Transform parseMeasured(String text) {
        Matcher measured = MEASURED.matcher(text);
        if (!measured.matches()) {
            throw new PlanFormatException(
                    "unknown transform \"" + text + "\"; write one of: " + SPELLINGS);
        }
        return measured.group(1) != null
                ? new Bucket(Long.parseLong(measured.group(1)))
                : new Coarsen(Long.parseLong(measured.group(2)));
    }

    /**
     * Up to 15 digits without a leading zero, so that parsing cannot overflow and is one-to-one.
     */
    Pattern MEASURED = Pattern.compile("bucket ([1-9][0-9]{0,14})|coarsen ([1-9][0-9]{0,14}) km");

    private static void requirePositive(String what, long number) {
        if (number < 1) {
            throw new PlanFormatException(what + " takes a whole number of at least 1");
        }
    }
}
