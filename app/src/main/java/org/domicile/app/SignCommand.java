package org.domicile.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.domicile.control.request.SignedAct;
import org.domicile.ledger.note.NoteFormatException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code domicile sign}: signs an act that another machine prepared. */
@Command(
        name = "sign",
        description = {
            "Signs the four lines that the console shows for an act (asking, approving, denying, ending,",
            "reviewing, freezing) and prints the signed note, to be pasted there. Reads them from its standard",
            "input. Needs your key and nothing else: neither the policy nor a network.",
            "",
            "  domicile sign --key ana.key < act.txt"
        })
final class SignCommand implements Callable<Integer> {
    /** A longer text is none of ours. */
    static final int MAX_BYTES = 1024;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            required = true,
            description =
                    "Your key file, made by `domicile approval-key`. The passphrase of an encrypted one is"
                            + " read from "
                            + Ledgers.PASSPHRASE
                            + ".")
    private Path keyFile = Path.of("");

    @Override
    public Integer call() {
        Terminal terminal = new Terminal();
        SignedAct act;
        try {
            byte[] text = System.in.readNBytes(MAX_BYTES);
            act =
                    SignedAct.sign(
                            new String(text, StandardCharsets.UTF_8).strip() + "\n",
                            SignerOptions.load(keyFile));
        } catch (NoteFormatException e) {
            throw new CommandFailure(
                    "that is nothing to sign: paste the four lines as the console shows them",
                    ExitCode.USAGE);
        } catch (IOException e) {
            throw new CommandFailure("cannot read what to sign: " + e.getClass().getSimpleName());
        }
        terminal.note("signed: " + act.kind().text() + " " + act.about() + " at " + act.at());
        terminal.print(act.noteText().stripTrailing());
        return ExitCode.OK;
    }
}
