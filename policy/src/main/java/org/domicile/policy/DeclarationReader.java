package org.domicile.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.plan.BackendPassword;
import org.domicile.plan.Names;
import org.domicile.yaml.Members;
import org.domicile.yaml.Problems;
import org.domicile.yaml.Values;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads what other sections name: jurisdictions and purposes. */
final class DeclarationReader {
    private static final List<String> JURISDICTION_KEYS =
            List.of("name", "custodian", "store", "secret", "requests", "release", "witnesses");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)\\}");
    private static final Pattern URL = Pattern.compile("(jdbc:)?postgres(ql)?://[^@]+/[^@]+");

    private final Problems problems;
    private final Values values;
    private final Declared declared;
    private final Function<String, @Nullable String> environment;

    DeclarationReader(
            Problems problems, Declared declared, Function<String, @Nullable String> environment) {
        this.problems = problems;
        this.values = new Values(problems);
        this.declared = declared;
        this.environment = environment;
    }

    Map<String, String> purposes(Members section) {
        Map<String, String> purposes = new LinkedHashMap<>();
        for (Members.Member purpose : section.all()) {
            String what = "purpose " + Problems.quote(purpose.name());
            values.name(purpose, what, Names.MAX_NAME_LENGTH);
            String description = values.text(purpose.value(), "the description of " + what);
            if (description != null) {
                purposes.put(purpose.name(), description);
            }
        }
        return purposes;
    }

    Map<String, Policy.Jurisdiction> jurisdictions(Members section) {
        Map<String, Policy.Jurisdiction> jurisdictions = new LinkedHashMap<>();
        for (Members.Member jurisdiction : section.all()) {
            String what = "jurisdiction " + Problems.quote(jurisdiction.name());
            values.name(jurisdiction, what, Names.MAX_NAME_LENGTH);
            Members members =
                    Members.read(
                            jurisdiction.key(),
                            jurisdiction.value(),
                            what,
                            JURISDICTION_KEYS,
                            problems);
            String title = values.text(members.require("name", "United States"), "its name");
            String custodian =
                    values.reference(
                            members.require("custodian", "custodian_us"),
                            "custodian",
                            PolicyFile.ENTITIES,
                            declared.entities());
            String prefix = "DOMICILE_" + jurisdiction.name().toUpperCase(Locale.ROOT);
            String store = variable(members, "store", prefix + "_STORE");
            String secret = variable(members, "secret", prefix + "_SECRET");
            Optional<String> requests =
                    members.value("requests") == null
                            ? Optional.empty()
                            : Optional.ofNullable(
                                    variable(members, "requests", prefix + "_REQUESTS"));
            if (title != null && custodian != null && store != null && secret != null) {
                jurisdictions.put(
                        jurisdiction.name(),
                        new Policy.Jurisdiction(
                                jurisdiction.name(),
                                title,
                                custodian,
                                store,
                                secret,
                                requests,
                                access(jurisdiction.key(), store, secret, requests),
                                release(members),
                                Optional.ofNullable(
                                        values.text(members.value("witnesses"), "\"witnesses\""))));
            }
        }
        return jurisdictions;
    }

    /** The variable a reference names. What else stands there is never repeated: it is secret. */
    private @Nullable String variable(Members members, String key, String suggestion) {
        String example = "${" + suggestion + "}";
        Node node = members.require(key, example);
        String text = values.text(node, "\"" + key + "\"");
        if (text == null || node == null) {
            return null;
        }
        Matcher reference = REFERENCE.matcher(text);
        if (reference.matches()) {
            return reference.group(1);
        }
        problems.add(
                node,
                "\"" + key + "\" is written out, where everyone who reads the file sees it",
                "write \"" + example + "\" and set that environment variable");
        return null;
    }

    private Policy.Release release(Members members) {
        Node node = members.value("release");
        String text = values.text(node, "\"release\"");
        if (text == null || node == null) {
            return Policy.Release.DURABLE;
        }
        for (Policy.Release release : Policy.Release.values()) {
            if (release.text().equals(text)) {
                if (release == Policy.Release.WITNESSED && members.value("witnesses") == null) {
                    problems.add(
                            node,
                            "release waits for witnesses, and none are named",
                            "add \"witnesses: FILE\" with a file that names them");
                }
                return release;
            }
        }
        problems.add(
                node,
                "\"release\" cannot wait for " + Problems.quote(text),
                "write durable, checkpointed or witnessed");
        return Policy.Release.DURABLE;
    }

    private Optional<Policy.StoreAccess> access(
            Node at, String store, String secret, Optional<String> requests) {
        String url = environment.apply(store);
        Optional<String> secretValue = Optional.ofNullable(environment.apply(secret));
        Optional<String> requestsValue =
                requests.flatMap(name -> Optional.ofNullable(environment.apply(name)));
        if (url == null && secretValue.isEmpty() && requestsValue.isEmpty()) {
            return Optional.empty();
        }
        if (url == null) {
            String set = secretValue.isPresent() ? secret : requests.orElse(secret);
            problems.add(
                    at,
                    "of the environment variables " + store + " and " + set + " only one is set",
                    "set " + store + " too");
            return Optional.empty();
        }
        if (secretValue.isEmpty() && requestsValue.isEmpty()) {
            problems.add(
                    at,
                    "of the environment variables " + store + " and " + secret + " only one is set",
                    "set "
                            + secret
                            + " too"
                            + requests.map(name -> ", or " + name + " to ask and decide only")
                                    .orElse(""));
            return Optional.empty();
        }
        if (!URL.matcher(url).matches()) {
            problems.add(
                    at,
                    "the environment variable " + store + " does not hold a store's URL",
                    "set it to postgresql://host:5432/database");
        }
        if (secretValue.filter(s -> s.length() < BackendPassword.MIN_SECRET_LENGTH).isPresent()) {
            problems.add(
                    at,
                    "the environment variable " + secret + " is too short for a secret",
                    "set it to at least "
                            + BackendPassword.MIN_SECRET_LENGTH
                            + " random characters");
        }
        return Optional.of(new Policy.StoreAccess(url, secretValue, requestsValue));
    }
}
