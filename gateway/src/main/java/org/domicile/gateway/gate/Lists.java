package org.domicile.gateway.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The checked-in lists of what may pass; each file says in its head how it is read. */
final class Lists {
    /** Whether a name passes, and the word for why or why not. */
    record Entry(boolean allowed, String reason) {}

    /**
     * A relation of PostgreSQL's own.
     *
     * @param columns what may be named
     * @param constants those of them that are not read: a constant is told in their stead
     */
    record Relation(
            boolean allowed, Set<String> columns, Set<String> constants, Set<String> hidden) {}

    /** A setting; {@code values} is null where it may only be shown. */
    record Setting(Optional<Pattern> values) {}

    static final Map<String, Entry> FUNCTIONS = classes("functions.txt");
    static final Map<String, Entry> TYPES = classes("types.txt");
    static final Set<String> KEYWORDS = classes("keywords.txt").keySet();

    /** By {@code schema.name}. */
    static final Map<String, Relation> RELATIONS = relations();

    static final Map<String, Setting> SETTINGS = settings();

    /** By node, then field: what is in the field. */
    static final Map<String, Map<String, String>> NODES = nodes();

    private Lists() {}

    static boolean isAggregate(String function) {
        Entry entry = FUNCTIONS.get(function);
        return entry != null && entry.reason().equals("aggregate");
    }

    private static Map<String, Entry> classes(String file) {
        Map<String, Entry> entries = new HashMap<>();
        Entry entry = new Entry(false, "");
        for (String line : lines(file)) {
            if (line.startsWith("[")) {
                String[] head = line.substring(1, line.indexOf(']')).split(" ");
                entry = new Entry(head[0].equals("allow"), head[1]);
            } else {
                for (String name : line.split(" ")) {
                    entries.put(name, entry);
                }
            }
        }
        return Map.copyOf(entries);
    }

    private static Map<String, Relation> relations() {
        Map<String, Relation> relations = new HashMap<>();
        Set<String> columns = new HashSet<>();
        Set<String> constants = new HashSet<>();
        Set<String> hidden = new HashSet<>();
        for (String line : lines("catalogue.txt")) {
            String[] words = line.strip().split(" +");
            if (line.startsWith("allow ")) {
                columns = new HashSet<>();
                constants = new HashSet<>();
                hidden = new HashSet<>();
                relations.put(words[1], new Relation(true, columns, constants, hidden));
            } else if (line.startsWith("refuse ")) {
                relations.put(words[1], new Relation(false, Set.of(), Set.of(), Set.of()));
            } else {
                for (String word : words) {
                    if (word.startsWith("-")) {
                        hidden.add(word.substring(1));
                    } else if (word.startsWith("=")) {
                        constants.add(word.substring(1));
                        columns.add(word.substring(1));
                    } else {
                        columns.add(word);
                    }
                }
            }
        }
        return Map.copyOf(relations);
    }

    private static Map<String, Setting> settings() {
        Map<String, Setting> settings = new HashMap<>();
        for (String line : lines("settings.txt")) {
            String[] parts = line.split(" {2,}");
            settings.put(
                    parts[0],
                    new Setting(
                            parts[1].equals("-")
                                    ? Optional.empty()
                                    : Optional.of(Pattern.compile(parts[1]))));
        }
        return Map.copyOf(settings);
    }

    private static Map<String, Map<String, String>> nodes() {
        Map<String, Map<String, String>> nodes = new HashMap<>();
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : lines("nodes.txt")) {
            List<String> words = List.of(line.strip().split(" +"));
            if (!line.startsWith(" ")) {
                fields = new LinkedHashMap<>();
                nodes.put(words.get(0), fields);
                words = words.subList(1, words.size());
            }
            for (String word : words) {
                int colon = word.indexOf(':');
                fields.put(word.substring(0, colon), word.substring(colon + 1));
            }
        }
        return Map.copyOf(nodes);
    }

    static List<String> lines(String file) {
        try (InputStream in = Lists.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException("the list " + file + " is missing");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the list " + file, e);
        }
    }
}
