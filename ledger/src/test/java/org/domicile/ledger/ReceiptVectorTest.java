package org.domicile.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofBuilder;
import org.domicile.ledger.proof.TlogProof;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TileTree;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The example of {@code docs/formats/receipt.md}: a log of the examples of {@code entry.md}, signed
 * with the first key of RFC 8032's test vectors.
 */
final class ReceiptVectorTest {
    private static final Path FORMATS = Path.of("..", "docs", "formats");
    private static final byte[] SEED =
            HexFormat.of()
                    .parseHex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
    private static final String PUBLIC =
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    private static final byte[] SALT = HexFormat.of().parseHex("000102030405060708090a0b0c0d0e0f");

    @TempDir Path temporary;

    @Test
    void theDocumentsReceiptIsReadAndMade() throws Exception {
        String document = Files.readString(FORMATS.resolve("receipt.md"));
        byte[] file = block(document, "c2sp.org/tlog-proof@v1").getBytes(StandardCharsets.UTF_8);
        LogSigner signer = signer();
        assertThat(document).contains("`" + signer.verifierKey().text() + "`").contains(PUBLIC);
        Receipt.Verified verified =
                Receipt.parse(file).verify(VerifierKey.parse(signer.verifierKey().text()));
        assertThat(verified.entry().index()).isEqualTo(1);
        assertThat(verified.entry().privateValues()).contains(Map.of("accessor", "parent_analyst"));
        assertThat(verified.closed()).isEmpty();
        assertThat(new String(file, StandardCharsets.UTF_8))
                .isEqualTo(new String(made(signer), StandardCharsets.UTF_8));
        assertThat(document)
                .contains(new String(TlogProof.parse(file).extra(), StandardCharsets.UTF_8));
    }

    private static String block(String document, String start) {
        Matcher matcher =
                Pattern.compile("```\n(" + Pattern.quote(start) + ".*?)```", Pattern.DOTALL)
                        .matcher(document);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private LogSigner signer() throws Exception {
        byte[] raw = HexFormat.of().parseHex(PUBLIC);
        byte[] pkcs8 = new byte[16 + SEED.length];
        System.arraycopy(
                HexFormat.of().parseHex("302e020100300506032b657004220420"), 0, pkcs8, 0, 16);
        System.arraycopy(SEED, 0, pkcs8, 16, SEED.length);
        byte[] typed = new byte[33];
        typed[0] = 1;
        System.arraycopy(raw, 0, typed, 1, 32);
        String name = "example.com/ledger/us";
        byte[] id =
                HexFormat.of()
                        .parseHex(
                                Layout.sha256Hex(
                                        concat(
                                                (name + "\n").getBytes(StandardCharsets.UTF_8),
                                                typed)));
        Path keyFile = temporary.resolve("vector.key");
        Files.writeString(
                keyFile,
                "domicile-log-key "
                        + name
                        + "+"
                        + HexFormat.of().formatHex(id, 0, 4)
                        + "+"
                        + Base64.getEncoder().encodeToString(typed)
                        + "\n-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getEncoder().encodeToString(pkcs8)
                        + "\n-----END PRIVATE KEY-----\n");
        return LogSigner.load(keyFile);
    }

    private static byte[] concat(byte[] one, byte[] other) {
        byte[] both = new byte[one.length + other.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] made(LogSigner signer) throws Exception {
        List<byte[]> leaves = new ArrayList<>();
        Matcher examples =
                Pattern.compile("```json\n(.*)\n```\n\nLeaf hash")
                        .matcher(Files.readString(FORMATS.resolve("entry.md")));
        // Examples that came later are not in the vector.
        while (leaves.size() < 4 && examples.find()) {
            leaves.add(examples.group(1).getBytes(StandardCharsets.UTF_8));
        }
        TileTree tree = new TileTree();
        MerkleHasher hasher = new MerkleHasher();
        leaves.forEach(leaf -> tree.add(hasher.leaf(leaf)));
        TlogProof proof =
                new TlogProof(
                        new byte[0],
                        1,
                        new ProofBuilder(_ -> tree.partialTile(0), 4).inclusion(1),
                        signer.signCheckpoint(4, tree.root()));
        return Receipt.of(
                        proof, leaves.get(1), Body.ofKnownSalt("accessor", SALT, "parent_analyst"))
                .toBytes();
    }
}
