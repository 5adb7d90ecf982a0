package org.domicile.console.access;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.domicile.ledger.note.ApprovalSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;

/**
 * A passkey that a browser has just made, as the authenticator tells of it (W3C Web Authentication
 * Level 3, sections 6.1 and 6.5.1). Who made it is not asked: its public half counts for nothing
 * before the custodian has written it into the organisation file.
 */
public final class NewPasskey {
    /** More than the longest credential id (1,023 bytes) and key come to. */
    static final int MAX_BYTES = 2_048;

    private static final int HASH_BYTES = 32;
    private static final int COUNTER_BYTES = 4;
    private static final int MODEL_BYTES = 16;

    /** The user was present (UP) and verified (UV); a credential is attached (AT). */
    private static final int NEEDED = 0x45;

    /** Extensions (ED), which nobody asked for. */
    private static final int EXTENSIONS = 0x80;

    private NewPasskey() {}

    /**
     * The public key, for {@code approval_key} in the organisation file.
     *
     * @throws NoteFormatException when it is none of ES256 or Ed25519
     */
    public static VerifierKey read(byte[] authenticatorData, String origin) {
        if (authenticatorData.length > MAX_BYTES) {
            throw new NoteFormatException("a new passkey has at most " + MAX_BYTES + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(authenticatorData);
        try {
            skip(in, HASH_BYTES);
            int flags = Byte.toUnsignedInt(in.get());
            if ((flags & NEEDED) != NEEDED || (flags & EXTENSIONS) != 0) {
                throw new NoteFormatException("the authenticator did not verify its user");
            }
            skip(in, COUNTER_BYTES + MODEL_BYTES);
            skip(in, Short.toUnsignedInt(in.getShort()));
            byte[] coseKey = new byte[in.remaining()];
            in.get(coseKey);
            return VerifierKey.ofPasskey(ApprovalSigner.NAME, coseKey, origin);
        } catch (BufferUnderflowException e) {
            throw new NoteFormatException("a new passkey is an id and a key");
        }
    }

    private static void skip(ByteBuffer in, int bytes) {
        if (bytes > in.remaining()) {
            throw new BufferUnderflowException();
        }
        in.position(in.position() + bytes);
    }
}
