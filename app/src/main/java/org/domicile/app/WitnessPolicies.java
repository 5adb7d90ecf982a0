package org.domicile.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.witness.WitnessPolicy;

/** Files in C2SP tlog-policy format, as command lines and {@code domicile.yaml} name them. */
final class WitnessPolicies {
    private WitnessPolicies() {}

    static WitnessPolicy read(Path file) {
        try {
            return WitnessPolicy.parse(Files.readAllBytes(file));
        } catch (NoSuchFileException e) {
            throw new CommandFailure("there is no policy file " + file, ExitCode.USAGE);
        } catch (IOException e) {
            throw new CommandFailure("cannot read the witnesses of " + file + ": " + e);
        } catch (NoteFormatException e) {
            throw new CommandFailure(file + ": " + e.getMessage());
        }
    }
}
