package org.domicile.yaml;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** The problems of one file found so far. */
public final class Problems {
    /** The first so many are kept: who has more mends these first. */
    public static final int MAX_PROBLEMS = 1_000;

    /** Longer texts of the file are cut where a message repeats them. */
    private static final int MAX_QUOTED = 80;

    private final String file;
    private final TreeSet<Problem> found = new TreeSet<>();

    public Problems(String file) {
        this.file = file;
    }

    public void add(Node at, String what, String instead) {
        add(at.getStartMark(), what, instead);
    }

    public void add(Optional<Mark> at, String what, String instead) {
        add(at.map(Mark::getLine).orElse(0), at.map(Mark::getColumn).orElse(0), what, instead);
    }

    /** Line and column count from 0 here, as YAML readers count. */
    public void add(int line, int column, String what, String instead) {
        found.add(new Problem(file, line + 1, column + 1, what, instead));
        if (found.size() > MAX_PROBLEMS) {
            found.pollLast();
        }
    }

    public int count() {
        return found.size();
    }

    public List<Problem> list() {
        return List.copyOf(found);
    }

    /** A text of the file as a message may repeat it: on one line, of bounded length. */
    public static String unquoted(String text) {
        String cut = text.length() <= MAX_QUOTED ? text : text.substring(0, MAX_QUOTED) + "…";
        String printable =
                cut.codePoints()
                        .mapToObj(c ->
                                Character.isISOControl(c)
                                                || Character.getType(c) == Character.FORMAT
                                        ? String.format("\\u%04x", c)
                                        : Character.toString(c))
                        .collect(Collectors.joining());
        return printable;
    }

    /** The same between quotation marks. */
    public static String quote(String text) {
        return '"' + unquoted(text) + '"';
    }

    /** What to write instead of {@code text}: the likeliest candidate, or one of all. */
    public static String instead(String text, Collection<String> candidates) {
        return Spelling.instead(
                text,
                candidates,
                candidates.isEmpty() ? "remove it" : "write one of: " + Spelling.list(candidates));
    }
}
