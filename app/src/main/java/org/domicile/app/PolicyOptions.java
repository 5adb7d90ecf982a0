package org.domicile.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.domicile.policy.Policy;
import org.domicile.policy.PolicyCompiler;
import org.domicile.policy.PolicyException;
import org.domicile.policy.PolicyFile;
import picocli.CommandLine.Option;

/** The options of every command that reads a policy: which file, and which of its jurisdictions. */
final class PolicyOptions {
    @Option(
            names = {"-c", "--policy"},
            paramLabel = "FILE",
            defaultValue = "domicile.yaml",
            description =
                    "The policy file. Default: ${DEFAULT-VALUE}. Its $${...} come from the environment"
                            + " and from a file domicile.env beside it.")
    private Path file = Path.of("domicile.yaml");

    @Option(
            names = {"-j", "--jurisdiction"},
            paramLabel = "NAME",
            description = "Only this jurisdiction; may be repeated. Default: all of the file's.")
    private List<String> only = new ArrayList<>();

    /** A jurisdiction of the policy with its store's address and what is to be in it. */
    record Target(StoreLogins store, PolicyCompiler.Compiled compiled, Ledgers.Witnessed ledger) {}

    /** All jurisdictions of a file. */
    static PolicyOptions of(Path file) {
        PolicyOptions options = new PolicyOptions();
        options.file = file;
        return options;
    }

    /** Reads and compiles; every problem of the file is in the message. */
    List<Target> targets() {
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    "there is no "
                            + file
                            + " here; name one with --policy, or let `domicile draft URL`"
                            + " write a first one");
        }
        Policy policy = read(file);
        Map<String, PolicyCompiler.Compiled> compiled = PolicyCompiler.compile(policy);
        for (String name : only) {
            if (!compiled.containsKey(name)) {
                throw new CommandFailure(
                        "the policy has no jurisdiction \""
                                + name
                                + "\"; it has: "
                                + String.join(", ", compiled.keySet()));
            }
        }
        List<Target> targets = new ArrayList<>();
        compiled.forEach((name, plans) -> {
            if (only.isEmpty() || only.contains(name)) {
                Policy.Jurisdiction jurisdiction = policy.jurisdictions().get(name);
                if (jurisdiction != null) {
                    targets.add(
                            new Target(
                                    StoreLogins.of(name, jurisdiction.requireAccess()),
                                    plans,
                                    new Ledgers.Witnessed(
                                            jurisdiction.release(),
                                            jurisdiction
                                                    .witnesses()
                                                    .map(file.toAbsolutePath()::resolveSibling))));
                }
            }
        });
        return targets;
    }

    private static Policy read(Path file) {
        Environment environment = Environment.beside(file);
        try {
            return PolicyFile.read(file, environment::get);
        } catch (PolicyException e) {
            int count = e.problems().size();
            String problems =
                    count == 0
                            ? String.valueOf(e.getMessage())
                            : String.join(
                                    "\n", e.problems().stream().map(Object::toString).toList());
            throw new CommandFailure(
                    count > 1 ? count + " problems in the policy:\n" + problems : problems);
        }
    }
}
