package org.domicile.policy.store;

import java.util.List;

/**
 * One thing an apply would do to a store.
 *
 * @param what for a person: {@code view users of audience support}
 * @param details what is different in it, each a line that begins with {@code +}, {@code ~} or
 *     {@code -}
 */
public record Change(Kind kind, String what, List<String> details) {
    /** Whether something comes, changes or goes. */
    public enum Kind {
        ADD("+"),
        CHANGE("~"),
        REMOVE("-");

        private final String sign;

        Kind(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    public Change {
        details = List.copyOf(details);
    }

    static Change add(String what, String... details) {
        return new Change(Kind.ADD, what, List.of(details));
    }

    static Change change(String what, String... details) {
        return new Change(Kind.CHANGE, what, List.of(details));
    }

    static Change remove(String what) {
        return new Change(Kind.REMOVE, what, List.of());
    }

    /** As {@code plan} prints it: the sign, what, and its details indented below. */
    public List<String> lines() {
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(kind.sign() + " " + what),
                        details.stream().map(detail -> "    " + detail))
                .toList();
    }
}
