package org.domicile.control.access;

import java.util.ArrayList;
import java.util.List;
import org.domicile.yaml.Problem;
import org.domicile.yaml.YamlException;

/**
 * The policies of a Cedar text, one by one, each with its place in the text. Cedar parses each of
 * them; here only what lies between them is known: comments, texts in quotation marks, and the
 * semicolon at the end of each.
 *
 * <p>It also holds the bounds that keep Cedar's parser, which is native code and recurses, within
 * its stack: 100 nested brackets are enough to take a Java process down.
 */
final class PolicyText {
    static final int MAX_CHARACTERS = 256 << 10;
    static final int MAX_POLICY_CHARACTERS = 16 << 10;
    static final int MAX_POLICIES = 1_000;
    static final int MAX_NESTING = 32;

    private final String file;
    private final String text;
    private final List<Part> parts = new ArrayList<>();
    private int at;

    /** Where the policy being read begins; -1 between policies. */
    private int start = -1;

    private int nesting;

    private PolicyText(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * One policy, without what stands before it.
     *
     * @param offset where it begins in the whole text, in characters
     */
    record Part(int offset, String text) {}

    /**
     * Takes a text apart.
     *
     * @param file its name, for its problems
     * @throws YamlException with its first problem
     */
    static List<Part> parts(String file, String text) {
        PolicyText whole = new PolicyText(file, text);
        whole.read();
        return whole.parts;
    }

    private void read() {
        if (text.length() > MAX_CHARACTERS) {
            throw refused(
                    0,
                    "the file has more than " + MAX_CHARACTERS + " characters",
                    "say with teams what is now said person by person");
        }
        while (at < text.length()) {
            char next = text.charAt(at);
            requireText(next);
            if (next == '/' && at + 1 < text.length() && text.charAt(at + 1) == '/') {
                skipComment();
                continue;
            }
            if (start < 0 && !Character.isWhitespace(next)) {
                start = at;
            }
            switch (next) {
                case '"' -> skipQuoted();
                case '(', '[', '{' -> open();
                case ')', ']', '}' -> nesting = Math.max(0, nesting - 1);
                case ';' -> endPolicy();
                default -> {}
            }
            at++;
        }
        if (start >= 0) {
            throw refused(start, "this policy does not end", "write \";\" at its end");
        }
    }

    private void endPolicy() {
        String policy = text.substring(start, at + 1);
        if (policy.length() > MAX_POLICY_CHARACTERS) {
            throw refused(
                    start,
                    "this policy has more than " + MAX_POLICY_CHARACTERS + " characters",
                    "write several");
        }
        if (parts.size() == MAX_POLICIES) {
            throw refused(
                    start,
                    "the file has more than " + MAX_POLICIES + " policies",
                    "say with teams what is now said person by person");
        }
        parts.add(new Part(start, policy));
        start = -1;
        nesting = 0;
    }

    private void open() {
        nesting++;
        if (nesting > MAX_NESTING) {
            throw refused(
                    at,
                    "brackets are nested more than " + MAX_NESTING + " deep",
                    "write several policies, or one that needs fewer");
        }
    }

    /** Stops at the end of the line, which is Cedar's: a line feed or a carriage return. */
    private void skipComment() {
        while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            requireText(text.charAt(at));
            at++;
        }
    }

    /** Stops at the closing quotation mark. */
    private void skipQuoted() {
        int opened = at;
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            requireText(text.charAt(at));
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++; // what follows ends nothing
                requireText(text.charAt(at));
            }
            at++;
        }
        if (at >= text.length()) {
            throw refused(opened, "this text does not end", "write '\"' at its end");
        }
    }

    /** What no editor writes and what Java and native code would not read alike. */
    private void requireText(char next) {
        boolean isHalf =
                Character.isHighSurrogate(next)
                        ? at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1))
                        : Character.isLowSurrogate(next)
                                && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
        if (isHalf || (Character.isISOControl(next) && "\t\n\r".indexOf(next) < 0)) {
            throw refused(
                    at,
                    "this character has no place in a policy: U+%04X".formatted((int) next),
                    "remove it");
        }
    }

    private YamlException refused(int offset, String what, String instead) {
        return new YamlException(List.of(problem(file, text, offset, what, instead)));
    }

    /** A problem at a place of a text, which counts from 0. */
    static Problem problem(String file, String text, int offset, String what, String instead) {
        int lineStart = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
        if (offset == 0) {
            lineStart = 0;
        }
        int line = 1 + (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
        int column = 1 + text.codePointCount(lineStart, Math.min(text.length(), offset));
        return new Problem(file, line, column, what, instead);
    }
}
