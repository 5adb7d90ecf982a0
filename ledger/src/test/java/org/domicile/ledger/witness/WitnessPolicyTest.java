package org.domicile.ledger.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.SignedNote.SignatureLine;
import org.domicile.ledger.note.VerifierKey;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** C2SP tlog-policy: what is read, what is refused, and what is a quorum. */
final class WitnessPolicyTest {
    private static final byte[] ROOT = new byte[Checkpoint.ROOT_BYTES];

    @TempDir Path temporary;
    private LogSigner log;
    private final List<Cosigner> witnesses = new ArrayList<>();

    @BeforeEach
    void prepare() throws Exception {
        log = LogSigner.generate(temporary.resolve("log"), "example.com/log");
        for (int i = 0; i < 6; i++) {
            witnesses.add(
                    Cosigner.generate(
                            temporary.resolve("w" + i),
                            "example.com/w" + i,
                            i == 0
                                    ? VerifierKey.Type.COSIGNATURE_ML_DSA_44
                                    : VerifierKey.Type.COSIGNATURE_ED25519));
        }
    }

    private String key(int witness) {
        return witnesses.get(witness).verifierKey().text();
    }

    /** The specification's example: two of three, and one of three others. */
    private String example() {
        return """
        # who watches us
        log %s https://example.com/log

        witness X1 %s https://x1.example/
        \twitness X2 %s \t
        witness X3 %s
          # a comment of its own
        group X-witnesses 2 X1 X2 X3
        witness Y1 %s
        witness Y2 %s
        witness \u00e9 %s
        group Y-witnesses any Y1 Y2 \u00e9
        group X-and-Y all X-witnesses Y-witnesses
        quorum X-and-Y
        """
                .formatted(
                        log.verifierKey().text(), key(0), key(1), key(2), key(3), key(4), key(5));
    }

    private static WitnessPolicy parse(String text) {
        return WitnessPolicy.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] cosigned(LogSigner signer, int... by) {
        SignedNote note = SignedNote.parse(signer.signCheckpoint(9, ROOT));
        List<SignatureLine> lines = new ArrayList<>(note.signatures());
        for (int witness : by) {
            lines.add(witnesses.get(witness).cosign(note.text(), Instant.ofEpochSecond(5)));
        }
        return new SignedNote(note.text(), lines).toBytes();
    }

    @Test
    void readsTheExample() {
        WitnessPolicy policy = parse(example());
        assertThat(policy.logs()).hasSize(1);
        assertThat(policy.witnesses()).hasSize(6);
        assertThat(policy.witnesses().values().stream().flatMap(w -> w.url().stream()))
                .containsExactly(URI.create("https://x1.example/"));
        assertThat(policy.quorum()).contains("X-and-Y");
        // Octets, not characters: the name's two bytes of UTF-8.
        assertThat(policy.witnesses()).containsKey("\u00c3\u00a9");
    }

