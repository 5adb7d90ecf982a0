package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerOptions;
import org.domicile.ledger.Release;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.witness.Witnessing;
import org.domicile.policy.Policy;
import org.jspecify.annotations.Nullable;

/** Opens a gateway's ledgers, making each one's key the first time. */
final class Ledgers {
    /** The environment variable whose value key files are encrypted with. */
    static final String PASSPHRASE = "DOMICILE_KEY_PASSPHRASE";

    private Ledgers() {}

    /** What key files are encrypted with; null where they are not. */
    static char @Nullable [] passphrase() {
        String passphrase = System.getenv(PASSPHRASE);
        return passphrase == null || passphrase.isEmpty() ? null : passphrase.toCharArray();
    }

    static LogSigner signer(Path keyFile) throws IOException {
        return openKey(keyFile, LogSigner::load);
    }

    /** Reads a key of one kind. */
    @FunctionalInterface
    interface KeyReader<T> {
        T read(Path keyFile, char @Nullable [] passphrase) throws IOException;
    }

    /** Reads a key file, or says where its passphrase is looked for. */
    static <T> T openKey(Path keyFile, KeyReader<T> reader) throws IOException {
        try {
            return reader.read(keyFile, passphrase());
        } catch (NoteFormatException e) {
            throw new CommandFailure(
                    keyFile
                            + ": "
                            + e.getMessage()
                            + " (the passphrase is read from "
                            + PASSPHRASE
                            + ")");
        }
    }

    /**
     * What a policy says of a jurisdiction's ledger.
     *
     * @param witnesses a file in C2SP tlog-policy format
     */
    record Witnessed(Policy.Release release, Optional<Path> witnesses) {
        LedgerOptions options() {
            return LedgerOptions.defaults()
                    .withRelease(
                            switch (release) {
                                case DURABLE -> Release.DURABLE;
                                case CHECKPOINTED -> Release.CHECKPOINTED;
                                case WITNESSED -> Release.WITNESSED;
                            },
                            LedgerOptions.DEFAULT_RELEASE_PATIENCE);
        }

        /** Begins to ask the witnesses, where there are any. */
        Optional<Witnessing> start(Ledger ledger) {
            return witnesses.map(file -> {
                try {
                    return Witnessing.start(ledger, WitnessPolicies.read(file));
                } catch (IllegalArgumentException e) {
                    throw new CommandFailure(file + ": " + e.getMessage());
                }
            });
        }
    }

    /**
     * @param origin the log's name, a URL without scheme (C2SP tlog-checkpoint), used when the key
     *     is made
     */
    static Ledger open(
            StateDirectory state, String jurisdiction, String origin, LedgerOptions options) {
        try {
            Path keyFile = state.signingKey(jurisdiction);
            LogSigner signer =
                    Files.exists(keyFile)
                            ? signer(keyFile)
                            : LogSigner.generate(keyFile, origin, passphrase());
            Path next = state.nextSigningKey(jurisdiction);
            if (Files.exists(next)) {
                signer = signer(next).after(signer);
            }
            Files.writeString(state.verifierKey(jurisdiction), signer.verifierKey().text() + "\n");
            return Ledger.open(state.ledger(jurisdiction), signer, options);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the ledger of " + jurisdiction, e);
        }
    }
}
