package org.domicile.app;

import org.domicile.control.organisation.OrganisationDraft;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code domicile organisation}: the file of companies and people. */
@Command(
        name = "organisation",
        description = {
            "Works with organisation.yaml: companies and whose they are, people and for whom they work.",
            "docs/organisation.md describes the file."
        },
        subcommands = {OrganisationImportCommand.class})
final class OrganisationCommand {
    @Command(
            name = "draft",
            description = "Prints a first organisation.yaml with a custodian and an example.")
    int draft(
            @Option(
                            names = {"-j", "--jurisdiction"},
                            paramLabel = "NAME",
                            defaultValue = "home",
                            description = "Whose custodian it names. Default: ${DEFAULT-VALUE}")
                    String jurisdiction,
            @Option(
                            names = "--country",
                            paramLabel = "CC",
                            defaultValue = "US",
                            description =
                                    "The custodian's country, ISO 3166-1 alpha-2. Default:"
                                            + " ${DEFAULT-VALUE}")
                    String country) {
        new Terminal().print(OrganisationDraft.write(jurisdiction, country).stripTrailing());
        return ExitCode.OK;
    }
}
