package org.domicile.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.domicile.control.access.Access;
import org.domicile.control.access.Rosters;
import org.domicile.control.organisation.Organisation;
import org.domicile.plan.Plan;
import org.domicile.plan.Roster;
import org.domicile.policy.Policy;
import org.domicile.policy.PolicyCompiler;
import org.domicile.policy.PolicyFile;
import picocli.CommandLine.Option;

/** The options of every command that reads a policy: which file, and which of its jurisdictions. */
final class PolicyOptions {
    @Option(
            names = {"-c", "--policy"},
            paramLabel = "FILE",
            defaultValue = "domicile.yaml",
            description =
                    "The policy file; organisation.yaml and access.cedar lie beside it. Default: ${DEFAULT-VALUE}. Its"
                            + " $${...} come from the environment and from a file domicile.env beside it.")
    private Path file = Path.of("domicile.yaml");

    @Option(
            names = {"-j", "--jurisdiction"},
            paramLabel = "NAME",
            description = "Only this jurisdiction; may be repeated. Default: all of the file's.")
    private List<String> only = new ArrayList<>();

    /**
     * A jurisdiction of the policy with its store's address and what is to be in it, besides the
     * grants that were approved.
     */
    record Target(
            StoreLogins store,
            Plan plan,
            Supplier<Map<String, Roster>> rosters,
            StoreGrants.Deciders deciders,
            Ledgers.Witnessed ledger) {
        /**
         * Who may act there. Only now are the policies of {@code access.cedar} read: what only
         * narrows, such as a freeze, works without (I7).
         */
        Roster roster() {
            return Objects.requireNonNull(rosters.get().get(store.jurisdiction()));
        }
    }

    /** All jurisdictions of a file. */
    static PolicyOptions of(Path file) {
        PolicyOptions options = new PolicyOptions();
        options.file = file;
        return options;
    }

    /** The organisation beside the policy. */
    OrganisationOptions organisation() {
        return OrganisationOptions.of(file);
    }

    /** What the files say, without a look at a store. */
    record Compiled(
            Policy policy,
            Map<String, Plan> plans,
            Organisation organisation,
            OrganisationOptions files) {
        /** Reads the policies beside them. */
        Access access() {
            return OrganisationOptions.telling(() -> files.access(organisation));
        }

        /** By jurisdiction, made when they are first asked for. */
        Supplier<Map<String, Roster>> rosters() {
            Map<String, Roster> made = new HashMap<>();
            return () -> {
                if (made.isEmpty()) {
                    made.putAll(OrganisationOptions.telling(() -> Rosters.of(access(), plans)));
                }
                return made;
            };
        }
    }

    /** Reads and compiles; every problem of these files is in the message. */
    Compiled compiled() {
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    "there is no "
                            + file
                            + " here; name one with --policy, or let `domicile draft URL`"
                            + " write a first one");
        }
        Organisation organisation = organisation().read();
        Environment environment = Environment.beside(file);
        return OrganisationOptions.telling(() -> {
            Policy policy = PolicyFile.read(file, organisation.planEntities(), environment::get);
            return new Compiled(
                    policy, PolicyCompiler.compile(policy), organisation, organisation());
        });
    }

    /** The jurisdictions with their rosters; likewise. */
    List<Target> targets() {
        Compiled compiled = compiled();
        return OrganisationOptions.telling(() -> targets(compiled));
    }

    private List<Target> targets(Compiled compiled) {
        Policy policy = compiled.policy();
        Map<String, Plan> plans = compiled.plans();
        Supplier<Map<String, Roster>> rosters = compiled.rosters();
        StoreGrants.Deciders deciders = StoreGrants.Deciders.of(organisation());
        for (String name : only) {
            if (!plans.containsKey(name)) {
                throw new CommandFailure(
                        "the policy has no jurisdiction \""
                                + name
                                + "\"; it has: "
                                + String.join(", ", plans.keySet()));
            }
        }
        List<Target> targets = new ArrayList<>();
        plans.forEach((name, plan) -> {
            if (only.isEmpty() || only.contains(name)) {
                Policy.Jurisdiction jurisdiction = policy.jurisdictions().get(name);
                if (jurisdiction != null) {
                    targets.add(
                            new Target(
                                    StoreLogins.of(name, jurisdiction.requireAccess()),
                                    plan,
                                    rosters,
                                    deciders,
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
}
