package org.domicile.ledger.witness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.domicile.ledger.Disk;
import org.domicile.ledger.FaultyDisk;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.SignedNote.SignatureLine;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.witness.WitnessRefusal.Reason;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The rules of C2SP tlog-witness, and that no crash makes a witness forget what it signed. */
final class WitnessTest {
    private static final String ORIGIN = "example.com/log";
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_000));

    @TempDir Path temporary;
    private LogSigner signer;
    private List<Cosigner> cosigners;
    private Path directory;

    @BeforeEach
    void prepare() throws Exception {
        signer = LogSigner.generate(temporary.resolve("log"), ORIGIN);
        cosigners =
                List.of(
                        Cosigner.generate(
                                temporary.resolve("ed"),
                                "example.com/w",
                                VerifierKey.Type.COSIGNATURE_ED25519),
                        Cosigner.generate(
                                temporary.resolve("ml"),
                                "example.com/w",
                                VerifierKey.Type.COSIGNATURE_ML_DSA_44));
        directory = temporary.resolve("witness");
    }

    private Witness open(Disk disk) throws IOException {
        return Witness.open(
                directory, cosigners, Map.of(ORIGIN, List.of(signer.verifierKey())), CLOCK, disk);
    }

    private Witness open() throws IOException {
        return open(new Disk());
    }

    private static void refused(Witness witness, AddCheckpoint request, Reason reason) {
        WitnessRefusal refusal =
                catchThrowableOfType(WitnessRefusal.class, () -> witness.add(request));
        assertThat(refusal).isNotNull();
        assertThat(refusal.reason()).isEqualTo(reason);
    }

    private static String hashOf(String origin) throws Exception {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(origin.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void cosignsWhatContinuesAndRemembersIt() throws Exception {
        TestLog log = new TestLog(signer, 40, 40, "");
        try (Witness witness = open()) {
            assertThat(witness.latest(hashOf(ORIGIN))).isEmpty();
            int before = 0;
            for (int size : new int[] {0, 1, 1, 5, 8, 9, 32, 33, 40, 40}) {
                List<SignatureLine> lines = witness.add(log.request(before, size));
                SignedNote note =
                        new SignedNote(SignedNote.parse(log.checkpoint(size)).text(), lines);
                for (Cosigner cosigner : cosigners) {
                    assertThat(note.lineOf(cosigner.verifierKey()).orElseThrow().timestamp())
                            .isEqualTo(1_000);
                }
                before = size;
            }
            SignedNote latest = SignedNote.parse(witness.latest(hashOf(ORIGIN)).orElseThrow());
            assertThat(latest.lineOf(signer.verifierKey())).isPresent();
            assertThat(latest.signatures()).hasSize(3);
            assertThatThrownBy(this::open).isInstanceOf(LedgerException.class);
        }
        try (Witness again = open()) {
            refused(again, log.request(0, 40), Reason.CONFLICT);
            assertThat(again.add(log.request(40, 40))).hasSize(2);
        }
    }

    /** Every pair of sizes, each proof good; then each with its proof spoilt. */
    @Test
    void acceptsExactlyThoseProofsThatHold() throws Exception {
        TestLog log = new TestLog(signer, 9, 9, "");
        int accepted = 0;
        for (int old = 1; old <= 9; old++) {
            for (int size = old; size <= 9; size++) {
                directory = temporary.resolve("witness-" + old + "-" + size);
                try (Witness witness = open()) {
                    witness.add(log.request(0, old));
                    List<byte[]> proof = log.proof(old, size);
                    for (int i = 0; i < proof.size(); i++) {
                        List<byte[]> spoilt = new ArrayList<>(proof);
                        byte[] hash = spoilt.get(i).clone();
                        hash[i] ^= 1;
                        spoilt.set(i, hash);
                        AddCheckpoint forged = new AddCheckpoint(old, spoilt, log.checkpoint(size));
                        refused(witness, forged, Reason.INCONSISTENT);
                        List<byte[]> shorter = new ArrayList<>(proof);
                        shorter.remove(i);
                        refused(
                                witness,
                                new AddCheckpoint(old, shorter, log.checkpoint(size)),
                                Reason.INCONSISTENT);
                    }
                    List<byte[]> longer = new ArrayList<>(proof);
                    longer.add(new byte[32]);
                    refused(
                            witness,
                            new AddCheckpoint(old, longer, log.checkpoint(size)),
                            Reason.INCONSISTENT);
                    witness.add(log.request(old, size));
                    accepted++;
                }
            }
        }
        assertThat(accepted).isEqualTo(45);
    }

    @Test
    void refusesAsTheSpecificationSays() throws Exception {
        TestLog log = new TestLog(signer, 40, 40, "");
        TestLog fork = new TestLog(signer, 40, 10, "other");
        LogSigner stranger = LogSigner.generate(temporary.resolve("stranger"), ORIGIN);
        LogSigner unknown = LogSigner.generate(temporary.resolve("unknown"), "example.com/else");
        try (Witness witness = open()) {
            witness.add(log.request(0, 20));
            refused(witness, new AddCheckpoint(20, List.of(), new byte[0]), Reason.MALFORMED);
            refused(witness, new TestLog(unknown, 3, 3, "").request(0, 3), Reason.UNKNOWN_LOG);
            refused(witness, new TestLog(stranger, 30, 30, "").request(20, 30), Reason.NOT_SIGNED);
            byte[] forged = log.checkpoint(30);
            String text = new String(forged, StandardCharsets.UTF_8).replace("\n30\n", "\n31\n");
            refused(
                    witness,
                    new AddCheckpoint(20, log.proof(20, 31), text.getBytes(StandardCharsets.UTF_8)),
                    Reason.NOT_SIGNED);
            refused(
                    witness,
                    new AddCheckpoint(20, List.of(), log.checkpoint(19)),
                    Reason.MALFORMED);
            refused(witness, log.request(19, 30), Reason.CONFLICT);
            refused(witness, log.request(0, 30), Reason.CONFLICT);
            WitnessRefusal conflict =
                    catchThrowableOfType(
                            WitnessRefusal.class, () -> witness.add(log.request(25, 30)));
            assertThat(conflict.cosignedSize()).isEqualTo(20);
            refused(witness, fork.request(20, 30), Reason.INCONSISTENT);
            refused(witness, fork.request(20, 20), Reason.INCONSISTENT);
            // Each refused one is kept, with the one it contradicts.
            try (var kept = Files.list(directory.resolve("evidence"))) {
                assertThat(kept).hasSize(4);
            }
            witness.add(log.request(20, 30));
        }
    }

    @Test
    void anEmptyTreeHasOneRootAndNoProof() throws Exception {
        TestLog log = new TestLog(signer, 5, 5, "");
        try (Witness witness = open()) {
            byte[] wrong = signer.signCheckpoint(0, new byte[32]);
            refused(witness, new AddCheckpoint(0, List.of(), wrong), Reason.INCONSISTENT);
            refused(
                    witness,
                    new AddCheckpoint(0, List.of(new byte[32]), log.checkpoint(5)),
                    Reason.INCONSISTENT);
            witness.add(log.request(0, 0));
            refused(
                    witness,
                    new AddCheckpoint(0, List.of(new byte[32]), log.checkpoint(5)),
                    Reason.INCONSISTENT);
            witness.add(log.request(0, 5));
        }
    }

    /** What github.com/transparency-dev/witness tests itself with. */
    @Test
    void cosignsTheLogOfAnotherImplementation() throws Exception {
        VerifierKey monkeys =
                VerifierKey.parse("monkeys+db4d9f7e+AULaJMvTtDLHPUcUrjdDad9vDlh/PTfC2VV60JUtCfWT");
        byte[] five =
                """
                monkeys
                5
                41smjBUiAU70EtKlT6lIOIYtRTYxYXsDB+XHfcvu/BE=

                — monkeys 202fftzGl3LVoqjXfwCFZZXs8I+5G22+Ek2K0AOyBuSJ/8/CZawNF+6fNlTKOCd622pbzJNkkJFWuw9DbicZCkEx9AY=
                """
                        .getBytes(StandardCharsets.UTF_8);
        byte[] eight =
                """
                monkeys
                8
                V8K9aklZ4EPB+RMOk1/8VsJUdFZR77GDtZUQq84vSbo=

                — monkeys 202ffoUEboiQYpHzICeaFmoy3RNviHTpAxYrq/eO4QQVQMvu9UebKBMX2MJC76NLthZaKsnKbCA8GxrjePZhvDCH7Ag=
                """
                        .getBytes(StandardCharsets.UTF_8);
        List<byte[]> proof =
                List.of(
                        hash("b9e1d62618f7fee8034e4c5010f727ab24d8e4705cb296c374bf2025a87a10d2"),
                        hash("aac66cd7a79ce4012d80762fe8eec3a77f22d1ca4145c3f4cee022e7efcd599d"),
                        hash("89d0f753f66a290c483b39cd5e9eafb12021293395fad3d4a2ad053cfbcfdc9e"),
                        hash("29e40bb79c966f4c6fe96aff6f30acfce5f3e8d84c02215175d6e018a5dee833"));
        try (Witness witness =
                Witness.open(directory, cosigners, Map.of("monkeys", List.of(monkeys)), CLOCK)) {
            assertThat(witness.add(new AddCheckpoint(0, List.of(), five))).hasSize(2);
            refused(witness, new AddCheckpoint(5, proof.subList(0, 3), eight), Reason.INCONSISTENT);
            assertThat(witness.add(new AddCheckpoint(5, proof, eight))).hasSize(2);
        }
    }

    private static byte[] hash(String hex) {
        return HexFormat.of().parseHex(hex);
    }

    /** An origin with spaces, and a key of another name: Go's checksum database. */
    @Test
    void cosignsALogWhoseOriginIsNotItsKeysName() throws Exception {
        String origin = "go.sum database tree";
        VerifierKey key =
                VerifierKey.parse(
                        "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
        byte[] note =
                """
                go.sum database tree
                35225469
                vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=

                — sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ=
                """
                        .getBytes(StandardCharsets.UTF_8);
        try (Witness witness =
                Witness.open(directory, cosigners, Map.of(origin, List.of(key)), CLOCK)) {
            assertThat(witness.add(new AddCheckpoint(0, List.of(), note))).hasSize(2);
        }
    }

    @Test
    void itsTimeDoesNotRunBack() throws Exception {
        TestLog log = new TestLog(signer, 5, 5, "");
        open().close();
        try (Witness late =
                Witness.open(
                        directory,
                        cosigners,
                        Map.of(ORIGIN, List.of(signer.verifierKey())),
                        InstantSource.fixed(Instant.ofEpochSecond(5_000)))) {
            late.add(log.request(0, 2));
        }
        try (Witness early = open()) {
            assertThat(early.add(log.request(2, 3))).allMatch(line -> line.timestamp() == 5_000);
        }
    }

    /** Many ask at once, from both histories: one of them wins, and stays. */
    @Test
    void concurrentRequestsGetOneHistory() throws Exception {
        TestLog left = new TestLog(signer, 60, 10, "left");
        TestLog right = new TestLog(signer, 60, 10, "right");
        AtomicInteger answered = new AtomicInteger();
        List<Checkpoint> cosigned = Collections.synchronizedList(new ArrayList<>());
        try (Witness witness = open();
                ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> clients = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                Random random = new Random(client);
                clients.add(
                        threads.submit(() -> {
                            int seen = 0;
                            for (int round = 0; round < 60; round++) {
                                TestLog log = random.nextBoolean() ? left : right;
                                int size = Math.min(60, seen + random.nextInt(4));
                                AddCheckpoint request = log.request(seen, size);
                                try {
                                    witness.add(request);
                                    answered.incrementAndGet();
                                    cosigned.add(
                                            Checkpoint.parse(
                                                    SignedNote.parse(request.note()).text()));
                                    seen = size;
                                } catch (WitnessRefusal refusal) {
                                    if (refusal.reason() == Reason.CONFLICT) {
                                        seen = (int) refusal.cosignedSize();
                                    }
                                }
                            }
                            return null;
                        }));
            }
            for (Future<?> client : clients) {
                client.get();
            }
        }
        assertThat(answered).hasPositiveValue();
        assertThat(cosigned.stream().mapToLong(Checkpoint::size).max().orElse(0)).isGreaterThan(10);
        assertThat(
                        cosigned.stream().allMatch(left::hasRoot)
                                || cosigned.stream().allMatch(right::hasRoot))
                .as("all cosigned checkpoints are of one history")
                .isTrue();
    }

    /** Whichever operation on the disk fails: nothing more is signed, and nothing is forgotten. */
    @ParameterizedTest
    @EnumSource
    void afterAFailedWriteItCosignsNothingUntilItIsOpenedAgain(FaultyDisk.Mode mode)
            throws Exception {
        TestLog log = new TestLog(signer, 40, 40, "");
        TestLog fork = new TestLog(signer, 40, 21, "other");
        int failures = 0;
        for (int operation = 0; operation < 40; operation++) {
            directory = temporary.resolve("witness-" + operation);
            open().close();
            int signed = 0;
            FaultyDisk disk = new FaultyDisk(operation, mode);
            try (Witness witness = open(disk)) {
                for (int size = 20; size < 30; size++) {
                    try {
                        witness.add(log.request(signed, size));
                        signed = size;
                    } catch (IOException e) {
                        failures++;
                        AddCheckpoint again = log.request(signed, size);
                        assertThatThrownBy(() -> witness.add(again))
                                .isInstanceOf(IOException.class);
                        break;
                    }
                }
            }
            try (Witness witness = open()) {
                int first = signed;
                if (signed > 21) {
                    refused(witness, fork.request(signed, 40), hasSigned(witness, signed));
                }
                assertThat(size(witness)).isBetween(first, first + (first == 0 ? 20 : 1));
            }
        }
        assertThat(failures).isGreaterThan(20);
    }

    private Reason hasSigned(Witness witness, int size) throws Exception {
        return size(witness) == size ? Reason.INCONSISTENT : Reason.CONFLICT;
    }

    private int size(Witness witness) throws Exception {
        return witness.latest(hashOf(ORIGIN))
                .map(note -> (int) Checkpoint.parse(SignedNote.parse(note).text()).size())
                .orElse(0);
    }

    @Test
    void aDamagedStateIsNotOpened() throws Exception {
        try (Witness witness = open()) {
            witness.add(new TestLog(signer, 5, 5, "").request(0, 5));
        }
        Path file = directory.resolve("logs").resolve(hashOf(ORIGIN));
        Files.writeString(file, Files.readString(file).replace("\n5\n", "\n4\n"));
        assertThatThrownBy(this::open)
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("is damaged");
    }

    @Test
    void requestsAreReadOrRefused() throws Exception {
        TestLog log = new TestLog(signer, 40, 40, "");
        AddCheckpoint request = log.request(13, 40);
        byte[] body = request.toBytes();
        assertThat(new String(body, StandardCharsets.UTF_8)).startsWith("old 13\n");
        AddCheckpoint read = AddCheckpoint.parse(body);
        assertThat(read.oldSize()).isEqualTo(13);
        assertThat(read.note()).isEqualTo(request.note());
        assertThat(read.proof()).hasSameSizeAs(request.proof());
        String line = "A".repeat(43) + "=\n";
        assertThat(AddCheckpoint.parse(utf8("old 1\n" + line.repeat(63) + "\nx\n")).proof())
                .hasSize(63);
        for (String wrong :
                List.of(
                        "",
                        "\n\n",
                        "old 1\n",
                        "old 01\n\nx\n",
                        "old -1\n\nx\n",
                        "old 1 \n\nx\n",
                        "old  1\n\nx\n",
                        "Old 1\n\nx\n",
                        "old 1\r\n\r\nx\n",
                        "old 9999999999999999999\n\nx\n",
                        "old 1\nAAAA\n\nx\n",
                        "old 1\n" + "A".repeat(42) + "B=\n\nx\n",
                        "old 1\n" + line.repeat(64) + "\nx\n")) {
            assertThatThrownBy(() -> AddCheckpoint.parse(utf8(wrong)))
                    .as(wrong)
                    .isInstanceOf(NoteFormatException.class);
        }
        Random random = new Random(4);
        for (int round = 0; round < 5_000; round++) {
            byte[] changed = body.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(AddCheckpoint.parse(changed).toBytes()).isEqualTo(changed);
            } catch (NoteFormatException e) {
                assertThat(e).hasNoCause();
            }
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
