package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.domicile.ledger.BodyEraser;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.index.LedgerIndex;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile ledger erase}: destroys the private values of one entry. */
@Command(
        name = "erase",
        description = {
            "Destroys the private values of one entry: who asked, the exact SQL, whose data it showed. This",
            "cannot be undone. The entry itself and every proof about it stay as they are; `verify` counts",
            "it as erased, and `ledger disclose` can no longer open it.",
            "",
            "First it is recorded: an entry body-erased, with --reason and --by as its private values, is",
            "durable before anything is destroyed. A running log adds it; else it waits in the directory",
            "and gets under a checkpoint when the log is opened the next time.",
            "",
            "May run while the log is being written, for all entries but the newest: of those it says what",
            "to do. Killed at any moment it leaves the ledger whole; run it again to finish.",
            "",
            "It erases what lies in this directory. Backups, snapshots, receipts that were handed out and",
            "worn-out blocks of a flash disk are not in its reach; see docs/formats/ledger.md. Of search indexes",
            "only DIRECTORY.index is told."
        })
final class EraseCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The ledger's directory.")
    private Path directory = Path.of(".");

    @Parameters(index = "1", paramLabel = "ENTRY", description = "The entry's number, from 0.")
    private long entry;

    @Option(
            names = "--reason",
            paramLabel = "TEXT",
            description =
                    "Why, e.g. \"request of the subject\"; kept as a private value of the entry that tells"
                            + " of the erasure. At most 255 characters.")
    private @Nullable String reason;

    @Option(names = "--by", paramLabel = "NAME", description = "Who erases, likewise.")
    private @Nullable String operator;

    private BodyEraser.Why why() {
        return new BodyEraser.Why(Optional.ofNullable(reason), Optional.ofNullable(operator));
    }

    /** The search index beside the ledger, where there is one, has the accessor's name too. */
    private void forgetInIndex() throws IOException, LedgerDamage {
        Path real = directory.toRealPath();
        Path index = SearchCommand.indexOf(real);
        if (Files.exists(index)) {
            try (LedgerIndex opened = LedgerIndex.open(index, real, LedgerVerifier.ownKey(real))) {
                opened.forget(entry);
            }
        }
    }

    @Override
    public Integer call() {
        try {
            new Terminal()
                    .print(
                            switch (BodyEraser.erase(directory, entry, why())) {
                                case ERASED -> "erased the private values of entry " + entry;
                                case ALREADY_ERASED -> "entry " + entry + " was erased before";
                                case HAD_NO_PRIVATE_VALUES ->
                                        "entry " + entry + " has no private values";
                            });
            forgetInIndex();
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        } catch (LedgerDamage damage) {
            throw new CommandFailure(
                    "nothing was erased, verify the ledger: " + damage.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot erase entry " + entry, e);
        }
    }
}
