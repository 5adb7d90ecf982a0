package org.domicile.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** A file that cannot be used: every problem of it, or one thing missing around it. */
public final class YamlException extends RuntimeException {
    private final transient List<Problem> problems;

    public YamlException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    public YamlException(String message) {
        super(message);
        this.problems = List.of();
    }

    /** In the file's order; empty where nothing is wrong with the file itself. */
    public List<Problem> problems() {
        return problems;
    }
}
