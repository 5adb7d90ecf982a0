package org.domicile.control.organisation;

import java.util.List;

/**
 * What is known of one person, job or entity: whether it is covered, and why.
 *
 * @param title its name and id, as people know it
 * @param reasons each of which suffices; none where it is not covered
 * @param notes what somebody who checks should know besides
 */
public record Finding(String id, String title, List<Reason> reasons, List<String> notes) {
    public Finding {
        reasons = List.copyOf(reasons);
        notes = List.copyOf(notes);
    }

    public boolean isCovered() {
        return !reasons.isEmpty();
    }

    /**
     * One way of being covered.
     *
     * @param rules the rule pack, e.g. {@code us-dsp-2025@1}
     * @param citation the place in the law
     * @param says what is so
     * @param because what that rests on, such as the owners' own reasons
     */
    public record Reason(String rules, String citation, String says, List<Reason> because) {
        public Reason {
            because = List.copyOf(because);
        }
    }

    /** Names nobody, so that it may appear in a log line. */
    @Override
    public String toString() {
        return "Finding[" + reasons.size() + " reasons]";
    }
}
