package org.domicile.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.domicile.plan.Names;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads single values and lists of words; what is not as it should be becomes a problem. */
public final class Values {
    private static final Set<String> COUNTRIES = Set.of(Locale.getISOCountries());

    /** The second is what the library takes {@code ${NAME}} for; here it is a text like others. */
    private static final Set<Tag> TEXTS = Set.of(Tag.STR, Tag.ENV_TAG);

    private final Problems problems;

    public Values(Problems problems) {
        this.problems = problems;
    }

    /** A text of at least one letter; null, and a problem, for anything else. */
    public @Nullable String text(@Nullable Node node, String what) {
        if (node == null) {
            return null; // already said to be missing
        }
        if (Members.isNothing(node)) {
            problems.add(node, what + " is empty", "write it after the colon");
        } else if (!(node instanceof ScalarNode scalar)) {
            problems.add(node, what + " must be a single text", "write one, not a list or keys");
        } else if (!TEXTS.contains(scalar.getTag())) {
            problems.add(node, what + " must be a text", "put it in quotes");
        } else if (scalar.getValue().isBlank()) {
            problems.add(node, what + " is empty", "write it between the quotes");
        } else {
            return scalar.getValue();
        }
        return null;
    }

    /** A whole number from 0 to {@code max}; null, and a problem, for anything else. */
    public @Nullable Integer number(@Nullable Node node, String what, int max) {
        if (node == null) {
            return null; // already said to be missing
        }
        if (node instanceof ScalarNode scalar
                && scalar.getTag().equals(Tag.INT)
                && scalar.getValue().matches("\\d{1,9}")
                && Integer.parseInt(scalar.getValue()) <= max) {
            return Integer.valueOf(scalar.getValue());
        }
        problems.add(node, what + " must be a whole number", "write one from 0 to " + max);
        return null;
    }

    /** True or false; false, and a problem, for anything else. */
    public boolean flag(Node node, String what) {
        if (node instanceof ScalarNode scalar && scalar.getTag().equals(Tag.BOOL)) {
            return scalar.getValue().equalsIgnoreCase("true");
        }
        problems.add(node, what + " must be true or false", "write true or false");
        return false;
    }

    /** Whether a text is a country's code of ISO 3166-1. */
    public static boolean isCountry(String text) {
        return COUNTRIES.contains(text);
    }

    /** The elements of a list, which may be empty. */
    public List<Node> list(@Nullable Node node, String what) {
        if (node == null) {
            return List.of(); // already said to be missing
        }
        if (!(node instanceof SequenceNode sequence)) {
            problems.add(node, what + " must be a list", "write [one, another]");
            return List.of();
        }
        return sequence.getValue();
    }

    /** A list of texts, which may be empty; what is none is a problem and left out. */
    public List<String> texts(@Nullable Node node, String what) {
        List<String> texts = new ArrayList<>();
        for (Node element : list(node, what)) {
            String text = text(element, what);
            if (text != null) {
                texts.add(text);
            }
        }
        return texts;
    }

    /** Checks a declared name; an unusable one is a problem, but is still known by that name. */
    public void name(Members.Member member, String what, int maxLength) {
        if (Names.isName(member.name(), maxLength)) {
            return;
        }
        String repaired = member.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "_");
        problems.add(
                member.key(),
                what + " has a name that cannot be used",
                Names.isName(repaired, maxLength)
                        ? "write " + Problems.quote(repaired)
                        : "write lower-case letters, digits and _, a letter first, at most "
                                + maxLength
                                + " characters");
    }

    /** A name that is declared elsewhere in the file. */
    public @Nullable String reference(
            @Nullable Node node, String what, String section, Collection<String> declared) {
        if (node instanceof ScalarNode scalar
                && TEXTS.contains(scalar.getTag())
                && declared.contains(scalar.getValue())) {
            return scalar.getValue();
        }
        String text = text(node, what);
        if (text == null || node == null) {
            return null;
        }
        problems.add(
                node,
                what + " " + Problems.quote(text) + " is not declared under \"" + section + "\"",
                Spelling.instead(
                        text,
                        declared,
                        declared.isEmpty()
                                ? "declare it there"
                                : "declare it there, or write one of: " + Spelling.list(declared)));
        return null;
    }

    /** The same for a list of at least one; each name with its place, only the declared ones. */
    public @Nullable Map<String, Node> references(
            @Nullable Node node, String what, String section, Collection<String> declared) {
        Map<String, Node> names = new LinkedHashMap<>();
        List<Node> elements = elements(node, what, section);
        if (node == null || elements == null) {
            return null;
        }
        for (Node element : elements) {
            String name = reference(element, what, section, declared);
            if (name != null && names.put(name, element) != null) {
                problems.add(
                        element,
                        what + " " + Problems.quote(name) + " is in the list twice",
                        "remove it here");
            }
        }
        return names;
    }

    /** The elements of a list of at least one. */
    private @Nullable List<Node> elements(@Nullable Node node, String what, String section) {
        if (node == null) {
            return null; // already said to be missing
        }
        if (!(node instanceof SequenceNode sequence)) {
            problems.add(
                    node,
                    "\"" + section + "\" must be a list here",
                    node instanceof ScalarNode scalar && !scalar.getValue().isEmpty()
                            ? "write [" + Problems.unquoted(scalar.getValue()) + "]"
                            : "write [one, another]");
            return null;
        }
        if (sequence.getValue().isEmpty()) {
            problems.add(
                    node, "the list of \"" + section + "\" is empty", "name at least one " + what);
            return null;
        }
        return sequence.getValue();
    }

    /** A country's two capital letters, ISO 3166-1. */
    public @Nullable String country(@Nullable Node node, String what) {
        String text = text(node, what);
        if (text == null || node == null || COUNTRIES.contains(text)) {
            return text;
        }
        String upper = text.toUpperCase(Locale.ROOT);
        problems.add(
                node,
                what + " " + Problems.quote(text) + " is not a country code of ISO 3166-1",
                upper.equals("UK")
                        ? "write \"GB\""
                        : COUNTRIES.contains(upper)
                                ? "write " + Problems.quote(upper)
                                : "write two capital letters, such as \"US\"");
        return null;
    }
}
