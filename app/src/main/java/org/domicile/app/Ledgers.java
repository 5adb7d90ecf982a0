package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.note.LogSigner;

/** Opens a gateway's ledgers, making each one's key the first time. */
final class Ledgers {
    private Ledgers() {}

    /**
     * @param origin the log's name, a URL without scheme (C2SP tlog-checkpoint), used when the key
     *     is made
     */
    static Ledger open(StateDirectory state, String jurisdiction, String origin) {
        try {
            Path keyFile = state.signingKey(jurisdiction);
            LogSigner signer =
                    Files.exists(keyFile)
                            ? LogSigner.load(keyFile)
                            : LogSigner.generate(keyFile, origin);
            Files.writeString(state.verifierKey(jurisdiction), signer.verifierKey().text() + "\n");
            return Ledger.open(state.ledger(jurisdiction), signer, LedgerOptions.defaults());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the ledger of " + jurisdiction, e);
        }
    }
}
