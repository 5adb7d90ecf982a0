package org.domicile.ledger.note;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.domicile.testkit.SoftPasskey;
import org.junit.jupiter.api.Test;

/** Whatever comes, it is refused with one exception, or writes back as it was. */
class PasskeyFuzzTest {
    private static final String ORIGIN = "https://console.example.org:8443";
    private static final PasskeyKey KEY = PasskeyKey.ofCose(SoftPasskey.es256().coseKey(), ORIGIN);

    @FuzzTest
    void signature(byte[] data) {
        readOrRefuseSignature(data);
    }

    @FuzzTest
    void key(byte[] data) {
        readOrRefuseKey(data);
    }

    @FuzzTest
    void coseKey(byte[] data) {
        readOrRefuseCose(data);
    }

    @FuzzTest
    void origin(byte[] data) {
        readOrRefuseOrigin(new String(data, StandardCharsets.UTF_8));
    }

    @Test
    void randomChangesAreReadOrRefused() {
        SoftPasskey passkey = SoftPasskey.es256();
        SoftPasskey.Answer answer = passkey.sign(ORIGIN, new byte[32]);
        byte[] signature =
                new PasskeySignature(
                                answer.authenticatorData(),
                                answer.clientDataJson(),
                                answer.signature())
                        .encoded();
        Random random = new Random(26);
        int[] read = new int[4];
        for (int round = 0; round < 5_000; round++) {
            read[0] += readOrRefuseSignature(changed(signature, random)) ? 1 : 0;
            read[1] += readOrRefuseKey(changed(KEY.encoded(), random)) ? 1 : 0;
            read[2] += readOrRefuseCose(changed(passkey.coseKey(), random)) ? 1 : 0;
            byte[] origin = changed(ORIGIN.getBytes(StandardCharsets.UTF_8), random);
            read[3] += readOrRefuseOrigin(new String(origin, StandardCharsets.UTF_8)) ? 1 : 0;
        }
        assertThat(Arrays.stream(read).boxed().toList())
                .allSatisfy(count -> assertThat(count).isBetween(1, 4_999));
    }

    private static byte[] changed(byte[] seed, Random random) {
        byte[] bytes = Arrays.copyOf(seed, Math.max(1, seed.length + random.nextInt(4) - 2));
        for (int changes = random.nextInt(3); changes > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return random.nextInt(4) == 0 ? seed : bytes;
    }

    private static boolean readOrRefuseSignature(byte[] data) {
        try {
            PasskeySignature read = PasskeySignature.parse(data);
            assertThat(read.encoded()).isEqualTo(data);
            var _ = read.isOf(new byte[32], KEY);
            return true;
        } catch (NoteFormatException e) {
            return false;
        }
    }

    private static boolean readOrRefuseKey(byte[] data) {
        try {
            PasskeyKey read = PasskeyKey.parse(data);
            assertThat(read.encoded()).isEqualTo(data);
            assertThat(read.publicKey().getEncoded()).isNotEmpty();
            return true;
        } catch (NoteFormatException e) {
            return false;
        }
    }

    private static boolean readOrRefuseCose(byte[] data) {
        try {
            PasskeyKey read = PasskeyKey.ofCose(data, ORIGIN);
            byte[] x509 = read.publicKey().getEncoded();
            List<Integer> sameFrom = List.of(10, data.length - 32);
            for (int from : sameFrom) {
                assertThat(x509).containsSubsequence(Arrays.copyOfRange(data, from, from + 32));
            }
            return true;
        } catch (NoteFormatException e) {
            return false;
        }
    }

    private static boolean readOrRefuseOrigin(String origin) {
        try {
            PasskeyKey read = new PasskeyKey(KEY.algorithm(), KEY.point(), origin);
            assertThat(PasskeyKey.parse(read.encoded()).origin()).isEqualTo(origin);
            assertThat(read.relyingPartyId()).matches("[a-z0-9.-]+").doesNotContain("..");
            return true;
        } catch (NoteFormatException e) {
            return false;
        }
    }
}
