package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.Receipt;
import org.domicile.ledger.ReceiptMaker;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile ledger disclose}: opens one entry for somebody, as a file that proves itself. */
@Command(
        name = "disclose",
        description = {
            "Writes a receipt: one entry, the private fields you choose to open, and the proof that it is in",
            "the log. Whoever gets it checks it offline, with the log's public key alone:",
            "",
            "  domicile verify FILE --key KEY",
            "",
            "What you do not open stays closed: the receipt has only its salted digest. The receipt holds",
            "the opened values in the clear (in base64), so hand it on as you would hand on these. May run",
            "while the log is being written.",
            "",
            "Exit status 1 where there is no such entry or field, or where its values were erased."
        })
final class DiscloseCommand implements Callable<Integer> {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The ledger's directory.")
    private Path directory = Path.of(".");

    @Parameters(index = "1", paramLabel = "ENTRY", description = "The entry's number, from 0.")
    private long entry;

    @Option(
            names = "--fields",
            paramLabel = "NAME",
            split = ",",
            description =
                    "The private fields to open, with commas: accessor, client, sql, subjects, roster."
                            + " None without it.")
    private List<String> fields = List.of();

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description =
                    "Where to write it; must not exist yet, readable by you only. Default: standard output.")
    private @Nullable Path output;

    @Override
    public Integer call() {
        try {
            Receipt receipt =
                    ReceiptMaker.make(
                            directory,
                            LedgerVerifier.ownKey(directory),
                            entry,
                            new LinkedHashSet<>(fields));
            if (output == null) {
                System.out.write(receipt.toBytes());
                System.out.flush();
            } else {
                write(output, receipt.toBytes());
            }
            return ExitCode.OK;
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        } catch (LedgerDamage damage) {
            throw new CommandFailure("the ledger is damaged, verify it: " + damage.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot disclose entry " + entry, e);
        }
    }

    private static void write(Path file, byte[] content) throws IOException {
        try {
            if (Files.getFileStore(file.toAbsolutePath().getParent())
                    .supportsFileAttributeView("posix")) {
                Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
            } else {
                Files.createFile(file);
            }
            Files.write(file, content, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(file + " exists already; choose another name with -o");
        }
    }
}
