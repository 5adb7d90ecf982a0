package org.domicile.testkit.shortvideo;

import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.ToIntFunction;

/** A stream of random choices that follows from a seed, a topic and an id alone. */
final class Draw {
    private static final String LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ";

    private final SplittableRandom random;

    Draw(long seed, Topic topic, long id) {
        random = new SplittableRandom(mix(mix(seed, topic.name().hashCode()), id));
    }

    /** What is being decided; each topic has its own stream, so that they do not disturb others. */
    enum Topic {
        COUNTRY,
        SUBJECT,
        PERSON,
        DEVICES,
        LOGINS,
        LOCATIONS,
        FOLLOWS,
        VIDEO,
        AUTHOR,
        TITLE,
        IMPRESSIONS,
        LIKES,
        COMMENTS,
        MESSAGES,
        GIFTS,
        ORDERS,
        CAMPAIGNS,
        AD_IMPRESSIONS,
        ORDER_OF_ROWS,
        NAMES
    }

    /** SplitMix64's finaliser: nearby ids give unrelated streams. */
    private static long mix(long seed, long value) {
        long z = seed + value * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    long below(long bound) {
        return random.nextLong(bound);
    }

    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    double gaussian() {
        return random.nextGaussian();
    }

    /** How often something happened: 0 most likely, with a given mean and no more than a limit. */
    int count(double mean, int limit) {
        double u = 1 - random.nextDouble();
        return (int) Math.min(limit, Math.log(u) / Math.log(mean / (1 + mean)));
    }

    /** An index below a bound; low ones are far more popular. */
    int popular(int bound) {
        double u = random.nextDouble();
        return (int) (bound * u * u * u);
    }

    <T> T from(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    <T> T weighted(List<T> values, ToIntFunction<T> weight) {
        int rest = random.nextInt(values.stream().mapToInt(weight).sum());
        for (T value : values) {
            rest -= weight.applyAsInt(value);
            if (rest < 0) {
                return value;
            }
        }
        throw new IllegalStateException("the weights changed while they were read");
    }

    /** Puts a digit for each {@code #} and a letter for each {@code ?}. */
    String fill(String template) {
        StringBuilder filled = new StringBuilder(template);
        for (int i = 0; i < filled.length(); i++) {
            if (filled.charAt(i) == '#') {
                filled.setCharAt(i, (char) ('0' + random.nextInt(10)));
            } else if (filled.charAt(i) == '?') {
                filled.setCharAt(i, LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
        }
        return filled.toString();
    }

    byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    UUID uuid() {
        long high = (random.nextLong() & ~0xF000L) | 0x4000L;
        long low = (random.nextLong() & ~(0xC0L << 56)) | (0x80L << 56);
        return new UUID(high, low);
    }

    long seed() {
        return random.nextLong();
    }
}
