package org.domicile.policy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.domicile.yaml.Problems;
import org.domicile.yaml.Spelling;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Fideslang's data categories, the vocabulary that says what a column is. A dotted name's parent is
 * what it begins with: {@code user.contact} is an ancestor of {@code user.contact.email}.
 */
public final class DataCategories {
    private static final String RESOURCE = "data-categories.txt";

    private static final Set<String> NAMES = new TreeSet<>();
    private static final Map<String, String> REPLACED = new TreeMap<>();

    static {
        try (BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(
                                Objects.requireNonNull(
                                        DataCategories.class.getResourceAsStream(RESOURCE)),
                                StandardCharsets.UTF_8))) {
            lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .forEach(line -> {
                        int arrow = line.indexOf(" -> ");
                        if (arrow < 0) {
                            NAMES.add(line);
                        } else {
                            REPLACED.put(line.substring(0, arrow), line.substring(arrow + 4));
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the resource " + RESOURCE, e);
        }
    }

    private DataCategories() {}

    /** Every name in use, sorted. */
    public static Set<String> names() {
        return Collections.unmodifiableSet(NAMES);
    }

    /** What the category is a kind of. */
    public static Optional<String> parent(String category) {
        int dot = category.lastIndexOf('.');
        return dot < 0 ? Optional.empty() : Optional.of(category.substring(0, dot));
    }

    /** Whether a column of it is about a person, as all of {@code user} is. */
    public static boolean isPersonal(String category) {
        return category.equals("user") || category.startsWith("user.");
    }

    /** The rule of a category itself or, failing that, of its nearest ancestor that has one. */
    static <R> Optional<R> nearest(Map<String, R> rules, String category) {
        Optional<String> at = Optional.of(category);
        while (at.isPresent()) {
            R rule = rules.get(at.get());
            if (rule != null) {
                return Optional.of(rule);
            }
            at = parent(at.get());
        }
        return Optional.empty();
    }

    static void addUnknown(Problems problems, Node node, String text) {
        problems.add(node, "unknown data category " + Problems.quote(text), instead(text));
    }

    /** What to write instead of a name that is none. */
    private static String instead(String unknown) {
        String replacement = REPLACED.get(unknown);
        if (replacement != null) {
            return "fideslang 3.2.0 renamed it: write " + Problems.quote(replacement);
        }
        String lastWord = unknown.substring(unknown.lastIndexOf('.') + 1);
        return NAMES.stream()
                .filter(name -> name.endsWith("." + lastWord))
                .findFirst()
                .map(name -> "write " + Problems.quote(name))
                .orElseGet(() ->
                        Spelling.instead(
                                unknown,
                                NAMES,
                                knownAncestor(unknown)
                                        .map(name -> "write " + Problems.quote(name))
                                        .orElse(
                                                "write one of fideslang's, for example"
                                                        + " \"user.contact.email\", or"
                                                        + " \"system.operations\" for what is"
                                                        + " about nobody")));
    }

    private static Optional<String> knownAncestor(String unknown) {
        Optional<String> ancestor = parent(unknown);
        while (ancestor.isPresent() && !NAMES.contains(ancestor.get())) {
            ancestor = parent(ancestor.get());
        }
        return ancestor;
    }
}
