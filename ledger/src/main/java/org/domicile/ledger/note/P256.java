package org.domicile.ledger.note;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Points of the curve P-256 in fewer bytes, and the form of its signatures: what the platform does
 * not offer, on public values only.
 */
final class P256 {
    static final int BYTES = 32;

    /** FIPS 186-5, SP 800-186 section 3.2.1.3. */
    private static final BigInteger P =
            new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);

    private static final BigInteger B =
            new BigInteger("5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
    private static final BigInteger THREE = BigInteger.valueOf(3);
    private static final int EVEN = 2;
    private static final int ODD = 3;
    private static final int UNCOMPRESSED = 4;

    /** A sequence of two integers, each of 33 bytes at most. */
    private static final int SEQUENCE = 0x30;

    private static final int INTEGER = 2;

    private P256() {}

    /** SEC 1 section 2.3.3. */
    static byte[] compress(byte[] x, byte[] y) {
        byte[] compressed =
                ByteBuffer.allocate(1 + BYTES)
                        .put((byte) ((y[BYTES - 1] & 1) == 0 ? EVEN : ODD))
                        .put(x)
                        .array();
        byte[] uncompressed = decompress(compressed);
        if (!Arrays.equals(y, 0, BYTES, uncompressed, 1 + BYTES, 1 + 2 * BYTES)) {
            throw notOnCurve();
        }
        return compressed;
    }

    /** SEC 1 section 2.3.4; the square root is a power, as P is 3 modulo 4. */
    static byte[] decompress(byte[] compressed) {
        BigInteger x = new BigInteger(1, compressed, 1, BYTES);
        BigInteger square = x.pow(3).subtract(THREE.multiply(x)).add(B).mod(P);
        BigInteger root = square.modPow(P.add(BigInteger.ONE).shiftRight(2), P);
        if ((compressed[0] != EVEN && compressed[0] != ODD)
                || x.compareTo(P) >= 0
                || !root.multiply(root).mod(P).equals(square)) {
            throw notOnCurve();
        }
        BigInteger y = root.testBit(0) == (compressed[0] == ODD) ? root : P.subtract(root);
        byte[] last = y.toByteArray();
        int zeros = Math.max(0, BYTES - last.length);
        int skip = Math.max(0, last.length - BYTES);
        ByteBuffer uncompressed = ByteBuffer.allocate(1 + 2 * BYTES);
        uncompressed.put((byte) UNCOMPRESSED).put(compressed, 1, BYTES);
        uncompressed.position(uncompressed.position() + zeros);
        return uncompressed.put(last, skip, last.length - skip).array();
    }

    private static NoteFormatException notOnCurve() {
        return new NoteFormatException("the passkey's point is not on P-256");
    }

    /**
     * Whether it is an ECDSA-Sig-Value in DER (RFC 3279 section 2.2.3) in its one spelling, so that
     * nothing can be added to a signature. The numbers themselves are the platform's to judge.
     */
    static boolean isSignature(byte[] der) {
        return der.length >= 2
                && der[0] == SEQUENCE
                && der[1] == der.length - 2
                && integerEnd(der, integerEnd(der, 2)) == der.length;
    }

    /** Where a positive integer that begins there ends; -1 where there is none. */
    private static int integerEnd(byte[] der, int from) {
        if (from < 0 || from + 2 >= der.length || der[from] != INTEGER) {
            return -1;
        }
        int first = from + 2;
        int end = first + der[from + 1];
        boolean fits =
                der[from + 1] > 0
                        && der[from + 1] <= BYTES + 1
                        && end <= der.length
                        && der[first] >= 0
                        && !(der[first] == 0 && (first + 1 == end || der[first + 1] >= 0));
        return fits ? end : -1;
    }
}