    /** All 64 sets of cosigners, against the rule written out. */
    @Test
    void aQuorumIsWhatTheGroupsSay() {
        WitnessPolicy policy = parse(example());
        for (int set = 0; set < 64; set++) {
            Set<VerifierKey> cosigners = new HashSet<>();
            List<Integer> by = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                if ((set >> i & 1) == 1) {
                    cosigners.add(witnesses.get(i).verifierKey());
                    by.add(i);
                }
            }
            boolean expected = Integer.bitCount(set & 0b111) >= 2 && (set & 0b111000) != 0;
            assertThat(policy.isQuorum(cosigners)).as("set %s", by).isEqualTo(expected);
            byte[] note = cosigned(log, by.stream().mapToInt(i -> i).toArray());
            if (expected) {
                assertThat(policy.check(note).size()).isEqualTo(9);
            } else {
                assertThatThrownBy(() -> policy.check(note))
                        .isInstanceOf(NoteUnverifiedException.class)
                        .hasMessageContaining("no quorum; missing: ");
            }
        }
    }

    @Test
    void aLogOfThePolicyMustHaveSigned() throws Exception {
        WitnessPolicy policy = parse(example());
        LogSigner other = LogSigner.generate(temporary.resolve("other"), "example.com/log");
        assertThatThrownBy(() -> policy.check(cosigned(other, 0, 1, 3)))
                .hasMessageContaining("no log of the policy signed");
        assertThat(policy.check(cosigned(other, 0, 1, 3), other.verifierKey()).size()).isEqualTo(9);
        // A signature under the log's key for another origin is not the log's.
        SignedNote foreign = SignedNote.parse(cosigned(log, 0, 1, 3));
        assertThatThrownBy(() ->
                        policy.check(
                                new SignedNote(
                                                foreign.text().replace("/log", "/lag"),
                                                foreign.signatures())
                                        .toBytes()))
                .isInstanceOf(NoteUnverifiedException.class);
    }

    /** A key's line that does not fit spoils the note, even where others are a quorum. */
    @Test
    void oneForgedCosignatureSpoilsTheNote() {
        WitnessPolicy policy = parse(example());
        SignedNote note = SignedNote.parse(cosigned(log, 0, 1, 3));
        List<SignatureLine> lines = new ArrayList<>(note.signatures());
        lines.add(witnesses.get(4).cosign(note.text().replace("\n9\n", "\n8\n"), Instant.EPOCH));
        assertThatThrownBy(() -> policy.check(new SignedNote(note.text(), lines).toBytes()))
                .isInstanceOf(NoteUnverifiedException.class)
                .hasMessageContaining("does not fit");
    }

    @Test
    void quorumNoneNeedsNobody() {
        WitnessPolicy policy = parse("log " + log.verifierKey().text() + "\nquorum none\n");
        assertThat(policy.check(cosigned(log)).size()).isEqualTo(9);
        assertThat(parse("quorum none\n").logs()).isEmpty();
        assertThatThrownBy(() -> parse("quorum none\n").check(cosigned(log)))
                .isInstanceOf(NoteUnverifiedException.class);
    }

    @Test
    void whatTheSpecificationForbidsIsRefusedWithItsLine() throws Exception {
        String w0 = "witness a " + key(1) + "\n";
        String w1 = "witness b " + key(2) + "\n";
        refused("witness a " + key(1) + "\n", "a line \"quorum");
        refused("", "newline");
        refused("quorum none", "newline");
        refused("quorum none\nquorum none\n", "line 2: a second quorum");
        refused("quorum a\n" + w0, "line 1: a quorum that no line before");
        refused("quorum none more\n", "quorum <name>");
        refused(w0 + "group g all b\n" + w1 + "quorum g\n", "line 2: a member that no line");
        refused(w0 + "group g all g\nquorum g\n", "no line before");
        refused(w0 + "group g all none\nquorum g\n", "no line before");
        refused(w0 + "group g all a a\nquorum g\n", "in a group already");
        refused(w0 + "group g all a\ngroup h all a\nquorum h\n", "in a group already");
        refused(w0 + w1 + "group g 3 a b\nquorum g\n", "threshold above");
        refused(w0 + w1 + "group g 0 a b\nquorum g\n", "decimal number");
        refused(w0 + w1 + "group g -1 a b\nquorum g\n", "decimal number");
        refused(w0 + w1 + "group g 01 a b\nquorum g\n", "decimal number");
        refused(w0 + "group g all\nquorum g\n", "write: group");
        refused(w0 + "group a all a\nquorum a\n", "taken");
        refused(w0.replace(" a ", " none ") + "quorum none\n", "taken");
        refused(w0 + w0 + "quorum a\n", "witness's key again");
        refused(w0 + w1.replace(" b ", " a ") + "quorum a\n", "taken");
        refused(w0 + "quorum a # all of it\n", "quorum <name>");
        refused(w0 + "quorum a\r\n", "control character");
        refused(w0 + "quorum a\u007f\n", "control character");
        refused("wittness a " + key(1) + "\nquorum none\n", "begins with");
        refused("witness a " + log.verifierKey().text() + "\nquorum a\n", "key of a log");
        refused("witness a x+y+z\nquorum a\n", "line 1: ");
        refused("witness a " + key(1) + " http://[\nquorum a\n", "URL");
        String l = "log " + log.verifierKey().text() + "\n";
        refused(l + l + "quorum none\n", "log's key again");
        // The same key under another name is the same key.
        Cosigner first = witnesses.get(1);
        refused(
                w0 + "witness b " + first.verifierKey().text().replace("w1", "w9") + "\nquorum a\n",
                "line 2");
    }

    private static void refused(String policy, String why) {
        assertThatThrownBy(() -> parse(policy))
                .as(policy)
                .isInstanceOf(NoteFormatException.class)
                .hasMessageContaining(why);
    }

    @Test
    void limitsAreNamed() {
        refused("#" + "x".repeat(WitnessPolicyReader.MAX_BYTES) + "\n", "at most 1048576 bytes");
    }

    @Test
    void randomChangesAreReadOrRefused() {
        Random random = new Random(9);
        byte[] seed = example().getBytes(StandardCharsets.UTF_8);
        String[] pieces = {
            "\n", " ", "\t", "#", "none", "all", "any", "quorum ", "group ", "X1", "2"
        };
        int read = 0;
        for (int round = 0; round < 5_000; round++) {
            StringBuilder text = new StringBuilder(new String(seed, StandardCharsets.ISO_8859_1));
            for (int changes = random.nextInt(4); changes > 0; changes--) {
                int place = random.nextInt(text.length());
                if (random.nextBoolean()) {
                    text.insert(place, pieces[random.nextInt(pieces.length)]);
                } else {
                    text.setCharAt(place, (char) random.nextInt(256));
                }
            }
            try {
                WitnessPolicy policy =
                        WitnessPolicy.parse(text.toString().getBytes(StandardCharsets.ISO_8859_1));
                assertThat(policy.isQuorum(Set.of())).isEqualTo(policy.quorum().isEmpty());
                read++;
            } catch (NoteFormatException e) {
                assertThat(e).hasNoCause();
            }
        }
        assertThat(read).isPositive();
    }
}
