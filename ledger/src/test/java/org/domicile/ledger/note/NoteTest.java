package org.domicile.ledger.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NoteTest {
    /** The example of golang.org/x/mod/sumdb/note: key, text and signature. */
    private static final String GO_KEY =
            "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

    private static final String GO_PRIVATE_KEY = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
    private static final String GO_TEXT =
            """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.
            """;
    private static final String GO_NOTE =
            GO_TEXT
                    + "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    private static final byte[] ROOT = new byte[Checkpoint.ROOT_BYTES];

    @TempDir Path temporary;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static LogSigner goSigner() throws Exception {
        byte[] seed = Base64.getDecoder().decode(GO_PRIVATE_KEY);
        byte[] pkcs8 =
                HexFormat.of()
                        .parseHex(
                                "302e020100300506032b657004220420"
                                        + HexFormat.of().formatHex(seed, 1, seed.length));
        return new LogSigner(
                VerifierKey.parse(GO_KEY),
                KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(pkcs8)));
    }

    @Test
    void readsGosExample() {
        VerifierKey key = VerifierKey.parse(GO_KEY);
        assertThat(key.text()).isEqualTo(GO_KEY);
        assertThat(SignedNote.parse(utf8(GO_NOTE)).textSignedBy(key)).isEqualTo(GO_TEXT);
        assertThat(SignedNote.parse(utf8(GO_NOTE)).toBytes()).isEqualTo(utf8(GO_NOTE));
    }

    @Test
    void signsAsGoDoes() throws Exception {
        assertThat(goSigner().signNote(GO_TEXT).toBytes()).isEqualTo(utf8(GO_NOTE));
    }

    /** C2SP signed-note and tlog-checkpoint, the examples' form. */
    @Test
    void readsTheSpecificationsExamples() {
        SignedNote note =
                SignedNote.parse(
                        utf8(
                                """
                                Ognuno sta solo sul cuor della terra
                                trafitto da un raggio di sole:

                                ed è subito sera.

                                — quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
                                """));
        assertThat(note.text()).endsWith("\n\ned \u00e8 subito sera.\n");
        String text =
                """
                example.com/behind-the-sofa
                20852163
                CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
                """;
        String signature =
                "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
        Checkpoint checkpoint =
                Checkpoint.parse(SignedNote.parse(utf8(text + "\n" + signature)).text());
        assertThat(checkpoint.size()).isEqualTo(20852163);
        assertThat(checkpoint.text()).isEqualTo(text);
    }

    @Test
    void ignoresSignaturesOfKeysItDoesNotKnow() {
        String other = GO_NOTE + "\u2014 Somebody x08goAAAAAAA\n";
        VerifierKey key = VerifierKey.parse(GO_KEY);
        assertThat(SignedNote.parse(utf8(other)).textSignedBy(key)).isEqualTo(GO_TEXT);
    }

    @Test
    void refusesANoteThatTheKeyDidNotSign() throws Exception {
        VerifierKey key = VerifierKey.parse(GO_KEY);
        assertThatThrownBy(() ->
                        SignedNote.parse(utf8(GO_NOTE.replace("answer", "Answer")))
                                .textSignedBy(key))
                .isInstanceOf(NoteUnverifiedException.class);
        VerifierKey other =
                LogSigner.generate(temporary.resolve("key"), "PeterNeumann").verifierKey();
        assertThatThrownBy(() -> SignedNote.parse(utf8(GO_NOTE)).textSignedBy(other))
                .isInstanceOf(NoteUnverifiedException.class);
    }

    @Test
    void aCheckpointIsOfTheLogThatTheKeyNames() throws Exception {
        LogSigner signer = goSigner();
        byte[] foreign = signer.signNote(new Checkpoint("other", 5, ROOT).text()).toBytes();
        assertThatThrownBy(() -> Checkpoint.open(foreign, signer.verifierKey()))
                .isInstanceOf(NoteUnverifiedException.class);
        byte[] own = signer.signCheckpoint(5, ROOT);
        assertThat(Checkpoint.open(own, signer.verifierKey()))
                .isEqualTo(new Checkpoint("PeterNeumann", 5, ROOT));
    }

    @Test
    void eachFlippedBitOfACheckpointIsRefused() throws Exception {
        LogSigner signer = goSigner();
        byte[] note = signer.signCheckpoint(1234, ROOT);
        for (int bit = 0; bit < note.length * 8; bit++) {
            byte[] flipped = note.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> Checkpoint.open(flipped, signer.verifierKey()))
                    .as("bit " + bit)
                    .isInstanceOfAny(NoteFormatException.class, NoteUnverifiedException.class);
        }
    }

    @Test
    void aKeyFileIsForItsOwnerOnlyAndReadBack() throws Exception {
        Path file = temporary.resolve("log.key");
        LogSigner made = LogSigner.generate(file, "example.com/us");
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        LogSigner read = LogSigner.load(file);
        assertThat(read.verifierKey()).isEqualTo(made.verifierKey());
        assertThat(read.signCheckpoint(1, ROOT)).isEqualTo(made.signCheckpoint(1, ROOT));
        assertThat(made.toString()).doesNotContain("PRIVATE").doesNotContain("+");
        assertThatThrownBy(() -> LogSigner.generate(file, "example.com/us"))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void anEncryptedKeyFileOpensWithItsPassphraseOnly() throws Exception {
        Path file = temporary.resolve("log.key");
        LogSigner made = LogSigner.generate(file, "example.com/us", "correct horse".toCharArray());
        assertThat(Files.readString(file)).contains("-----BEGIN ENCRYPTED PRIVATE KEY-----");
        assertThat(LogSigner.load(file, "correct horse".toCharArray()).signCheckpoint(1, ROOT))
                .isEqualTo(made.signCheckpoint(1, ROOT));
        assertThatThrownBy(() -> LogSigner.load(file))
                .isInstanceOf(NoteFormatException.class)
                .hasMessageContaining("is encrypted and no passphrase was given");
        assertThatThrownBy(() -> LogSigner.load(file, "battery".toCharArray()))
                .isInstanceOf(NoteFormatException.class)
                .hasMessageContaining("the passphrase does not open the key file");
    }

    /** Made by OpenSSL 3.0: {@code openssl pkcs8 -topk8 -v2 aes-256-cbc}. */
    @Test
    void aKeyThatOpensslEncryptedIsRead() throws Exception {
        byte[] pkcs8 =
                EncryptedKey.decrypt(
                        Base64.getDecoder()
                                .decode(
                                        "MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAioYMkNwYgphwICCAAw"
                                                + "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEODfdOh/IrqgkXOeWrxI7kEEQBzC"
                                                + "ZUS12bTmSD7OTdkkOHMK1eupEzvIvsrLWY7TB+ZDRmyIE+iKTQkdCmCGRdCiMC9S"
                                                + "ly3bpaDRm32GQk06sOM="),
                        "correct-horse".toCharArray());
        assertThat(HexFormat.of().formatHex(pkcs8))
                .endsWith("106e78980846b98589b7411c2a2a213588" + "a58d95903a29e911b32244d2ac65ef");
    }

    @Test
    void keysAreFollowedFromWhicheverIsTrusted() throws Exception {
        LogSigner first = LogSigner.generate(temporary.resolve("1"), "example.com/us");
        LogSigner second = LogSigner.generate(temporary.resolve("2"), "example.com/us");
        LogSigner third = LogSigner.generate(temporary.resolve("3"), "example.com/us");
        LogSigner thief = LogSigner.generate(temporary.resolve("4"), "example.com/us");
        byte[] toSecond = second.after(first).handover().orElseThrow();
        byte[] toThird = third.after(second).handover().orElseThrow();
        for (LogSigner trusted : List.of(first, second, third)) {
            LogKeys keys = LogKeys.follow(trusted.verifierKey(), List.of(toSecond, toThird));
            assertThat(keys.newest()).isEqualTo(third.verifierKey());
            assertThat(keys.openEarlier(first.signCheckpoint(5, ROOT)).size()).isEqualTo(5);
        }
        assertThatThrownBy(() -> LogKeys.follow(thief.verifierKey(), List.of(toSecond, toThird)))
                .isInstanceOf(NoteUnverifiedException.class);
        assertThatThrownBy(() -> LogKeys.follow(first.verifierKey(), List.of(toThird, toSecond)))
                .isInstanceOf(NoteUnverifiedException.class);
        byte[] back = first.after(second).handover().orElseThrow();
        assertThatThrownBy(() -> LogKeys.follow(first.verifierKey(), List.of(toSecond, back)))
                .isInstanceOf(NoteUnverifiedException.class);
        // A note that only the new key signed leads nobody away.
        SignedNote alone = SignedNote.parse(toSecond);
        byte[] oneSided =
                new SignedNote(alone.text(), List.of(alone.signatures().getFirst())).toBytes();
        assertThatThrownBy(() -> LogKeys.follow(first.verifierKey(), List.of(oneSided)))
                .isInstanceOf(NoteUnverifiedException.class);
        LogSigner other = LogSigner.generate(temporary.resolve("5"), "example.com/eu");
        assertThatThrownBy(() -> other.after(first)).isInstanceOf(NoteFormatException.class);
    }

    @Test
    void aKeyFileOfTwoHalvesIsRefused() throws Exception {
        LogSigner.generate(temporary.resolve("a"), "example.com/us");
        LogSigner.generate(temporary.resolve("b"), "example.com/us");
        String mixed =
                Files.readAllLines(temporary.resolve("a")).getFirst()
                        + "\n"
                        + Files.readString(temporary.resolve("b")).split("\n", 2)[1];
        assertThatThrownBy(() -> LogSigner.parse(mixed)).isInstanceOf(NoteFormatException.class);
    }

    @Test
    void namesWithSpacesOrPlusAreRefused() {
        for (String name : new String[] {"", "a b", "a+b", "a\nb", "a\u00a0b", "a\u2003b"}) {
            assertThatThrownBy(() -> LogSigner.generate(temporary.resolve("k"), name))
                    .isInstanceOf(NoteFormatException.class);
        }
    }

    /** Whatever bytes come, each reader either refuses in its own words or reads what is there. */
    @Test
    void randomChangesAreReadOrRefused() throws Exception {
        Random random = new Random(3);
        LogSigner signer = goSigner();
        Path keyFile = temporary.resolve("fuzz.key");
        LogSigner.generate(keyFile, "example.com/us");
        byte[][] seeds = {
            utf8(GO_NOTE), signer.signCheckpoint(7, ROOT), utf8(GO_KEY), Files.readAllBytes(keyFile)
        };
        int accepted = 0;
        for (int round = 0; round < 5_000; round++) {
            byte[] input = mutate(seeds[random.nextInt(seeds.length)], random);
            try {
                assertThat(SignedNote.parse(input).toBytes()).isEqualTo(input);
                accepted++;
                Checkpoint.open(input, signer.verifierKey());
            } catch (NoteFormatException | NoteUnverifiedException e) {
                assertThat(e).hasNoCause();
            }
            String text = new String(input, StandardCharsets.UTF_8);
            try {
                assertThat(VerifierKey.parse(text).text()).isEqualTo(text);
            } catch (NoteFormatException e) {
                assertThat(e).hasNoCause();
            }
            try {
                LogSigner.parse(text);
            } catch (NoteFormatException e) {
                assertThat(e).hasNoCause();
            }
        }
        assertThat(accepted).isPositive();
    }

    private static byte[] mutate(byte[] seed, Random random) {
        byte[] bytes = Arrays.copyOf(seed, Math.max(1, seed.length - random.nextInt(3)));
        for (int changes = random.nextInt(4); changes > 0; changes--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
