package org.domicile.policy;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.domicile.plan.Plan;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.YamlException;
import org.domicile.yaml.YamlFile;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The reader of {@code domicile.yaml}: it answers with a checked {@link Policy}, or with all that
 * is wrong, each problem with its place. {@code docs/policy.md} describes the file.
 */
public final class PolicyFile {
    static final String JURISDICTIONS = "jurisdictions";
    static final String PURPOSES = "purposes";
    static final String TABLES = "tables";
    static final String AUDIENCES = "audiences";

    /** Companies and authorities are declared in a file of their own. */
    static final String ENTITIES = "entities\" of \"organisation.yaml";

    private static final List<String> KEYS = List.of(JURISDICTIONS, PURPOSES, TABLES, AUDIENCES);

    private final Problems problems;
    private final Members sections;

    private PolicyFile(Members sections, Problems problems) {
        this.sections = sections;
        this.problems = problems;
    }

    /**
     * Reads a file.
     *
     * @param entities those of {@code organisation.yaml}
     * @param environment the value of an environment variable, or null where it is not set
     * @throws YamlException with every problem found
     */
    public static Policy read(
            Path file,
            Collection<Plan.Entity> entities,
            Function<String, @Nullable String> environment) {
        return read(String.valueOf(file.getFileName()), YamlFile.text(file), entities, environment);
    }

    /**
     * Reads a text.
     *
     * @param name the file's name, for its problems
     * @param entities those of {@code organisation.yaml}
     * @param environment the value of an environment variable, or null where it is not set
     * @throws YamlException with every problem found
     */
    public static Policy read(
            String name,
            String text,
            Collection<Plan.Entity> entities,
            Function<String, @Nullable String> environment) {
        return YamlFile.read(
                name,
                text,
                "domicile",
                KEYS,
                (sections, problems) ->
                        new PolicyFile(sections, problems).policy(entities, environment));
    }

    private Policy policy(
            Collection<Plan.Entity> theirs, Function<String, @Nullable String> environment) {
        requireAny(JURISDICTIONS, "{us: {…}}");
        Map<String, Plan.Entity> entities = new LinkedHashMap<>();
        theirs.forEach(entity -> entities.put(entity.id(), entity));
        Declared declared =
                new Declared(
                        names(JURISDICTIONS), entities.keySet(), names(PURPOSES), names(AUDIENCES));

        DeclarationReader declarations = new DeclarationReader(problems, declared, environment);
        var jurisdictions = declarations.jurisdictions(section(JURISDICTIONS));
        var purposes = declarations.purposes(section(PURPOSES));
        TableReader.Tables tables = new TableReader(problems, declared).read(section(TABLES));
        var audiences = new AudienceReader(problems, declared, tables).read(section(AUDIENCES));
        return new Policy(jurisdictions, entities, purposes, tables.byName(), audiences);
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
