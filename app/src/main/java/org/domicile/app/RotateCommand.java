package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.VerifierKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile ledger rotate}: moves a log to another signing key. */
@Command(
        name = "rotate",
        description = {
            "Moves a ledger to another signing key, in two steps with time between them:",
            "",
            "  domicile ledger rotate us --state DIR",
            "      makes the new key. From the gateway's next start on every checkpoint is signed with both,",
            "      and the log records it. Hand the printed verifier key to overseers and witnesses.",
            "",
            "  domicile ledger rotate us --state DIR --finish",
            "      when they have it: destroys the old key. From the gateway's next start on the new one",
            "      signs alone, and the log records that too.",
            "",
            "Whoever holds only the old verifier key is led to the new one by the log's own handover, which",
            "the old key signed; mirrors follow it by themselves. A witness must be told: --log KEY.",
            "",
            "Key files are encrypted with the passphrase in "
                    + Ledgers.PASSPHRASE
                    + ", where it is set."
        })
final class RotateCommand implements Callable<Integer> {
    @Parameters(
            index = "0",
            paramLabel = "JURISDICTION",
            description = "Whose ledger; its key is DIR/keys/JURISDICTION.key.")
    private String jurisdiction = "";

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where ledgers and keys are kept, as given to serve. Default: here.")
    private Path state = Path.of(".");

    @Option(names = "--finish", description = "Destroy the old key.")
    private boolean finish;

    @Override
    public Integer call() {
        StateDirectory directory = new StateDirectory(state.toAbsolutePath().normalize());
        Path keyFile = directory.signingKey(jurisdiction);
        if (!Files.exists(keyFile)) {
            throw new CommandFailure("there is no key " + keyFile + "; name it with --state");
        }
        try {
            if (finish) {
                finish(directory, keyFile);
            } else {
                begin(directory, keyFile);
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot change the key " + keyFile, e);
        }
    }

    private void begin(StateDirectory directory, Path keyFile) throws IOException {
        Path next = directory.nextSigningKey(jurisdiction);
        if (Files.exists(next)) {
            throw new CommandFailure(
                    "the ledger of "
                            + jurisdiction
                            + " is between two keys already; end that with --finish first");
        }
        String origin = Ledgers.signer(keyFile).verifierKey().name();
        LogSigner made = LogSigner.generate(next, origin, Ledgers.passphrase());
        Terminal terminal = new Terminal();
        terminal.print("new key   " + made.verifierKey().text());
        terminal.note(
                "Start the gateway again: from then on both keys sign. Hand the new key to overseers and"
                        + " witnesses, then run this with --finish.");
    }

    private void finish(StateDirectory directory, Path keyFile) throws IOException {
        Path next = directory.nextSigningKey(jurisdiction);
        if (!Files.exists(next)) {
            throw new CommandFailure(
                    "there is no new key for " + jurisdiction + "; make one without --finish");
        }
        VerifierKey newKey = Ledgers.signer(next).verifierKey();
        if (!isRecorded(directory, newKey)) {
            throw new CommandFailure(
                    "the log has not recorded its new key yet: start the gateway again first, else those"
                            + " who hold the old one could not follow");
        }
        overwrite(keyFile);
        Files.move(
                next, keyFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Terminal terminal = new Terminal();
        terminal.print("key       " + newKey.text());
        terminal.note("The old key is gone. Start the gateway again: the new one signs alone.");
    }

    private boolean isRecorded(StateDirectory directory, VerifierKey newKey) throws IOException {
        try {
            return LedgerVerifier.ownKey(directory.ledger(jurisdiction)).equals(newKey);
        } catch (LedgerDamage e) {
            throw new CommandFailure("the ledger's own key cannot be read: " + e.getMessage());
        }
    }

    /** Best effort: what a journal or a flash disk keeps is out of reach. */
    private static void overwrite(Path keyFile) throws IOException {
        try (FileChannel channel = FileChannel.open(keyFile, StandardOpenOption.WRITE)) {
            ByteBuffer zeros = ByteBuffer.allocate((int) channel.size());
            while (zeros.hasRemaining()) {
                channel.write(zeros);
            }
            channel.force(true);
        }
    }
}
