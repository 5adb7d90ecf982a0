package org.domicile.policy;

import java.util.List;
import java.util.stream.Collectors;

/** A policy that cannot be used: every problem of its file, or one thing missing around it. */
public final class PolicyException extends RuntimeException {
    private final transient List<Problem> problems;

    PolicyException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    PolicyException(String message) {
        super(message);
        this.problems = List.of();
    }

    /** In the file's order; empty where nothing is wrong with the file itself. */
    public List<Problem> problems() {
        return problems;
    }
}
