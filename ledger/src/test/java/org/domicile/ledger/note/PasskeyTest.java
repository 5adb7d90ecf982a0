package org.domicile.ledger.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.domicile.testkit.SoftPasskey.PRESENT_AND_VERIFIED;
import static org.domicile.testkit.SoftPasskey.authenticatorData;
import static org.domicile.testkit.SoftPasskey.clientData;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.domicile.testkit.SoftPasskey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Notes that passkeys sign: what was made elsewhere is read, and each single lie is refused. */
final class PasskeyTest {
    private static final String TEXT =
            """
            domicile-request/v1
            approve
            cb4ea4e87ca52d19cfd628f64e061d4a90ad48da4d30b32194dac633856d1818
            2026-11-22T12:10:00Z
            """;

    private static final String HOST = "console.example.org";
    private static final String ORIGIN = "https://" + HOST;
    private static final byte[] CHALLENGE = PasskeySignature.challenge(TEXT);

    /** Keys and signatures by OpenSSL 3.0's command line, the rest by hand; as in passkey.md. */
    static final String ES256_COSE =
            "a501020326200121582010dc780523750567e5ee4453578f15fdea6f7df882aa9fcb775a8973"
                    + "49ecc2ad225820d5b3bb6ab1f2d809c697a738ccfdcabade831e61a0a30f31a4db08667df344"
                    + "67";

    static final String ES256_KEY =
            "domicile-approval+89bf2290+/29yZy5kb21pY2lsZS9wYXNza2V5L3YxCvkDENx4BSN1BWfl7"
                    + "kRTV48V/epvffiCqp/Ld1qJc0nswq1odHRwczovL2NvbnNvbGUuZXhhbXBsZS5vcmc=";
    static final String ES256_NOTE =
            TEXT
                    + "\n\u2014 domicile-approval "
                    + "ib8ikAAlXzhwN2CzPKsix8QzPVrEF8BhaPcVm1kzVvCMDWj+Km4dAAAAAACMeyJ0eXBlIjoid2Vi"
                    + "YXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiWFZPZ0xzWE9RU2tjV21CdlZTUDJXcFhrR01QN3l2UG9j"
                    + "ZklIMUl1OVlTayIsIm9yaWdpbiI6Imh0dHBzOi8vY29uc29sZS5leGFtcGxlLm9yZyIsImNyb3Nz"
                    + "T3JpZ2luIjpmYWxzZX0ARzBFAiBzHHmBdY70EKb+N8J3MhGQ9JFk4jI7sEtDXe/ijCuHDwIhAPnU"
                    + "CFtaSztQi63OGus4mP8l6RzXFUm/CaSLdCmTZu9d"
                    + "\n";
    static final String EDDSA_COSE =
            "a40101032720062158202fefdc9c57eeedf27b9075c37197740090043940a1db56fec0ab70dc"
                    + "b224731f";
    static final String EDDSA_KEY =
            "domicile-approval+5ab64061+/29yZy5kb21pY2lsZS9wYXNza2V5L3YxCvgv79ycV+7t8nuQd"
                    + "cNxl3QAkAQ5QKHbVv7Aq3DcsiRzH2h0dHBzOi8vY29uc29sZS5leGFtcGxlLm9yZw==";
    static final String EDDSA_NOTE =
            TEXT
                    + "\n\u2014 domicile-approval "
                    + "WrZAYQAlXzhwN2CzPKsix8QzPVrEF8BhaPcVm1kzVvCMDWj+Km4FAAAABwCMeyJ0eXBlIjoid2Vi"
                    + "YXV0aG4uZ2V0IiwiY2hhbGxlbmdlIjoiWFZPZ0xzWE9RU2tjV21CdlZTUDJXcFhrR01QN3l2UG9j"
                    + "ZklIMUl1OVlTayIsIm9yaWdpbiI6Imh0dHBzOi8vY29uc29sZS5leGFtcGxlLm9yZyIsImNyb3Nz"
                    + "T3JpZ2luIjpmYWxzZX0AQHCHUQF+FFI2Zu9exNr2+JXrP6uGexrRjr8QmLeLCCizrW5h8TqJU1nq"
                    + "q0MRGMFtVUwec31xIHHQ81aE8h3QNQk="
                    + "\n";

