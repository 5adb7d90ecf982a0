package org.domicile.ledger.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Cosignatures, against checkpoints that witnesses on the internet cosigned and C2SP's text. */
final class CosignatureTest {
    private static final String LOG_KEY =
            "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f";
    private static final List<String> ED25519_WITNESSES =
            List.of(
                    "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2",
                    "witness.stagemole.eu+67f7aea0+BEqSG3yu9YrmcM3BHvQYTxwFj3uSWakQepafafpUqklv",
                    "transparency.dev/DEV:witness-little-garden+d8042a87+BCtusOxINQNUTN5Oj8HObRkh2yHf/MwYaGX4CPdiVEPM",
                    "witness1.smartit.nu/witness1+a48c820f+BPSFWg9G6KPiO7QPryYO5Xq4oYJJ+kAvLKLSimDhoxMO");
    private static final String TEXT =
            "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    @TempDir Path temporary;

    private static byte[] resource(String name) throws Exception {
        try (InputStream in = CosignatureTest.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        }
    }

    @Test
    void readsWhatFourWitnessesCosignedWithEd25519() throws Exception {
        SignedNote note = SignedNote.parse(resource("cosigned-ed25519.txt"));
        assertThat(note.lineOf(VerifierKey.parse(LOG_KEY))).isPresent();
        for (String witness : ED25519_WITNESSES) {
            VerifierKey key = VerifierKey.parse(witness);
            assertThat(key.type()).isEqualTo(VerifierKey.Type.COSIGNATURE_ED25519);
            assertThat(key.text()).isEqualTo(witness);
            assertThat(note.lineOf(key).orElseThrow().timestamp()).isEqualTo(0x6a122120L);
            SignedNote other =
                    new SignedNote(note.text().replace("1432088532", "42"), note.signatures());
            assertThatThrownBy(() -> other.lineOf(key)).isInstanceOf(NoteUnverifiedException.class);
        }
    }

    @Test
    void readsWhatAWitnessCosignedWithMlDsa44() throws Exception {
        SignedNote note = SignedNote.parse(resource("cosigned-ml-dsa-44.txt"));
        VerifierKey key =
                VerifierKey.parse(
                        new String(resource("witness-ml-dsa-44.vkey"), StandardCharsets.UTF_8)
                                .strip());
        assertThat(key.type()).isEqualTo(VerifierKey.Type.COSIGNATURE_ML_DSA_44);
        assertThat(note.lineOf(key).orElseThrow().timestamp()).isEqualTo(0x6a6fb0f3L);
        SignedNote other =
                new SignedNote(note.text().replace("185550722", "42"), note.signatures());
        assertThatThrownBy(() -> other.lineOf(key)).isInstanceOf(NoteUnverifiedException.class);
    }

    /** The messages as tlog-cosignature's two sections lay them out, written by hand. */
    @Test
    void signsTheMessagesOfTheSpecification() throws Exception {
        VerifierKey ed25519 = generate(VerifierKey.Type.COSIGNATURE_ED25519).verifierKey();
        assertThat(Cosignature.message(ed25519, TEXT, 1679315147))
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("cosignature/v1\ntime 1679315147\n" + TEXT);
        VerifierKey mlDsa = generate(VerifierKey.Type.COSIGNATURE_ML_DSA_44).verifierKey();
        String hex =
                "737562747265652f76310a00" // subtree/v1, newline, NUL
                        + "15" // 21 bytes of name
                        + HexFormat.of()
                                .formatHex("example.com/witness/1".getBytes(StandardCharsets.UTF_8))
                        + "000000006418508b" // 1679315083
                        + "1b" // 27 bytes of origin
                        + HexFormat.of()
                                .formatHex(
                                        "example.com/behind-the-sofa"
                                                .getBytes(StandardCharsets.UTF_8))
                        + "0000000000000000"
                        + "00000000013e2dc3" // 20852163
                        + "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62";
        assertThat(HexFormat.of().formatHex(Cosignature.message(mlDsa, TEXT, 1679315083)))
                .isEqualTo(hex);
        // Extension lines are signed by the one and passed over by the other.
        String extended = TEXT + "more\n";
        assertThat(Cosignature.message(ed25519, extended, 1)).asString().endsWith("more\n");
        assertThat(Cosignature.message(mlDsa, extended, 1))
                .isEqualTo(Cosignature.message(mlDsa, TEXT, 1));
    }

