package org.domicile.control.organisation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.control.rules.RulePacks;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.Names;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.Values;
import org.domicile.yaml.YamlException;
import org.domicile.yaml.YamlFile;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The reader of {@code organisation.yaml}: it answers with a checked {@link Organisation}, or with
 * all that is wrong, each problem with its place. {@code docs/organisation.md} describes the file.
 */
public final class OrganisationFile {
    /** What the file is called; it lies beside {@code domicile.yaml}. */
    public static final String NAME = "organisation.yaml";

    static final String FORM = "organisation";
    static final String ENTITIES = "entities";
    static final String PEOPLE = "people";
    static final String JOBS = "jobs";
    static final String LONGEST_GRANTS = "longest_grants";

    private static final List<String> KEYS =
            List.of("rules", LONGEST_GRANTS, ENTITIES, PEOPLE, JOBS);

    private final Members sections;
    private final Problems problems;
    private final Values values;

    private OrganisationFile(Members sections, Problems problems) {
        this.sections = sections;
        this.problems = problems;
        this.values = new Values(problems);
    }

    /**
     * Reads a file.
     *
     * @throws YamlException with every problem found
     */
    public static Organisation read(Path file) {
        return read(String.valueOf(file.getFileName()), YamlFile.text(file));
    }

    /**
     * Reads a text.
     *
     * @param name the file's name, for its problems
     * @throws YamlException with every problem found
     */
    public static Organisation read(String name, String text) {
        return YamlFile.read(
                name,
                text,
                FORM,
                KEYS,
                (sections, problems) -> new OrganisationFile(sections, problems).organisation());
    }

    private Organisation organisation() {
        Node entitiesNode = sections.require(ENTITIES, "{custodian_us: {…}}");
        if (entitiesNode != null && names(ENTITIES).isEmpty()) {
            problems.add(
                    entitiesNode,
                    "\"entities\" declares nothing",
                    "declare one: {custodian_us: {…}}");
        }
        Declared declared = new Declared(names(ENTITIES), names(PEOPLE), names(JOBS));
        requireOneEach();
        List<Organisation.RuleChoice> rules = rules();
        EntityReader entityReader = new EntityReader(problems, declared);
        Map<String, Organisation.Entity> entities = entityReader.read(section(ENTITIES));
        PersonReader personReader = new PersonReader(problems, declared);
        Map<String, Organisation.Person> people = personReader.people(section(PEOPLE));
        Map<String, Organisation.Job> jobs = personReader.jobs(section(JOBS));
        Circles.check(
                problems, entities, places(section(ENTITIES)), people, places(section(PEOPLE)));
        Map<String, Integer> lines = new HashMap<>();
        for (String key : List.of(PEOPLE, JOBS)) {
            places(section(key))
                    .forEach((id, at) ->
                            lines.put(id, at.getStartMark().orElseThrow().getLine() + 1));
        }
        return new Organisation(rules, longestGrants(), entities, people, jobs, lines);
    }

    private Map<String, Duration> longestGrants() {
        Map<String, Duration> longest = new LinkedHashMap<>();
        for (Members.Member member : section(LONGEST_GRANTS).all()) {
            String text = values.text(member.value(), "how long a grant of it may last");
            if (!Names.isCategory(member.name())) {
                problems.add(
                        member.key(),
                        Problems.quote(member.name()) + " is no data category",
                        "write one of fideslang's, such as user.contact.email");
            }
            Optional<Duration> term = text == null ? Optional.empty() : GrantTerm.parse(text);
            if (term.isPresent()) {
                longest.put(member.name(), term.get());
            } else if (text != null) {
                problems.add(
                        member.value(),
                        "this is no time that a grant may last",
                        "write 30m, 8h or 2d; "
                                + GrantTerm.spelling(GrantTerm.MAX)
                                + " is the most");
            }
        }
        return longest;
    }

    private List<Organisation.RuleChoice> rules() {
        List<Organisation.RuleChoice> rules = new ArrayList<>();
        Node node = sections.require("rules", "[us-dsp-2025]");
        if (node == null) {
            return rules;
        }
        if (!(node instanceof SequenceNode sequence)) {
            problems.add(node, "\"rules\" must be a list", "write [us-dsp-2025]");
            return rules;
        }
        for (Node element : sequence.getValue()) {
            Organisation.RuleChoice choice = rule(element);
            if (choice != null && rules.stream().anyMatch(r -> r.name().equals(choice.name()))) {
                problems.add(element, "this rule pack is in the list twice", "remove it here");
            } else if (choice != null) {
                rules.add(choice);
            }
        }
        return rules;
    }

    private Organisation.@Nullable RuleChoice rule(Node element) {
        if (!(element instanceof MappingNode)) {
            String name =
                    values.reference(
                            element, "rule pack", "the packs of this release", RulePacks.INCLUDED);
            return name == null ? null : new Organisation.RuleChoice(name, Optional.empty());
        }
        Members members =
                Members.read(
                        element, element, "this rule pack", List.of("file", "signed_by"), problems);
        String file = values.text(members.require("file", "rules/eu.yaml"), "its file");
        Node keyNode = members.require("signed_by", "example.com/legal+1234abcd+…");
        String key = values.text(keyNode, "the key that signed it");
        if (file == null || key == null || keyNode == null) {
            return null;
        }
        try {
            return new Organisation.RuleChoice(file, Optional.of(VerifierKey.parse(key).text()));
        } catch (NoteFormatException e) {
            problems.add(keyNode, "this is no verifier key", "write name+key id+base64");
            return null;
        }
    }

    /** An id names one thing, so that whoever reads it need not ask which. */
    private void requireOneEach() {
        Map<String, String> taken = new HashMap<>();
        for (String key : List.of(ENTITIES, PEOPLE, JOBS)) {
            places(section(key))
                    .forEach((id, at) -> {
                        String other = taken.putIfAbsent(id, key);
                        if (other != null) {
                            problems.add(
                                    at,
                                    Problems.quote(id) + " is declared under \"" + other + "\" too",
                                    "give one of them another name");
                        }
                    });
        }
    }

    private Members section(String key) {
        Node value = sections.value(key);
        return value == null
                ? Members.none(problems)
                : Members.read(value, value, "\"" + key + "\"", problems);
    }

    private Set<String> names(String key) {
        Node value = sections.value(key);
        return value == null
                ? Set.of()
                : new LinkedHashSet<>(Members.read(value, value, key, new Problems("")).names());
    }

    private static Map<String, Node> places(Members section) {
        Map<String, Node> places = new LinkedHashMap<>();
        section.all().forEach(member -> places.put(member.name(), member.key()));
        return places;
    }

    /** The names the file declares, known before any section is read. */
    record Declared(Set<String> entities, Set<String> people, Set<String> jobs) {}
}
