package org.domicile.yaml;

import java.util.Comparator;

/**
 * One mistake in a file: where it is, what is wrong, and what to write instead.
 *
 * @param line counts from 1
 * @param column counts characters from 1
 */
public record Problem(String file, int line, int column, String what, String instead)
        implements Comparable<Problem> {
    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparing(Problem::file)
                    .thenComparingInt(Problem::line)
                    .thenComparingInt(Problem::column)
                    .thenComparing(Problem::what)
                    .thenComparing(Problem::instead);

    @Override
    public int compareTo(Problem other) {
        return BY_PLACE.compare(this, other);
    }

    /** One line, as compilers print them: {@code file:line:column: what; instead}. */
    @Override
    public String toString() {
        return file + ":" + line + ":" + column + ": " + what + "; " + instead;
    }
}
