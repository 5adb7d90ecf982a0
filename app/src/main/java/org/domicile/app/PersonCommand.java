package org.domicile.app;

import org.domicile.control.organisation.Organisation;
import org.domicile.control.organisation.OrganisationEditor;
import org.domicile.control.organisation.OrganisationFile;
import org.domicile.yaml.Spelling;
import org.domicile.yaml.YamlFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code domicile person}: what is done to one person or job, at once. */
@Command(name = "person", description = "Works with one person or job of the organisation file.")
final class PersonCommand {
    @Command(
            name = "disable",
            description = {
                "Takes everything from a person or a job, as on the day they leave: writes \"disabled: true\" into the",
                "organisation file and leaves all else in it as it is. Every gateway that reads this file ends their",
                "sessions within 2 seconds, in the middle of a result too, refuses new ones, and records the change in",
                "its ledgers. The next apply also takes their roles out of the stores.",
                "",
                "There is no command that enables somebody again: that widens access, and is an edit of the file."
            })
    int disable(
            @Parameters(paramLabel = "PERSON", description = "The id of a person or a job.")
                    String id,
            @Mixin OrganisationOptions organisation) {
        Organisation read = organisation.read();
        if (read.accessors().stream().noneMatch(accessor -> accessor.id().equals(id))) {
            throw new CommandFailure(
                    "no person or job is called \""
                            + id
                            + "\" in "
                            + organisation.file()
                            + "; "
                            + Spelling.instead(
                                    id,
                                    read.accessors().stream()
                                            .map(Organisation.Accessor::id)
                                            .toList(),
                                    "`domicile who` lists everybody"));
        }
        if (read.accessors().stream()
                .anyMatch(accessor -> accessor.id().equals(id) && accessor.isDisabled())) {
            new Terminal().print(id + " is disabled already");
            return ExitCode.OK;
        }
        OrganisationOptions.telling(() -> {
            OrganisationEditor editor = new OrganisationEditor(YamlFile.text(organisation.file()));
            editor.set(id, "disabled", "true");
            OrganisationFile.read(OrganisationFile.NAME, editor.result());
            StateDirectory.replace(organisation.file(), editor.result());
            return id;
        });
        new Terminal()
                .print(
                        id
                                + " is disabled: gateways that read "
                                + organisation.file()
                                + " end their sessions within 2 seconds; the next `domicile apply`"
                                + " takes their roles out of the stores");
        return ExitCode.OK;
    }
}