    @TempDir Path temporary;

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }

    private static PasskeySignature signature(SoftPasskey.Answer answer) {
        return new PasskeySignature(
                answer.authenticatorData(), answer.clientDataJson(), answer.signature());
    }

    private static VerifierKey key(SoftPasskey passkey) {
        return VerifierKey.ofPasskey(ApprovalSigner.NAME, passkey.coseKey(), ORIGIN);
    }

    @Test
    void notesThatOpensslSignedAreRead() {
        for (List<String> vector :
                List.of(
                        List.of(ES256_COSE, ES256_KEY, ES256_NOTE),
                        List.of(EDDSA_COSE, EDDSA_KEY, EDDSA_NOTE))) {
            VerifierKey key = VerifierKey.parse(vector.get(1));
            assertThat(key.text()).isEqualTo(vector.get(1));
            assertThat(key.origin()).contains(ORIGIN);
            assertThat(ApprovalSigner.isApprovalKey(key)).isTrue();
            assertThat(key)
                    .isEqualTo(
                            VerifierKey.ofPasskey(ApprovalSigner.NAME, hex(vector.get(0)), ORIGIN));
            SignedNote note = SignedNote.parse(utf8(vector.get(2)));
            assertThat(note.textSignedBy(key)).isEqualTo(TEXT);
            assertThat(note.toBytes()).isEqualTo(utf8(vector.get(2)));
        }
    }

    /** W3C Web Authentication Level 3, section 16: three that are as ours must be. */
    @Test
    void theSpecificationsVectorsAreRead() {
        assertThat(
                        isOf(
                                "ef1deba56dce48f674a447ccf63b9599258ce87648e5c396f2ef0ca1da460e3b",
                                "a50102032620012158203b8176b7504489cc593046d7988abb7905a742de6ac2cdc748a873c663e90cb12258201436d5edc9a75f23999eef9d5950a5c2455514ee1014084720f841a06b828a11",
                                "0d",
                                "7x3rpW3OSPZ0pEfM9juVmSWM6HZI5cOW8u8ModpGDjs",
                                "false}",
                                "304502203ecef83fb12a0cae7841055f9f87103a99fd14b424194bbf06c4623d3ee6e3fd022100d2ace346db262b1374a6b70faa51f518a42ddca13a4125ce6f5052a75bac9fb6"))
                .isTrue();
        assertThat(
                        isOf(
                                "b1106fa46a57bef1781511c0557dc898a03413d5f0f17d244630c194c7e1adb5",
                                "a50102032620012158201cf27f25da591208a4239c2e324f104f585525479a29edeedd830f48e77aeae522582059e4b7da6c0106e206ce390c93ab98a15a5ec3887e57f0cc2bece803b920c423",
                                "0d",
                                "sRBvpGpXvvF4FRHAVX3ImKA0E9Xw8X0kRjDBlMfhrbU",
                                "false,\"extraData\":\"clientDataJSON may be extended with additional fields in the future, such as this: AZMwyMxIbD8-uguFNp6r8Q\"}",
                                "30450220694969d3ee928de6f02ef23a9c644d7d779916451734a94b432542f498a1ebe90221008b0819c824218a97152cd099c55bfb1477b29d900a49a64018314f9bfccda163"))
                .isTrue();
        assertThat(
                        isOf(
                                "00093b66c21d5b5e89f7a07082118907ea3e502d343b314b8c5a54d62db202fb",
                                "a501020326200121582041202698c9d9753fb4bb3f27cd09fe6b8afdb76438ee2ae54d7c9dade10d864b225820d8735115cdb330a63ea1d6e43d5000f4bd56f99bce83ee1d73301fc270116d07",
                                "0d",
                                "AAk7ZsIdW16J96BwghGJB-o-UC00OzFLjFpU1i2yAvs",
                                "false}",
                                "3045022060dc76b1607ec716c6e5eba8d056695ed6bc47b2e3d7a729c34e759e3ab66aa0022100d010a9e8fddcb64c439dfdca628ddb33cf245d567d157d9f66f942601bed9b38"))
                .isTrue();
    }

    /** Three more of them, genuine, that one rule each refuses. */
    @Test
    void theSpecificationsVectorsOfFramesAndOfUnverifiedUsersAreRefused() {
        String crossOrigin =
                "true,\"extraData\":\"clientDataJSON may be extended with additional fields in the future, such as this: 92pcTVD0Aby-q4dtmj6efg\"}";
        assertThat(
                        isOf(
                                "876aa517ba83fdee65fcffdbca4c84eeae5d54f8041a1fc85c991e5bbb273137",
                                "a501020326200121582022200a473f90b11078851550d03b4e44a2279f8c4eca27b3153dedfe03e4e97d225820cbd0be95e746ad6f5a8191be11756e4c0420e72f65b466d39bc56b8b123a9c6e",
                                "05",
                                "h2qlF7qD_e5l_P_bykyE7q5dVPgEGh_IXJkeW7snMTc",
                                crossOrigin,
                                "3046022100eb12fcf23b12764c0f122e22371fab92e283879fd798f38ee1841c951b6e40e7022100c76237ff9db77b3c56f30837cda6a09acfa2e915544e609c0733b1184036d1cf"))
                .isFalse();
        assertThat(
                        isOf(
                                "39c0e7521417ba54d43e8dc95174f423dee9bf3cd804ff6d65c857c9abf4d408",
                                "a5010203262001215820afefa16f97ca9b2d23eb86ccb64098d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e2664796b9220",
                                "19",
                                "OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag",
                                "false}",
                                "3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b93538174f575bf11a1dd5d78c6e486013f937295ea13653e331e87"))
                .isFalse();
        // Of Ed25519 the specification has one vector, without verification of the user: the
        // signature alone is right.
        PasskeyKey key =
                PasskeyKey.ofCose(
                        hex(
                                "a401010327200621582044e06ddd331c36a8dc667bab52bcae63486c916aa5e339e6acebaa84934bf832"),
                        "https://example.org");
        SoftPasskey.Answer message =
                SoftPasskey.ed25519()
                        .sign(
                                authenticatorData("example.org", 0x01),
                                clientData(
                                                "webauthn.get",
                                                hex(
                                                        "895957e01c633a698348a2d8a31a54b7db27e8c1c43b2080d79ae2190267bfd2"),
                                                "https://example.org")
                                        + "}");
        byte[] signature =
                hex(
                        "f5c59c7e46c34f6f8cc197101ddf9934fa2595f68eb1913a637e8419eb9ba4cfdfc48f85393bc0d40b011f0d6fecb097d6607525713223a0dc0d453993dae00b");
        assertThat(
                        key.verifies(
                                ByteBuffer.allocate(69)
                                        .put(message.authenticatorData())
                                        .put(
                                                PasskeySignature.challenge(
                                                        new String(
                                                                message.clientDataJson(),
                                                                StandardCharsets.UTF_8)))
                                        .array(),
                                signature))
                .isTrue();
        assertThat(
                        new PasskeySignature(
                                        message.authenticatorData(),
                                        message.clientDataJson(),
                                        signature)
                                .isOf(
                                        hex(
                                                "895957e01c633a698348a2d8a31a54b7db27e8c1c43b2080d79ae2190267bfd2"),
                                        key))
                .isFalse();
    }

    private static boolean isOf(
            String challenge,
            String coseKey,
            String flags,
            String challengeText,
            String crossOriginAndMore,
            String signature) {
        String json =
                "{\"type\":\"webauthn.get\",\"challenge\":\""
                        + challengeText
                        + "\",\"origin\":\"https://example.org\",\"crossOrigin\":"
                        + crossOriginAndMore;
        String relyingPartyHash =
                "bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b5";
        return new PasskeySignature(
                        hex(relyingPartyHash + flags + "00000000"), utf8(json), hex(signature))
                .isOf(hex(challenge), PasskeyKey.ofCose(hex(coseKey), "https://example.org"));
    }

    /** Chromium 156 with its virtual authenticator, at a page of http://localhost:42519. */
    @Test
    void whatChromiumSignedIsRead() {
        String origin = "http://localhost:42519";
        String json = clientData("webauthn.get", CHALLENGE, origin) + "}";
        byte[] data = authenticatorData("localhost", PRESENT_AND_VERIFIED);
        data[36] = 2;
        for (List<String> vector :
                List.of(
                        List.of(
                                "a5010203262001215820784f12863d211aa3b00679ed8a67e54fe945a6ef0de28c3230cb7a395afe70ea2258"
                                        + "20f14c546b60c1d77b027f26f5ddcc533e45a87d4dbbf8bc8df00e40cbda1e1f73",
                                "3045022100ca4640800b2c8bf940ceac660bfe3b73b2b2f52e46c43c1bfc0d11f9fb2185ed02206679520751"
                                        + "5dc9708c08c05aac18ce60857a1434d4c75568fd9797d459637c0e"),
                        List.of(
                                "a40101032720062158203c17ffa1818db96f3c95887f72d52de5107658cc60fd042bc8cfd2129a44bd67",
                                "38199b148058326b34bc6830dd60f1369467af89e5500a286e4020dbb0451d53c71a55d9109e452e6c7d2c06"
                                        + "4c31c8fd88eb134ba704bcdabfb14e8baec0cd00"))) {
            VerifierKey key =
                    VerifierKey.ofPasskey(ApprovalSigner.NAME, hex(vector.get(0)), origin);
            PasskeySignature signature = new PasskeySignature(data, utf8(json), hex(vector.get(1)));
            assertThat(signature.note(TEXT, key).text()).isEqualTo(TEXT);
        }
    }

    @Test
    void whatAPasskeySignsIsRead() {
        for (SoftPasskey passkey : List.of(SoftPasskey.es256(), SoftPasskey.ed25519())) {
            SignedNote note = signature(passkey.sign(ORIGIN, CHALLENGE)).note(TEXT, key(passkey));
            VerifierKey key = VerifierKey.parse(key(passkey).text());
            assertThat(SignedNote.parse(note.toBytes()).textSignedBy(key)).isEqualTo(TEXT);
        }
    }

    /** Each is well signed by the right key, and wrong in one thing only. */
    @Test
    void eachLieOfABrowserOrAuthenticatorIsRefused() {
        String honest = clientData("webauthn.get", CHALLENGE, ORIGIN);
        byte[] present = authenticatorData(HOST, PRESENT_AND_VERIFIED);
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("made, not used", clientData("webauthn.create", CHALLENGE, ORIGIN) + "}");
        pages.put(
                "another text",
                clientData("webauthn.get", PasskeySignature.challenge(TEXT + "x"), ORIGIN) + "}");
        pages.put("another site", clientData("webauthn.get", CHALLENGE, "https://evil.org") + "}");
        pages.put("a subdomain", clientData("webauthn.get", CHALLENGE, "https://a." + HOST) + "}");
        pages.put("another port", clientData("webauthn.get", CHALLENGE, ORIGIN + ":444") + "}");
        pages.put("no TLS", clientData("webauthn.get", CHALLENGE, "http://" + HOST) + "}");
        pages.put("in a frame", honest.replace("false", "true") + "}");
        pages.put("in a frame of", honest + ",\"topOrigin\":\"https://evil.org\"}");
        pages.put("a lie after it", honest + "}{}");
        pages.put(
                "a lie before it", "{\"origin\":\"https://evil.org\"," + honest.substring(1) + "}");
        pages.put("a space", "{ " + honest.substring(1) + "}");
        pages.put("another spelling", honest.replace("get", "g\\u0065t") + "}");
        pages.put("unfinished", honest);
        pages.put("unfinished member", honest + ",\"a\":1");
        pages.put("no comma", honest + "1}");
        Map<String, byte[]> authenticators = new LinkedHashMap<>();
        authenticators.put("another host", authenticatorData("evil.org", PRESENT_AND_VERIFIED));
        authenticators.put("the origin", authenticatorData(ORIGIN, PRESENT_AND_VERIFIED));
        for (int flags = 0; flags < 256; flags++) {
            if (!List.of(0x05, 0x0d, 0x1d).contains(flags)) {
                authenticators.put("flags " + flags, authenticatorData(HOST, flags));
            }
        }
        for (SoftPasskey passkey : List.of(SoftPasskey.es256(), SoftPasskey.ed25519())) {
            pages.forEach((lie, page) -> assertRefused(lie, passkey, passkey.sign(present, page)));
            authenticators.forEach(
                    (lie, data) -> assertRefused(lie, passkey, passkey.sign(data, honest + "}")));
            assertRefused("another passkey", passkey, SoftPasskey.es256().sign(ORIGIN, CHALLENGE));
            assertRefused("another kind", passkey, SoftPasskey.ed25519().sign(ORIGIN, CHALLENGE));
            // What none of them is: backed up, with a counter, of a browser that says more.
            for (int flags : List.of(0x0d, 0x1d)) {
                byte[] data = authenticatorData(HOST, flags);
                data[36] = 9;
                var _ =
                        signature(passkey.sign(data, honest + ",\"more\":[1,{}]}"))
                                .note(TEXT, key(passkey));
            }
        }
    }

    private static void assertRefused(String lie, SoftPasskey passkey, SoftPasskey.Answer answer) {
        assertThatThrownBy(() -> signature(answer).note(TEXT, key(passkey)))
                .as(lie)
                .isInstanceOf(NoteUnverifiedException.class);
    }

    @Test
    void eachFlippedBitOfANoteIsRefused() {
        VerifierKey key = VerifierKey.parse(ES256_KEY);
        byte[] note = utf8(ES256_NOTE);
        for (int bit = 0; bit < note.length * 8; bit++) {
            byte[] flipped = note.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThatThrownBy(() -> SignedNote.parse(flipped).textSignedBy(key))
                    .as("bit " + bit)
                    .isInstanceOfAny(NoteFormatException.class, NoteUnverifiedException.class);
        }
    }

    /** A counter may be anything; a signature's parts have one form and nothing follows them. */
    @Test
    void aSignatureHasOneForm() {
        byte[] encoded = signature(SoftPasskey.es256().sign(ORIGIN, CHALLENGE)).encoded();
        assertThat(PasskeySignature.parse(encoded).encoded()).isEqualTo(encoded);
        for (int length = 0; length < encoded.length; length++) {
            byte[] part = Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> PasskeySignature.parse(part))
                    .isInstanceOf(NoteFormatException.class);
        }
        assertThatThrownBy(() -> PasskeySignature.parse(Arrays.copyOf(encoded, encoded.length + 1)))
                .isInstanceOf(NoteFormatException.class);
        // Extensions, which nobody asked for, and more than a browser says.
        assertThatThrownBy(() -> new PasskeySignature(new byte[38], new byte[1], new byte[1]))
                .isInstanceOf(NoteFormatException.class);
        assertThatThrownBy(() -> new PasskeySignature(new byte[37], new byte[769], new byte[1]))
                .isInstanceOf(NoteFormatException.class);
        assertThatThrownBy(() -> new PasskeySignature(new byte[37], new byte[1], new byte[73]))
                .isInstanceOf(NoteFormatException.class);
        assertThat(new PasskeySignature(new byte[37], new byte[768], new byte[72]).encoded())
                .hasSize(6 + 37 + 768 + 72);
    }

    /** Authenticators make both; so two signatures of one text say no more than one. */
    @Test
    void bothHalvesOfEcdsaAreRead() {
        BigInteger order =
                new BigInteger(
                        "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);
        SoftPasskey passkey = SoftPasskey.es256();
        SoftPasskey.Answer answer = passkey.sign(ORIGIN, CHALLENGE);
        while (answer.signature().length != 71 || answer.signature()[3] != 33) {
            answer =
                    passkey.sign(
                            ORIGIN, CHALLENGE); // so that each of the forms below may be so long
        }
        byte[] der = answer.signature();
        byte[] r = Arrays.copyOfRange(der, 4, 4 + der[3]);
        byte[] s = Arrays.copyOfRange(der, 6 + der[3], der.length);
        byte[] other = order.subtract(new BigInteger(s)).toByteArray();
        for (byte[] half : List.of(s, other)) {
            assertThat(
                            new PasskeySignature(
                                            answer.authenticatorData(),
                                            answer.clientDataJson(),
                                            der(0x30, 0x02, r, half))
                                    .note(TEXT, key(passkey))
                                    .text())
                    .isEqualTo(TEXT);
        }
        byte[] padded = ByteBuffer.allocate(1 + s.length).put((byte) 0).put(s).array();
        byte[] longForm =
                ByteBuffer.allocate(der.length + 1)
                        .put(new byte[] {0x30, (byte) 0x81})
                        .put(der, 1, der.length - 1)
                        .array();
        byte[] shorterThanItIs = der.clone();
        shorterThanItIs[1]--;
        byte[] bare = ByteBuffer.allocate(64).put(right(r)).put(right(s)).array();
        for (byte[] form :
                List.of(
                        der(0x31, 0x02, r, s),
                        der(0x30, 0x03, r, s),
                        der(0x30, 0x02, r, padded),
                        der(0x30, 0x02, right(r), s),
                        der(0x30, 0x02, new byte[1], s),
                        der(0x30, 0x02, r, new byte[1]),
                        Arrays.copyOf(der, der.length + 1),
                        Arrays.copyOf(der, der.length - 1),
                        longForm,
                        shorterThanItIs,
                        bare)) {
            assertThat(P256.isSignature(form)).as(HexFormat.of().formatHex(form)).isFalse();
            assertRefused(
                    HexFormat.of().formatHex(form),
                    passkey,
                    new SoftPasskey.Answer(
                            answer.authenticatorData(), answer.clientDataJson(), form));
        }
        assertRefused(
                "s is not below the order",
                passkey,
                new SoftPasskey.Answer(
                        answer.authenticatorData(),
                        answer.clientDataJson(),
                        der(0x30, 0x02, right(r), order.toByteArray())));
    }

    private static byte[] right(byte[] number) {
        byte[] fixed = new byte[32];
        int length = Math.min(32, number.length);
        System.arraycopy(number, number.length - length, fixed, 32 - length, length);
        return fixed;
    }

    private static byte[] der(int sequence, int integer, byte[] r, byte[] s) {
        return ByteBuffer.allocate(6 + r.length + s.length)
                .put(new byte[] {(byte) sequence, (byte) (4 + r.length + s.length)})
                .put(new byte[] {(byte) integer, (byte) r.length})
                .put(r)
                .put(new byte[] {(byte) integer, (byte) s.length})
                .put(s)
                .array();
    }

    @Test
    void anOriginIsAsBrowsersWriteIt() {
        byte[] cose = SoftPasskey.es256().coseKey();
        for (String origin :
                List.of(
                        "https://example.org",
                        "https://a.b-c.example.org:8443",
                        "https://xn--bcher-kva.example",
                        "https://localhost",
                        "http://localhost",
                        "http://localhost:8080",
                        "https://" + "a.".repeat(59) + "a",
                        "https://1.example.org:65535")) {
            VerifierKey key = VerifierKey.ofPasskey(ApprovalSigner.NAME, cose, origin);
            assertThat(VerifierKey.parse(key.text()).origin()).contains(origin);
        }
        for (String origin :
                List.of(
                        "",
                        "https://",
                        "http://example.org",
                        "https://example.org/",
                        "https://example.org:443",
                        "http://localhost:80",
                        "https://example.org:0",
                        "https://example.org:65536",
                        "https://example.org:08443",
                        "https://Example.org",
                        "https://example.org.",
                        "https://-a.org",
                        "https://127.0.0.1",
                        "https://[::1]",
                        "https://b\u00fccher.example",
                        "https://a\"b.org",
                        "https://user@example.org",
                        "https://" + "a".repeat(64) + ".org",
                        "https://" + "a.".repeat(60) + "a")) {
            assertThatThrownBy(() -> VerifierKey.ofPasskey(ApprovalSigner.NAME, cose, origin))
                    .as(origin)
                    .isInstanceOf(NoteFormatException.class);
        }
    }

    @Test
    void whatIsNoPointOfTheCurveIsNoKey() {
        byte[] cose = hex(ES256_COSE);
        for (int at : List.of(9, 10, 20, 41, 42, 44, 45, 76)) {
            byte[] changed = cose.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> VerifierKey.ofPasskey("a", changed, ORIGIN))
                    .as("byte " + at)
                    .isInstanceOf(NoteFormatException.class);
        }
        assertThatThrownBy(() -> VerifierKey.ofPasskey("a", Arrays.copyOf(cose, 78), ORIGIN))
                .isInstanceOf(NoteFormatException.class);
        byte[] point = PasskeyKey.ofCose(cose, ORIGIN).point();
        assertThat(P256.decompress(point)).hasSize(65).endsWith(Arrays.copyOfRange(cose, 45, 77));
        byte[] notCompressed = point.clone();
        notCompressed[0] = 4;
        assertThatThrownBy(() -> P256.decompress(notCompressed))
                .isInstanceOf(NoteFormatException.class);
        // Of any twenty numbers about half are no point's.
        int points = 0;
        for (int i = 0; i < 20; i++) {
            byte[] next = point.clone();
            next[32] = (byte) i;
            try {
                var _ = new PasskeyKey(PasskeyKey.Algorithm.ES256, next, ORIGIN).publicKey();
                points++;
            } catch (NoteFormatException e) {
                assertThat(e).hasMessageContaining("not on P-256");
            }
        }
        assertThat(points).isBetween(1, 19);
    }

    /** SEC 1 section 2.3.4, on points of small numbers; SP 800-186 section 3.2.1.3. */
    @Test
    void aPointIsOnTheCurveAndHasOneSpelling() {
        BigInteger prime =
                new BigInteger(
                        "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        BigInteger b =
                new BigInteger(
                        "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b", 16);
        int shorter = 0;
        for (int i = 0; i < 1_000; i++) {
            BigInteger x = BigInteger.valueOf(i);
            byte[] uncompressed;
            try {
                uncompressed = P256.decompress(compressed(x));
            } catch (NoteFormatException e) {
                continue;
            }
            BigInteger y = new BigInteger(1, uncompressed, 33, 32);
            assertThat(uncompressed).hasSize(65).startsWith(4);
            assertThat(y.testBit(0)).isTrue();
            assertThat(y.pow(2).mod(prime))
                    .isEqualTo(
                            x.pow(3).subtract(x.multiply(BigInteger.valueOf(3))).add(b).mod(prime));
            shorter += y.bitLength() <= 248 ? 1 : 0;
            assertThatThrownBy(() -> P256.decompress(compressed(x.add(prime))))
                    .isInstanceOf(NoteFormatException.class);
        }
        assertThat(shorter).isPositive();
    }

    private static byte[] compressed(BigInteger x) {
        return ByteBuffer.allocate(33).put((byte) 3).put(right(x.toByteArray())).array();
    }

    @Test
    void oneKeyIsTheSameUnderTwoOriginsAndAsAFile() throws Exception {
        SoftPasskey passkey = SoftPasskey.es256();
        VerifierKey here = key(passkey);
        VerifierKey there =
                VerifierKey.ofPasskey(ApprovalSigner.NAME, passkey.coseKey(), "https://b.org");
        assertThat(here).isNotEqualTo(there);
        assertThat(here.isSameKey(there)).isTrue();
        assertThat(here.isSameKey(key(SoftPasskey.es256()))).isFalse();
        VerifierKey file = ApprovalSigner.generate(temporary.resolve("key"), null).verifierKey();
        byte[] typed = Base64Text.decode("the key", file.text().split("\\+", 3)[2]);
        byte[] cose =
                ByteBuffer.allocate(42).put(hex("a4010103272006215820")).put(typed, 1, 32).array();
        VerifierKey asPasskey = VerifierKey.ofPasskey(ApprovalSigner.NAME, cose, ORIGIN);
        assertThat(asPasskey).isNotEqualTo(file);
        assertThat(asPasskey.isSameKey(file)).isTrue();
    }

    @Test
    void aPasskeySignsNothingElse() {
        VerifierKey key = VerifierKey.parse(EDDSA_KEY);
        assertThat(
                        ApprovalSigner.isApprovalKey(
                                VerifierKey.ofPasskey("a", hex(ES256_COSE), ORIGIN)))
                .isFalse();
        assertThat(key.type().isTimestamped()).isFalse();
        String file =
                "domicile-approval-key "
                        + key.text()
                        + "\n-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
        assertThatThrownBy(() -> KeyFile.parse(file, "domicile-approval-key", null))
                .isInstanceOf(NoteFormatException.class)
                .hasMessageContaining("lies in no file");
        assertThatThrownBy(() ->
                        new Handover(VerifierKey.parse(ES256_KEY), VerifierKey.parse(EDDSA_KEY)))
                .isInstanceOf(NoteFormatException.class);
    }

    /** Such a key can stand in a ledger; whoever verifies that has an answer, not a crash. */
    @Test
    void aKeyThatIsNoPointOfEd25519VerifiesNothing() {
        byte[] cose = new byte[42];
        ByteBuffer.wrap(cose).put(hex("a4010103272006215820")).put((byte) 2);
        VerifierKey passkey = VerifierKey.ofPasskey(ApprovalSigner.NAME, cose, ORIGIN);
        assertThatThrownBy(() ->
                        signature(SoftPasskey.ed25519().sign(ORIGIN, CHALLENGE))
                                .note(TEXT, passkey))
                .isInstanceOf(NoteUnverifiedException.class);
        VerifierKey plain =
                VerifierKey.parse("a+717d8af6+AQIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        SignedNote note =
                new SignedNote(
                        TEXT,
                        List.of(new SignedNote.SignatureLine("a", plain.keyId(), new byte[64])));
        assertThatThrownBy(() -> note.textSignedBy(plain))
                .isInstanceOf(NoteUnverifiedException.class);
    }
}
