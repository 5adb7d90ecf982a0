package org.domicile.ledger.note;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a witness signs when it cosigns a checkpoint, C2SP tlog-cosignature: that at a time this was
 * the largest tree it had seen of the log, consistent with all before. A signature line has the
 * time, in seconds since 1970 and eight bytes, before the signature itself.
 */
final class Cosignature {
    static final int TIMESTAMP_BYTES = 8;

    /** A name or origin of more bytes of UTF-8 cannot be in an ML-DSA-44 message. */
    static final int MAX_NAME_BYTES = 255;

    private static final byte[] SUBTREE_LABEL =
            "subtree/v1\n\0".getBytes(StandardCharsets.US_ASCII);

    private Cosignature() {}

    /** Of a signature with its time before it; negative when out of bounds. */
    static long timestamp(byte[] timestamped) {
        return ByteBuffer.wrap(timestamped).getLong();
    }

    static byte[] timestamped(long timestamp, byte[] signature) {
        return ByteBuffer.allocate(TIMESTAMP_BYTES + signature.length)
                .putLong(timestamp)
                .put(signature)
                .array();
    }

    /**
     * The message that {@code cosigner} signs.
     *
     * @throws NoteFormatException when the note is no checkpoint, or a name is too long
     */
    static byte[] message(VerifierKey cosigner, String noteText, long timestamp) {
        Checkpoint checkpoint = Checkpoint.parse(noteText);
        return switch (cosigner.type()) {
            case ED25519, PASSKEY ->
                    throw new IllegalArgumentException("not a key for cosignatures");
            case COSIGNATURE_ED25519 ->
                    ("cosignature/v1\ntime " + timestamp + "\n" + noteText)
                            .getBytes(StandardCharsets.UTF_8);
            case COSIGNATURE_ML_DSA_44 -> subtree(cosigner.name(), checkpoint, timestamp);
        };
    }

    /** The structure {@code cosigned_message}; it does not hold extension lines. */
    private static byte[] subtree(String cosignerName, Checkpoint checkpoint, long timestamp) {
        byte[] name = bounded(cosignerName);
        byte[] origin = bounded(checkpoint.origin());
        return ByteBuffer.allocate(
                        SUBTREE_LABEL.length
                                + 1
                                + name.length
                                + Long.BYTES
                                + 1
                                + origin.length
                                + 2 * Long.BYTES
                                + Checkpoint.ROOT_BYTES)
                .put(SUBTREE_LABEL)
                .put((byte) name.length)
                .put(name)
                .putLong(timestamp)
                .put((byte) origin.length)
                .put(origin)
                .putLong(0)
                .putLong(checkpoint.size())
                .put(checkpoint.root())
                .array();
    }

    private static byte[] bounded(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > MAX_NAME_BYTES) {
            throw new NoteFormatException(
                    "an ML-DSA-44 cosignature has names of at most " + MAX_NAME_BYTES + " bytes");
        }
        return bytes;
    }
}
