package org.domicile.ledger.note;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A person's private Ed25519 key, with which they ask for grants and decide about those of others.
 *
 * <p>Its file is a {@link KeyFile} whose word is {@code domicile-approval-key}: a log's key
 * approves nothing, and this one signs no checkpoints. Every such key has the name {@link #NAME},
 * since the public half goes into ledgers, which name no person; its key id tells it from others.
 */
public final class ApprovalSigner {
    /** The name of every such key. */
    public static final String NAME = "domicile-approval";

    private static final String WORD = "domicile-approval-key";

    private final KeyFile key;

    private ApprovalSigner(KeyFile key) {
        this.key = key;
        if (!isApprovalKey(key.verifierKey()) || !key.signsNotes()) {
            throw new NoteFormatException(
                    "this is no key of " + NAME + ", or not one key's halves");
        }
    }

    /** Whether somebody can ask and decide with it: the public half of such a key, or a passkey. */
    public static boolean isApprovalKey(VerifierKey key) {
        return key.name().equals(NAME)
                && switch (key.type()) {
                    case ED25519, PASSKEY -> true;
                    case COSIGNATURE_ED25519, COSIGNATURE_ML_DSA_44 -> false;
                };
    }

    /**
     * Makes a key and writes its file.
     *
     * @param passphrase what the file is encrypted with; null for a file that is not
     * @throws IOException when the file exists already or cannot be written; a file that was
     *     started is left, incomplete, for the caller to look at
     */
    public static ApprovalSigner generate(Path keyFile, char @Nullable [] passphrase)
            throws IOException {
        ApprovalSigner signer =
                new ApprovalSigner(KeyFile.generate(NAME, VerifierKey.Type.ED25519));
        signer.key.write(keyFile, WORD, passphrase);
        return signer;
    }

    /**
     * Reads a key file.
     *
     * @param passphrase of an encrypted file; not asked for by one that is not
     * @throws NoteFormatException when it is not one, its halves do not belong together, or the
     *     passphrase is missing or does not open it
     */
    public static ApprovalSigner load(Path keyFile, char @Nullable [] passphrase)
            throws IOException {
        return new ApprovalSigner(KeyFile.read(keyFile, WORD, passphrase));
    }

    /** The public half, to be registered with the person. */
    public VerifierKey verifierKey() {
        return key.verifierKey();
    }

    /**
     * The signed note of a text.
     *
     * @param text ends in a newline
     */
    public SignedNote sign(String text) {
        return new SignedNote(text, List.of(key.line(text)));
    }

    /** Keeps the private key out of log lines. */
    @Override
    public String toString() {
        return "ApprovalSigner[" + verifierKey().shortText() + "]";
    }
}
