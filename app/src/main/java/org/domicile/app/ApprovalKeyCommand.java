package org.domicile.app;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.domicile.ledger.note.ApprovalSigner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile approval-key}: makes the key with which a person asks, approves and denies. */
@Command(
        name = "approval-key",
        description = {
            "Makes a person's key file and prints the line that registers it in organisation.yaml. Make it",
            "yourself, on your own machine, and keep the file: whoever has it can sign in your name, and",
            "nobody without it can, neither the operator nor the store's administrator.",
            "",
            "Where DOMICILE_KEY_PASSPHRASE is set, the file is encrypted with it.",
            "",
            "  domicile approval-key alice --out alice.key"
        })
final class ApprovalKeyCommand implements Callable<Integer> {
    @Parameters(paramLabel = "PERSON", description = "Your id in organisation.yaml.")
    private String person = "";

    @Option(
            names = "--out",
            paramLabel = "FILE",
            required = true,
            description = "Where to write the key; must not exist yet, readable by you only.")
    private Path out = Path.of("");

    @Override
    public Integer call() {
        char[] passphrase = Ledgers.passphrase();
        Terminal terminal = new Terminal();
        try {
            ApprovalSigner signer = ApprovalSigner.generate(out, passphrase);
            terminal.note(
                    "wrote "
                            + out
                            + (passphrase == null
                                    ? ", not encrypted: set "
                                            + Ledgers.PASSPHRASE
                                            + " to have it so"
                                    : ", encrypted"));
            terminal.note("put this line under \"" + person + "\" in organisation.yaml:");
            terminal.print("approval_key: " + signer.verifierKey().text());
            return ExitCode.OK;
        } catch (FileAlreadyExistsException e) {
            throw new CommandFailure(out + " exists already; choose another name with --out");
        } catch (IOException e) {
            throw new CommandFailure("cannot write " + out + ": " + e.getClass().getSimpleName());
        }
    }
}