    private Cosigner generate(VerifierKey.Type type) throws Exception {
        return Cosigner.generate(temporary.resolve(type.name()), "example.com/witness/1", type);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "COSIGNATURE_.*")
    void aCosignatureFitsItsCheckpointAndNoOther(VerifierKey.Type type) throws Exception {
        Cosigner cosigner = generate(type);
        VerifierKey key = VerifierKey.parse(cosigner.verifierKey().text());
        Instant time = Instant.ofEpochSecond(1_700_000_000);
        SignedNote.SignatureLine line = cosigner.cosign(TEXT, time);
        SignedNote note = SignedNote.parse(new SignedNote(TEXT, List.of(line)).toBytes());
        assertThat(note.lineOf(key)).contains(line);
        assertThat(line.timestamp()).isEqualTo(1_700_000_000);
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            byte[] changed = line.signature();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            SignedNote forged =
                    new SignedNote(
                            TEXT,
                            List.of(
                                    new SignedNote.SignatureLine(
                                            line.name(), line.keyId(), changed)));
            assertThatThrownBy(() -> forged.lineOf(key))
                    .isInstanceOf(NoteUnverifiedException.class);
        }
        for (int length : new int[] {0, 1, 8, 9, line.signature().length - 1}) {
            assertThat(key.verifies(TEXT, new byte[length])).isFalse();
        }
        assertThatThrownBy(() -> key.verifies("no checkpoint\n", line.signature()))
                .isInstanceOf(NoteFormatException.class);
    }

    @Test
    void aTimeBeyondTheBoundIsRefused() throws Exception {
        Cosigner cosigner = generate(VerifierKey.Type.COSIGNATURE_ED25519);
        byte[] late = cosigner.cosign(TEXT, Instant.ofEpochSecond(1)).signature();
        late[0] = (byte) 0x80;
        assertThat(cosigner.verifierKey().verifies(TEXT, late)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = "COSIGNATURE_.*")
    void aKeyFileIsForItsOwnerOnlyAndReadBack(VerifierKey.Type type) throws Exception {
        Cosigner made = generate(type);
        Path file = temporary.resolve(type.name());
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Cosigner.load(file).verifierKey()).isEqualTo(made.verifierKey());
        assertThat(made.toString()).doesNotContain("PRIVATE").doesNotContain("+");
        assertThatThrownBy(() -> LogSigner.load(file)).isInstanceOf(NoteFormatException.class);
        Path log = temporary.resolve("log");
        LogSigner.generate(log, "example.com/log");
        assertThatThrownBy(() -> Cosigner.load(log)).isInstanceOf(NoteFormatException.class);
        String asCosigner =
                Files.readString(log).replace("domicile-log-key", "domicile-witness-key");
        assertThatThrownBy(() -> Cosigner.parse(asCosigner))
                .isInstanceOf(NoteFormatException.class);
    }

    @Test
    void keysOfTwoTypesAreTwoKeysOfOneSecret() throws Exception {
        VerifierKey one = VerifierKey.parse(ED25519_WITNESSES.getFirst());
        String text = one.text();
        assertThat(one.isSameKey(VerifierKey.parse(text))).isTrue();
        assertThat(one.isSameKey(VerifierKey.parse(ED25519_WITNESSES.get(1)))).isFalse();
        // Another type byte needs another key id.
        assertThatThrownBy(() -> VerifierKey.parse(text.replace("+BOvN", "+AevN")))
                .isInstanceOf(NoteFormatException.class);
    }

    @Test
    void randomChangesAreReadOrRefused() throws Exception {
        Random random = new Random(5);
        byte[][] seeds = {
            resource("cosigned-ed25519.txt"),
            resource("cosigned-ml-dsa-44.txt"),
            resource("witness-ml-dsa-44.vkey"),
            Files.readAllBytes(fileOf(VerifierKey.Type.COSIGNATURE_ED25519))
        };
        List<VerifierKey> keys = new ArrayList<>();
        ED25519_WITNESSES.forEach(text -> keys.add(VerifierKey.parse(text)));
        for (int round = 0; round < 2_000; round++) {
            byte[] input = seeds[random.nextInt(seeds.length)].clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                input[random.nextInt(input.length)] = (byte) random.nextInt(256);
            }
            String text = new String(input, StandardCharsets.UTF_8);
            try {
                SignedNote note = SignedNote.parse(input);
                assertThat(note.toBytes()).isEqualTo(input);
                assertThat(SignedNote.parseLines(lines(note))).isEqualTo(note.signatures());
                keys.forEach(note::lineOf);
            } catch (NoteFormatException | NoteUnverifiedException e) {
                assertThat(e).hasNoCause();
            }
            try {
                assertThat(VerifierKey.parse(text).text()).isEqualTo(text);
            } catch (NoteFormatException e) {
                assertThat(e).hasNoCause();
            }
            try {
                Cosigner.parse(text);
            } catch (NoteFormatException e) {
                assertThat(e).hasNoCause();
            }
        }
    }

    private static byte[] lines(SignedNote note) {
        StringBuilder lines = new StringBuilder();
        note.signatures().forEach(line -> lines.append(line.text()));
        return lines.toString().getBytes(StandardCharsets.UTF_8);
    }

    private Path fileOf(VerifierKey.Type type) throws Exception {
        generate(type);
        return temporary.resolve(type.name());
    }
}
