package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.domicile.policy.draft.DiscoveredTable;
import org.domicile.policy.draft.PolicyDraft;
import org.domicile.policy.store.Catalogue;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile draft}: a first policy for a store that is already there. */
@Command(
        name = "draft",
        description = {
            "Reads the catalogue of a store (no rows) and prints a first domicile.yaml in which every table",
            "is listed, each column has a category guessed from its name and type, and everything is hidden.",
            "`domicile organisation draft` prints the organisation.yaml that belongs to it."
        })
final class DraftCommand implements Callable<Integer> {
    @Parameters(
            paramLabel = "URL",
            description =
                    "postgresql://USER@HOST:PORT/DATABASE; the password comes from PGPASSWORD.")
    private String url = "";

    @Option(
            names = {"-j", "--jurisdiction"},
            paramLabel = "NAME",
            defaultValue = "home",
            description = "What to call the store's jurisdiction. Default: ${DEFAULT-VALUE}")
    private String jurisdiction = "home";

    @Override
    public Integer call() {
        String password = System.getenv("PGPASSWORD");
        try (Connection connection =
                StoreLogins.connect(
                        StoreLogins.Address.parse(url), password == null ? "" : password)) {
            List<DiscoveredTable> tables =
                    Catalogue.read(connection).tables().stream()
                            .map(DraftCommand::discovered)
                            .toList();
            new Terminal().print(PolicyDraft.write(jurisdiction, tables).stripTrailing());
            return ExitCode.OK;
        } catch (SQLException e) {
            throw new CommandFailure("cannot read the store's catalogue: " + e.getMessage());
        }
    }

    private static DiscoveredTable discovered(Catalogue.Table table) {
        return new DiscoveredTable(
                table.name(),
                table.columns().stream()
                        .map(column -> new DiscoveredTable.Column(column.name(), column.baseType()))
                        .toList(),
                table.primaryKey(),
                table.foreignKeys().stream()
                        .filter(key -> key.columns().size() == 1)
                        .map(key ->
                                new DiscoveredTable.Reference(
                                        key.columns().get(0), key.references()))
                        .toList());
    }
}
