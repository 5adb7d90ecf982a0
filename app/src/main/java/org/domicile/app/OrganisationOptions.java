package org.domicile.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.domicile.control.access.Access;
import org.domicile.control.access.AccessPolicy;
import org.domicile.control.organisation.Coverage;
import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.control.rules.RulePack;
import org.domicile.control.rules.RulePacks;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.policy.DataCategories;
import org.domicile.yaml.YamlException;
import picocli.CommandLine.Option;

/** The option of every command that reads the organisation, and how it is read. */
final class OrganisationOptions {
    @Option(
            names = {"-o", "--organisation"},
            paramLabel = "FILE",
            defaultValue = OrganisationFile.NAME,
            description = "The organisation file. Default: ${DEFAULT-VALUE}")
    private Path file = Path.of(OrganisationFile.NAME);

    /** The organisation beside a policy file. */
    static OrganisationOptions of(Path policyFile) {
        OrganisationOptions options = new OrganisationOptions();
        options.file = policyFile.toAbsolutePath().resolveSibling(OrganisationFile.NAME);
        return options;
    }

    Path file() {
        return file;
    }

    /** Every problem of the file is in the message. */
    Organisation read() {
        if (!Files.exists(file)) {
            throw new CommandFailure(
                    "there is no "
                            + file
                            + "; let `domicile organisation draft` write a first one");
        }
        return telling(() -> OrganisationFile.read(file));
    }

    /** The policies beside the organisation. */
    Path accessFile() {
        return file.toAbsolutePath().resolveSibling(AccessPolicy.NAME);
    }

    /** Who may act as which audience, by both files; every problem of them is in the message. */
    Access access(Organisation organisation) {
        if (!Files.exists(accessFile())) {
            throw new CommandFailure(
                    "there is no "
                            + AccessPolicy.NAME
                            + " beside "
                            + file
                            + ", so nobody may act as anything; let `domicile access draft` write a"
                            + " first one");
        }
        return new Access(
                organisation,
                Coverage.of(organisation, rules(organisation)),
                telling(() -> AccessPolicy.read(accessFile())));
    }

    /** The rule packs the organisation has chosen. */
    Rules rules(Organisation organisation) {
        return telling(() -> {
            List<RulePack> packs = new ArrayList<>();
            for (Organisation.RuleChoice choice : organisation.rules()) {
                RulePack pack =
                        choice.signedBy()
                                .map(key ->
                                        RulePacks.load(
                                                file.toAbsolutePath().resolveSibling(choice.name()),
                                                VerifierKey.parse(key)))
                                .orElseGet(() -> RulePacks.included(choice.name()));
                requireKnownData(pack);
                packs.add(pack);
            }
            return new Rules(packs);
        });
    }

    /** A category that no column can have would be a threshold that never counts. */
    static void requireKnownData(RulePack pack) {
        for (BulkThreshold threshold : pack.bulk().thresholds()) {
            for (String category : threshold.data()) {
                if (!DataCategories.names().contains(category)) {
                    throw new YamlException(
                            pack.reference()
                                    + ": the data category \""
                                    + category
                                    + "\" of \""
                                    + threshold.category()
                                    + "\" is unknown; write one of fideslang's");
                }
            }
        }
    }

    /** What {@code reading} answers, or its problems in the words of a command. */
    static <T> T telling(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (YamlException e) {
            int count = e.problems().size();
            throw new CommandFailure((count > 1 ? count + " problems:\n" : "") + e.getMessage());
        }
    }
}
