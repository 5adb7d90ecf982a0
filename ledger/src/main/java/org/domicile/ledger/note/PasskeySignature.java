package org.domicile.ledger.note;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/**
 * What a passkey answers when it signs a note's text: a WebAuthn assertion whose challenge is the
 * text's SHA-256. In a signature line its three parts follow each other, each after its length in
 * two bytes. Specified in {@code docs/formats/passkey.md}; sections below are those of W3C Web
 * Authentication Level 3.
 *
 * @param authenticatorData what the authenticator says about itself, section 6.1
 * @param clientDataJson what the browser says about the page, section 5.8.1
 * @param signature over both
 */
public record PasskeySignature(byte[] authenticatorData, byte[] clientDataJson, byte[] signature) {
    /**
     * The relying party's hash, flags, and a counter: without extensions, which nobody asked for.
     */
    static final int AUTHENTICATOR_DATA_BYTES = 37;

    /** Nearly twice what browsers write with the longest origin. */
    public static final int MAX_CLIENT_DATA_BYTES = 768;

    /** The longest of ES256; Ed25519's has 64. */
    public static final int MAX_SIGNATURE_BYTES = 72;

    private static final int HASH_BYTES = 32;

    /** Section 6.1: the user was present (UP) and was verified (UV), by a PIN or a fingerprint. */
    private static final int PRESENT_AND_VERIFIED = 0x05;

    /** The passkey may be backed up (BE), and is (BS). */
    private static final int BACKUP_ELIGIBLE = 0x08;

    private static final int BACKED_UP = 0x10;

    public PasskeySignature {
        authenticatorData = authenticatorData.clone();
        clientDataJson = clientDataJson.clone();
        signature = signature.clone();
        if (authenticatorData.length != AUTHENTICATOR_DATA_BYTES
                || clientDataJson.length == 0
                || clientDataJson.length > MAX_CLIENT_DATA_BYTES
                || signature.length == 0
                || signature.length > MAX_SIGNATURE_BYTES) {
            throw new NoteFormatException(
                    "a passkey's signature is "
                            + AUTHENTICATOR_DATA_BYTES
                            + " bytes of an authenticator, at most "
                            + MAX_CLIENT_DATA_BYTES
                            + " of a browser, and at most "
                            + MAX_SIGNATURE_BYTES
                            + " of a signature");
        }
    }

    /**
     * Reads {@link #encoded}.
     *
     * @throws NoteFormatException when it is none
     */
    static PasskeySignature parse(byte[] encoded) {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        try {
            PasskeySignature read = new PasskeySignature(part(in), part(in), part(in));
            if (!in.hasRemaining()) {
                return read;
            }
        } catch (BufferUnderflowException e) {
            // Told below, as too much of it is.
        }
        throw new NoteFormatException(
                "a passkey's signature is three parts, each after its length");
    }

    private static byte[] part(ByteBuffer in) {
        int length = Short.toUnsignedInt(in.getShort());
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] part = new byte[length];
        in.get(part);
        return part;
    }

    byte[] encoded() {
        ByteBuffer out =
                ByteBuffer.allocate(
                        3 * Short.BYTES
                                + authenticatorData.length
                                + clientDataJson.length
                                + signature.length);
        for (byte[] part : List.of(authenticatorData, clientDataJson, signature)) {
            out.putShort((short) part.length).put(part);
        }
        return out.array();
    }

    /**
     * The signed note of a text.
     *
     * @param key whose passkey it is
     * @throws NoteUnverifiedException when that passkey did not sign exactly this text
     */
    public SignedNote note(String text, VerifierKey key) {
        SignedNote.SignatureLine line =
                new SignedNote.SignatureLine(key.name(), key.keyId(), encoded());
        SignedNote note = new SignedNote(text, List.of(line));
        var _ = note.textSignedBy(key);
        return note;
    }

    /** What a browser is given as the challenge, for a passkey to sign this text. */
    public static byte[] challenge(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Section 7.2 from step 10 on, but for the counter, which tells nothing to who comes later. */
    boolean isOf(byte[] challenge, PasskeyKey key) {
        return isOfPage(challenge, key.origin())
                && isOfPresentUser(key.relyingPartyId())
                && key.verifies(
                        ByteBuffer.allocate(AUTHENTICATOR_DATA_BYTES + HASH_BYTES)
                                .put(authenticatorData)
                                .put(sha256(clientDataJson))
                                .array(),
                        signature);
    }

    /**
     * Steps 10 to 14, by the limited verification algorithm of section 5.8.1.2: browsers write
     * these members first, in this order and in one spelling, so that no two readers of JSON can
     * read them differently. Members that later browsers add may follow.
     */
    private boolean isOfPage(byte[] challenge, String origin) {
        byte[] expected =
                ("{\"type\":\"webauthn.get\",\"challenge\":\""
                                + Base64.getUrlEncoder().withoutPadding().encodeToString(challenge)
                                + "\",\"origin\":\""
                                + origin
                                + "\",\"crossOrigin\":false")
                        .getBytes(StandardCharsets.US_ASCII);
        int more = expected.length;
        if (clientDataJson.length <= more
                || !Arrays.equals(clientDataJson, 0, more, expected, 0, more)
                || clientDataJson[clientDataJson.length - 1] != '}') {
            return false;
        }
        String rest =
                new String(
                        clientDataJson,
                        more,
                        clientDataJson.length - more,
                        StandardCharsets.ISO_8859_1);
        return rest.equals("}") || (rest.startsWith(",") && !rest.startsWith(",\"topOrigin\":"));
    }

    /** Steps 15 to 18. A flag that is not known here is refused: it may take something back. */
    private boolean isOfPresentUser(String relyingPartyId) {
        byte[] hash = sha256(relyingPartyId.getBytes(StandardCharsets.US_ASCII));
        int flags = Byte.toUnsignedInt(authenticatorData[HASH_BYTES]);
        return Arrays.equals(authenticatorData, 0, HASH_BYTES, hash, 0, HASH_BYTES)
                && switch (flags & ~PRESENT_AND_VERIFIED) {
                    case 0, BACKUP_ELIGIBLE, BACKUP_ELIGIBLE | BACKED_UP ->
                            (flags & PRESENT_AND_VERIFIED) == PRESENT_AND_VERIFIED;
                    default -> false;
                };
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public byte[] authenticatorData() {
        return authenticatorData.clone();
    }

    @Override
    public byte[] clientDataJson() {
        return clientDataJson.clone();
    }

    @Override
    public byte[] signature() {
        return signature.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PasskeySignature that && Arrays.equals(encoded(), that.encoded());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded());
    }

    @Override
    public String toString() {
        return "PasskeySignature[" + clientDataJson.length + " bytes of a browser]";
    }
}
