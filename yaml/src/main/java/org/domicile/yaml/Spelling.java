package org.domicile.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Guesses what a misspelt word was meant to be. */
public final class Spelling {
    /** A list of candidates in a message ends after so many. */
    private static final int MAX_LISTED = 12;

    private static final int MAX_EQUALLY_NEAR = 3;

    private Spelling() {}

    /** What to write instead of {@code text}: the likeliest candidates, or {@code otherwise}. */
    public static String instead(String text, Collection<String> candidates, String otherwise) {
        List<String> nearest = nearest(text, candidates);
        return nearest.isEmpty()
                ? otherwise
                : nearest.stream()
                        .map(Problems::quote)
                        .limit(MAX_EQUALLY_NEAR)
                        .collect(Collectors.joining(" or ", "write ", ""));
    }

    /** The candidates the fewest slips away, unless that many slips make another word of it. */
    private static List<String> nearest(String text, Collection<String> candidates) {
        String lower = text.toLowerCase(Locale.ROOT);
        int fewest = Math.max(1, text.length() / 3);
        List<String> nearest = new ArrayList<>();
        for (String candidate : candidates) {
            if (Math.abs(candidate.length() - text.length()) > fewest) {
                continue;
            }
            int slips = slips(lower, candidate.toLowerCase(Locale.ROOT));
            if (slips < fewest) {
                nearest.clear();
                fewest = slips;
            }
            if (slips == fewest) {
                nearest.add(candidate);
            }
        }
        return nearest;
    }

    public static String list(Collection<String> candidates) {
        String listed = candidates.stream().limit(MAX_LISTED).collect(Collectors.joining(", "));
        return candidates.size() <= MAX_LISTED ? listed : listed + ", …";
    }

    /**
     * How many letters were left out, put in, changed or swapped with their neighbour (the
     * optimal-string-alignment distance).
     */
    static int slips(String a, String b) {
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(last[j - 1] + changed, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1
                        && j > 1
                        && a.charAt(i - 1) == b.charAt(j - 2)
                        && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            before = last;
            last = row;
        }
        return last[b.length()];
    }
}
