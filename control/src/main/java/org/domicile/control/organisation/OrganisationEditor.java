package org.domicile.control.organisation;

import java.util.Comparator;
import java.util.Map;
import java.util.TreeSet;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.YamlException;
import org.domicile.yaml.YamlTree;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Changes single values of an organisation file's text, and leaves every other character of it, the
 * comments too, as it was. What comes out has to be read again before it is used.
 */
public final class OrganisationEditor {
    private final String text;
    private final Members sections;
    private final Problems problems;
    private final TreeSet<Edit> edits = new TreeSet<>();

    /** Replaces what is between two places, counted in code points. */
    private record Edit(int from, int to, int order, String replacement)
            implements Comparable<Edit> {
        @Override
        public int compareTo(Edit other) {
            return Comparator.comparingInt(Edit::from)
                    .thenComparingInt(Edit::order)
                    .compare(this, other);
        }
    }

    /**
     * Begins with a file's text.
     *
     * @throws YamlException when it is not YAML
     */
    public OrganisationEditor(String text) {
        this.text = text;
        this.problems = new Problems(OrganisationFile.NAME);
        Node root = YamlTree.compose(text, "organisation: 1", problems);
        if (root == null) {
            throw new YamlException(problems.list());
        }
        this.sections = Members.read(root, root, "the file", problems);
    }

    /** Whether a person or job is declared. */
    public boolean has(String id) {
        return accessor(id) != null;
    }

    /**
     * Sets a value of a person or job.
     *
     * @param value as YAML has it
     */
    public void set(String id, String key, String value) {
        Members.Member member = accessor(id);
        if (member == null) {
            throw new IllegalArgumentException("nobody has this id");
        }
        Node known = Members.read(member.key(), member.value(), id, problems).value(key);
        if (known == null) {
            insert(member.value(), key + ": " + value);
        } else if (isReplaceable(known)) {
            add(start(known), end(known), value);
        } else {
            throw new YamlException(
                    "\"" + key + "\" of \"" + id + "\" is not in one line; change it by hand");
        }
    }

    /** Declares a person, before those who are there. */
    public void add(String id, Map<String, String> values) {
        StringBuilder flow = new StringBuilder(id).append(": {");
        String between = "";
        for (Map.Entry<String, String> value : values.entrySet()) {
            flow.append(between).append(value.getKey()).append(": ").append(value.getValue());
            between = ", ";
        }
        flow.append('}');
        Node people = sections.value(OrganisationFile.PEOPLE);
        if (people instanceof MappingNode) {
            insert(people, flow.toString());
        } else if (people == null) {
            int length = text.codePointCount(0, text.length());
            add(length, length, edits.isEmpty() ? start() + flow + "\n" : "  " + flow + "\n");
        } else {
            add(start(people), end(people), "\n  " + flow);
        }
    }

    private String start() {
        return (text.endsWith("\n") ? "" : "\n") + "\n" + OrganisationFile.PEOPLE + ":\n  ";
    }

    /** What the text has become. */
    public String result() {
        StringBuilder result = new StringBuilder();
        int at = 0;
        for (Edit edit : edits) {
            int from = text.offsetByCodePoints(0, edit.from());
            result.append(text, at, from).append(edit.replacement());
            at = text.offsetByCodePoints(0, edit.to());
        }
        return result.append(text.substring(at)).toString();
    }

    private Members.@Nullable Member accessor(String id) {
        for (String section : new String[] {OrganisationFile.PEOPLE, OrganisationFile.JOBS}) {
            Node value = sections.value(section);
            if (value != null) {
                for (Members.Member member : Members.read(value, value, section, problems).all()) {
                    if (member.name().equals(id)) {
                        return member;
                    }
                }
            }
        }
        return null;
    }

    /** Puts an entry before the others of a mapping. */
    private void insert(Node mapping, String entry) {
        int at = start(mapping);
        if (mapping instanceof MappingNode flow && flow.getFlowStyle() == FlowStyle.FLOW) {
            add(at + 1, at + 1, entry + (flow.getValue().isEmpty() ? "" : ", "));
        } else if (mapping instanceof MappingNode) {
            int column = mapping.getStartMark().orElseThrow().getColumn();
            add(at, at, entry + "\n" + " ".repeat(column));
        } else {
            add(at, at, "{" + entry + "}");
        }
    }

    private void add(int from, int to, String replacement) {
        edits.add(new Edit(from, to, edits.size(), replacement));
    }

    private static boolean isReplaceable(Node node) {
        return node instanceof ScalarNode scalar
                && start(scalar) < end(scalar)
                && scalar.getStartMark().orElseThrow().getLine()
                        == scalar.getEndMark().orElseThrow().getLine();
    }

    private static int start(Node node) {
        return node.getStartMark().orElseThrow().getIndex();
    }

    private static int end(Node node) {
        return node.getEndMark().orElseThrow().getIndex();
    }
}
