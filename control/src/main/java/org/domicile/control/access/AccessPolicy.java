package org.domicile.control.access;

import com.cedarpolicy.model.Effect;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.policy.Policy;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.Value;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.domicile.yaml.Problem;
import org.domicile.yaml.Problems;
import org.domicile.yaml.YamlException;
import org.domicile.yaml.YamlFile;

/**
 * The policies of an {@code access.cedar}, valid by {@link AccessSchema} in Cedar's strict mode.
 * Who reads it gets every problem with its place, or policies that can be asked.
 */
public final class AccessPolicy {
    /** What the file is called; it lies beside {@code organisation.yaml}. */
    public static final String NAME = "access.cedar";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String text;
    private final Map<String, Rule> rules;
    private final PolicySet policies;

    private AccessPolicy(String text, Map<String, Rule> rules, PolicySet policies) {
        this.text = text;
        this.rules = Collections.unmodifiableMap(rules);
        this.policies = policies;
    }

    /**
     * One policy of the file.
     *
     * @param name its {@code @id}, or its place
     * @param line where it begins, counting from 1
     * @param isForbid whether it forbids; it permits otherwise
     * @param mentions the people, teams, audiences and so on that it names
     */
    public record Rule(String name, int line, boolean isForbid, Set<Mention> mentions) {
        public Rule {
            mentions = Collections.unmodifiableSet(new LinkedHashSet<>(mentions));
        }

        /** As people read it: what it does, what it is called and where it stands. */
        public String text() {
            return (isForbid ? "forbid " : "permit ") + name + " (" + NAME + ":" + line + ")";
        }
    }

    /** Something that a policy names, such as {@code Team::"support"}. */
    public record Mention(String type, String id) {}

    /**
     * Reads a file.
     *
     * @throws YamlException with every problem found
     */
    public static AccessPolicy read(Path file) {
        return read(String.valueOf(file.getFileName()), YamlFile.text(file));
    }

    /**
     * Reads a text.
     *
     * @param file its name, for its problems
     * @throws YamlException with every problem found
     */
    public static AccessPolicy read(String file, String text) {
        List<PolicyText.Part> parts = PolicyText.parts(file, text);
        Map<String, PolicyText.Part> byId = new LinkedHashMap<>();
        Set<Policy> policies = new LinkedHashSet<>();
        for (PolicyText.Part part : parts) {
            String id = "policy" + byId.size();
            byId.put(id, part);
            policies.add(new Policy(part.text(), id));
        }
        PolicySet set = new PolicySet(policies);
        return NativeCedar.call(() -> {
            List<Problem> problems = new PolicyProblems(file, text, byId).of(set);
            if (problems.isEmpty()
                    && PolicySet.parsePolicies(text).policies.size() != parts.size()) {
                // Then what lies between policies would not be read as Cedar reads it.
                problems =
                        List.of(
                                new Problem(
                                        file,
                                        1,
                                        1,
                                        "where one policy ends and the next begins is not clear",
                                        "write fewer comments and texts between them"));
            }
            if (!problems.isEmpty()) {
                throw new YamlException(problems);
            }
            Map<String, Rule> rules = rules(file, text, policies, byId);
            set.cache();
            return new AccessPolicy(text, rules, set);
        });
    }

    private static Map<String, Rule> rules(
            String file, String text, Set<Policy> policies, Map<String, PolicyText.Part> byId) {
        Map<String, Rule> rules = new LinkedHashMap<>();
        Map<String, Integer> taken = new HashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (Policy policy : policies) {
            PolicyText.Part part = byId.get(policy.policyID);
            if (part == null) {
                throw new IllegalStateException("every policy has its part of the text");
            }
            Problem place = PolicyText.problem(file, text, part.offset(), "", "");
            String id;
            boolean isForbid;
            Set<Mention> mentions;
            try {
                id = policy.getAnnotations().get("id");
                isForbid = policy.effect() == Effect.FORBID;
                mentions = Mentions.of(JSON.readTree(policy.toJson()));
            } catch (AuthException | JsonProcessingException e) {
                // It was parsed before: what fails is its form in JSON, which may be nested less.
                problems.add(
                        PolicyText.problem(
                                file,
                                text,
                                part.offset(),
                                "this policy has too many parts to be read",
                                "write several"));
                continue;
            }
            String name = id == null ? "at line " + place.line() : Problems.quote(id);
            Integer before = id == null ? null : taken.putIfAbsent(id, place.line());
            if (before != null) {
                problems.add(
                        PolicyText.problem(
                                file,
                                text,
                                part.offset(),
                                "the policy at line " + before + " has the @id " + name + " too",
                                "give one of them another"));
            }
            rules.put(policy.policyID, new Rule(name, place.line(), isForbid, mentions));
        }
        if (!problems.isEmpty()) {
            throw new YamlException(problems);
        }
        return rules;
    }

    /** Lower-case hexadecimal SHA-256 of the file's text in UTF-8. */
    public String digest() {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** In the file's order. */
    public List<Rule> rules() {
        return List.copyOf(rules.values());
    }

    /** By the id that Cedar knows it by. */
    Rule rule(String policy) {
        Rule rule = rules.get(policy);
        if (rule == null) {
            throw new IllegalStateException("Cedar names a policy that it was not given");
        }
        return rule;
    }

    /** Likewise several, in the file's order. */
    List<Rule> rulesOf(Set<String> ids) {
        return ids.stream().map(this::rule).sorted(Comparator.comparingInt(Rule::line)).toList();
    }

    /**
     * What of an accessor these policies can tell apart: whoever is alike in it gets the same
     * answers. A name that does not occur in the text cannot be asked for, unless a backslash
     * spells it in another way. Nothing where they may mean this one accessor.
     */
    Optional<Object> likeness(Entity principal) {
        String id = principal.getEUID().getId().toString();
        if (text.indexOf('\\') >= 0 || text.contains('"' + id + '"')) {
            return Optional.empty();
        }
        Map<String, Value> attributes = new HashMap<>(principal.attrs);
        attributes.keySet().removeIf(name -> !text.contains(name));
        return Optional.of(
                List.of(principal.getEUID().getType(), attributes, principal.getParents()));
    }

    PolicySet policies() {
        return policies;
    }

    /** Names nobody, as policies may. */
    @Override
    public String toString() {
        return "AccessPolicy[" + rules.size() + " policies]";
    }
}
