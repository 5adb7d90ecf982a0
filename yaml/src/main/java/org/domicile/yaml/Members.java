package org.domicile.yaml;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** The members of one YAML mapping, by key, in the file's order. */
public final class Members {
    /** A key and its value, each knowing its place. */
    public record Member(String name, Node key, Node value) {}

    private final Node at;
    private final String what;
    private final Problems problems;
    private final Map<String, Member> members = new LinkedHashMap<>();

    private Members(Node at, String what, Problems problems) {
        this.at = at;
        this.what = what;
        this.problems = problems;
    }

    /**
     * Reads a mapping; nothing at all, as where every line of it is a comment, is an empty one.
     *
     * @param at where to say that something is missing
     * @param what the mapping in words, such as {@code audience "x"}
     */
    public static Members read(Node at, Node value, String what, Problems problems) {
        Members result = new Members(at, what, problems);
        if (value instanceof MappingNode mapping && mapping.getTag().equals(Tag.MAP)) {
            mapping.getValue().forEach(result::add);
        } else if (!isNothing(value)) {
            problems.add(value, what + " must have keys", "write \"key: value\" lines");
        }
        return result;
    }

    /** Reads a mapping of which only {@code known} keys make sense. */
    public static Members read(
            Node at, Node value, String what, Collection<String> known, Problems problems) {
        Members result = read(at, value, what, problems);
        for (Member member : result.all()) {
            if (!known.contains(member.name())) {
                problems.add(
                        member.key(),
                        "unknown key " + Problems.quote(member.name()) + " in " + what,
                        member.name().equals("<<")
                                ? "write the keys out, or \"like\" in an audience"
                                : Problems.instead(member.name(), known));
            }
        }
        return result;
    }

    /** The members of a mapping that is not there. */
    public static Members none(Problems problems) {
        Node nowhere = new ScalarNode(Tag.NULL, "", ScalarStyle.PLAIN);
        return new Members(nowhere, "", problems);
    }

    public static boolean isNothing(Node value) {
        return value instanceof ScalarNode && value.getTag().equals(Tag.NULL);
    }

    private void add(NodeTuple tuple) {
        if (!(tuple.getKeyNode() instanceof ScalarNode key) || isNothing(key)) {
            problems.add(tuple.getKeyNode(), "a key of " + what + " is not a word", "write one");
            return;
        }
        Member earlier =
                members.putIfAbsent(
                        key.getValue(), new Member(key.getValue(), key, tuple.getValueNode()));
        if (earlier != null) {
            problems.add(
                    key,
                    "key " + Problems.quote(key.getValue()) + " appears twice in " + what,
                    "remove it here or in line "
                            + (earlier.key().getStartMark().orElseThrow().getLine() + 1));
        }
    }

    public Collection<Member> all() {
        return Collections.unmodifiableCollection(members.values());
    }

    public Set<String> names() {
        return Collections.unmodifiableSet(members.keySet());
    }

    public @Nullable Node value(String key) {
        Member member = members.get(key);
        return member == null ? null : member.value();
    }

    /** The value of a key that has to be there. */
    public @Nullable Node require(String key, String example) {
        Node value = value(key);
        if (value == null) {
            problems.add(
                    at, what + " has no \"" + key + "\"", "add \"" + key + ": " + example + "\"");
        }
        return value;
    }
}
