package org.domicile.policy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * The reader of {@code domicile.yaml}: it answers with a checked {@link Policy}, or with all that
 * is wrong, each problem with its place. {@code docs/policy.md} describes the file.
 */
public final class PolicyFile {
    /** Larger files are refused; 1,000 tables of 15 columns take about 0.6 MB. */
    public static final int MAX_BYTES = 8 << 20;

    static final String JURISDICTIONS = "jurisdictions";
    static final String ENTITIES = "entities";
    static final String PURPOSES = "purposes";
    static final String PEOPLE = "people";
    static final String TABLES = "tables";
    static final String AUDIENCES = "audiences";

    private static final String VERSION = "1";
    private static final List<String> KEYS =
            List.of("domicile", JURISDICTIONS, ENTITIES, PURPOSES, PEOPLE, TABLES, AUDIENCES);

    private final Problems problems;
    private final Members sections;

    private PolicyFile(Members sections, Problems problems) {
        this.sections = sections;
        this.problems = problems;
    }

    /**
     * Reads a file.
     *
     * @param environment the value of an environment variable, or null where it is not set
     * @throws PolicyException with every problem found
     */
    public static Policy read(Path file, Function<String, @Nullable String> environment) {
        String name = String.valueOf(file.getFileName());
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new PolicyException(
                    "cannot read the policy file " + file + ": " + e.getClass().getSimpleName());
        }
        if (bytes.length > MAX_BYTES) {
            throw tooLong(name);
        }
        try {
            String text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            return read(name, text, environment);
        } catch (CharacterCodingException e) {
            throw new PolicyException(
                    List.of(new Problem(name, 1, 1, "the file is not UTF-8", "save it as UTF-8")));
        }
    }

    /**
     * Reads a text.
     *
     * @param name the file's name, for its problems
     * @param environment the value of an environment variable, or null where it is not set
     * @throws PolicyException with every problem found
     */
    public static Policy read(
            String name, String text, Function<String, @Nullable String> environment) {
        if (text.length() > MAX_BYTES) {
            throw tooLong(name);
        }
        Problems problems = new Problems(name);
        Node root = YamlTree.compose(text, problems);
        Policy policy = null;
        if (root != null) {
            Members sections = Members.read(root, root, "the file", KEYS, problems);
            policy = new PolicyFile(sections, problems).policy(environment);
        }
        if (policy == null || problems.count() > 0) {
            throw new PolicyException(problems.list());
        }
        return policy;
    }

    private static PolicyException tooLong(String name) {
        return new PolicyException(
                List.of(
                        new Problem(
                                name,
                                1,
                                1,
                                "the file has more than " + MAX_BYTES + " bytes",
                                "classify fewer tables in it")));
    }

    private Policy policy(Function<String, @Nullable String> environment) {
        version(sections.require("domicile", VERSION));
        requireAny(JURISDICTIONS, "{us: {…}}");
        requireAny(ENTITIES, "{custodian_us: {…}}");
        Declared declared =
                new Declared(
                        names(JURISDICTIONS), names(ENTITIES), names(PURPOSES), names(AUDIENCES));

        DeclarationReader declarations = new DeclarationReader(problems, declared, environment);
        var jurisdictions = declarations.jurisdictions(section(JURISDICTIONS));
        var entities = declarations.entities(section(ENTITIES));
        var purposes = declarations.purposes(section(PURPOSES));
        TableReader.Tables tables = new TableReader(problems, declared).read(section(TABLES));
        var audiences = new AudienceReader(problems, declared, tables).read(section(AUDIENCES));
        var people = new PeopleReader(problems, declared, audiences).read(section(PEOPLE));
        return new Policy(jurisdictions, entities, purposes, people, tables.byName(), audiences);
    }

    private void version(@Nullable Node node) {
        if (node != null
                && !(node instanceof ScalarNode scalar
                        && scalar.getTag().equals(Tag.INT)
                        && scalar.getValue().equals(VERSION))) {
            problems.add(
                    node,
                    "this version of the file's form is not known",
                    "write \"domicile: " + VERSION + "\"");
        }
    }

    private void requireAny(String key, String example) {
        Node value = sections.require(key, example);
        if (value != null && names(key).isEmpty()) {
            problems.add(value, "\"" + key + "\" declares nothing", "declare one: " + example);
        }
    }

    private Members section(String key) {
        Node value = sections.value(key);
        return value == null
                ? Members.none(problems)
                : Members.read(value, value, "\"" + key + "\"", problems);
    }

    /** What a section declares, whether or not it is declared well, without its problems. */
    private Set<String> names(String key) {
        Node value = sections.value(key);
        return value == null ? Set.of() : Members.read(value, value, key, new Problems("")).names();
    }
}
