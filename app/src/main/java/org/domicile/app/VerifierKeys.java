package org.domicile.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;

/** Verifier keys as command lines give them. */
final class VerifierKeys {
    private VerifierKeys() {}

    /** An option's key, or that of a file. */
    static VerifierKey read(String option, String textOrFile) {
        if (textOrFile.contains("+") && !Files.isRegularFile(Path.of(textOrFile))) {
            return parse(option, textOrFile);
        }
        try {
            return parse(option, Files.readString(Path.of(textOrFile)));
        } catch (IOException e) {
            throw new CommandFailure("there is no key file " + textOrFile, ExitCode.USAGE);
        }
    }

    static VerifierKey parse(String what, String text) {
        try {
            return VerifierKey.parse(text.strip());
        } catch (NoteFormatException e) {
            throw new CommandFailure(
                    what + " is not a verifier key: " + e.getMessage(), ExitCode.USAGE);
        }
    }
}
