package org.domicile.app;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.domicile.policy.store.InitReport;
import org.domicile.policy.store.StoreInit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code domicile init}: prepares a store, once, with an administrator's account. */
@Command(
        name = "init",
        description = {
            "Prepares a store: makes Domicile's own roles and schema, and takes from PUBLIC what a",
            "reader must not have. Afterwards Domicile never needs an administrator again. Running it",
            "again does what is still to do, for tables and roles that came since.",
            "",
            "Each right given or taken is listed. Where the administrator is no superuser, it says of",
            "each what was not permitted and what then rests on the gate alone."
        })
final class InitCommand implements Callable<Integer> {
    @Mixin private PolicyOptions policy = new PolicyOptions();

    @Option(
            names = "--admin",
            required = true,
            paramLabel = "URL",
            description =
                    "postgresql://USER@HOST:PORT/DATABASE of a superuser, or of the database's owner who"
                            + " may create roles. The password comes from PGPASSWORD.")
    private String admin = "";

    @Override
    public Integer call() {
        List<PolicyOptions.Target> targets = policy.targets();
        if (targets.size() != 1) {
            throw new CommandFailure(
                    "init prepares one store at a time: name it with --jurisdiction",
                    ExitCode.USAGE);
        }
        StoreLogins store = targets.get(0).store();
        StoreLogins.Address address = StoreLogins.Address.parse(admin);
        if (!address.database().equals(store.database())) {
            throw new CommandFailure(
                    "--admin names database \""
                            + address.database()
                            + "\", the policy's store for \""
                            + store.jurisdiction()
                            + "\" is \""
                            + store.database()
                            + "\"");
        }
        String password = System.getenv("PGPASSWORD");
        try (Connection connection =
                StoreLogins.connect(address, password == null ? "" : password)) {
            report(new Terminal(), StoreInit.run(connection, store.secret()));
            return ExitCode.OK;
        } catch (SQLException e) {
            throw new CommandFailure(
                    "init did not finish; what was done stays, run it again: " + e.getMessage());
        }
    }

    private static void report(Terminal terminal, InitReport report) {
        for (InitReport.Item item : report.items()) {
            String mark =
                    switch (item.result()) {
                        case DONE -> terminal.paint(Terminal.Colour.GREEN, "done   ");
                        case ALREADY -> "already";
                        case NOT_PERMITTED -> terminal.paint(Terminal.Colour.YELLOW, "open   ");
                    };
            terminal.print(mark + "  " + item.id() + ": " + item.closes());
            if (!item.rests().isEmpty()) {
                terminal.print("           " + item.rests());
            }
        }
        terminal.print(
                report.open().isEmpty()
                        ? "The store is prepared. Next: domicile plan"
                        : "The store is prepared, but "
                                + report.open().size()
                                + " items were not permitted to this administrator: what they would"
                                + " hold rests on the gate alone.");
    }
}
