package org.domicile.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.domicile.control.organisation.ImportFormatException;
import org.domicile.control.organisation.ImportedPerson;
import org.domicile.control.organisation.LdifPeople;
import org.domicile.control.organisation.PeopleImport;
import org.domicile.control.organisation.ScimPeople;
import org.domicile.yaml.YamlFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile organisation import}: people from another directory. */
@Command(
        name = "import",
        description = {
            "Merges people from SCIM 2.0 JSON (RFC 7643) or LDIF (RFC 2849, inetOrgPerson) into the organisation",
            "file. What the directory says of somebody is set, every other key and every comment stays. Nobody",
            "is removed, nobody gets an audience or a role, and who is disabled stays so.",
            "",
            "Whether somebody is covered depends on where they live, which directories seldom say: SCIM does by a",
            "\"home\" address, LDIF cannot. Nothing is guessed; whoever it is not known of is listed."
        })
final class OrganisationImportCommand implements Callable<Integer> {
    /** A larger file is refused unread. */
    static final int MAX_BYTES = 64 << 20;

    @Parameters(paramLabel = "FILE", description = "The directory's export.")
    private Path imported = Path.of("");

    @Mixin private OrganisationOptions organisation = new OrganisationOptions();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "scim or ldif. Default: by what the file begins with.")
    private @Nullable Format format;

    @Option(
            names = "--resides-in",
            paramLabel = "CC",
            description = "Where new people live of whom the file does not say it.")
    private @Nullable String residesIn;

    @Option(
            names = "--dry-run",
            description = "Print what the file would become, and change nothing.")
    private boolean isDryRun;

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    /** How the file is written. */
    enum Format {
        SCIM,
        LDIF
    }

    @Override
    public Integer call() {
        String text = readText();
        PeopleImport.Merged merged;
        try {
            List<ImportedPerson> people =
                    switch (formatOf(text)) {
                        case SCIM -> ScimPeople.read(text);
                        case LDIF -> LdifPeople.read(text);
                    };
            organisation.read(); // its own problems first
            merged =
                    OrganisationOptions.telling(() ->
                            PeopleImport.merge(
                                    YamlFile.text(organisation.file()),
                                    people,
                                    Optional.ofNullable(residesIn)));
        } catch (ImportFormatException e) {
            throw new CommandFailure(imported.getFileName() + ": " + e.getMessage());
        }
        Terminal terminal = new Terminal();
        if (isDryRun) {
            terminal.print(merged.text().stripTrailing());
            return ExitCode.OK;
        }
        StateDirectory.replace(organisation.file(), merged.text());
        if (isJson) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("added", merged.added());
            document.put("changed", merged.changed());
            terminal.print(Json.text(document));
        } else {
            merged.added().forEach(id -> terminal.print("+ " + id));
            merged.changed().forEach(id -> terminal.print("~ " + id));
            terminal.print(
                    merged.added().size()
                            + " added, "
                            + merged.changed().size()
                            + " changed in "
                            + organisation.file());
        }
        return ExitCode.OK;
    }

    private Format formatOf(String text) {
        if (format != null) {
            return format;
        }
        String begin = text.stripLeading();
        return begin.startsWith("{") || begin.startsWith("[") ? Format.SCIM : Format.LDIF;
    }

    private String readText() {
        try {
            if (Files.size(imported) > MAX_BYTES) {
                throw new CommandFailure(
                        imported + " has more than " + MAX_BYTES + " bytes; export fewer people");
            }
            return Files.readString(imported);
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot read " + imported + " as UTF-8: " + e.getClass().getSimpleName());
        }
    }
}
