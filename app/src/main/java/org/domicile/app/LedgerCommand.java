package org.domicile.app;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code domicile ledger}: what is done with a ledger besides writing and verifying it. */
@Command(
        name = "ledger",
        description = "Works with a ledger: serves it, copies it, opens single entries of it.",
        subcommands = {
            LedgerServeCommand.class,
            LedgerMirrorCommand.class,
            SearchCommand.class,
            DiscloseCommand.class,
            EraseCommand.class,
            RotateCommand.class
        })
final class LedgerCommand implements Callable<Integer> {
    @Override
    public Integer call() {
        throw new CommandFailure(
                "say what to do with the ledger; domicile ledger --help lists it", ExitCode.USAGE);
    }
}
