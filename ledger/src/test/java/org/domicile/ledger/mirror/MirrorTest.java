package org.domicile.ledger.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.Receipt;
import org.domicile.ledger.ReceiptMaker;
import org.domicile.ledger.TestLedger;
import org.domicile.ledger.Verification;
import org.domicile.ledger.mirror.Mirror.Synced;
import org.domicile.ledger.note.LogSigner;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.serve.LedgerServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MirrorTest {
    private static final Mirror.Options QUICK = new Mirror.Options(Duration.ofSeconds(30), 4);
    private static final Mirror.Options IMPATIENT = new Mirror.Options(Duration.ofMillis(300), 4);

    @TempDir Path temporary;
    private Path directory;
    private Path copy;
    private FaultyLog log;
    private VerifierKey key;

    @BeforeEach
    void start() throws IOException {
        directory = temporary.resolve("ledger");
        copy = temporary.resolve("copy");
        key = TestLedger.key(temporary);
        log = new FaultyLog(directory);
    }

    @AfterEach
    void stop() {
        log.close();
    }

    /** Appends sessions of these many entries, each under a checkpoint of its own. */
    private void grow(int... entries) {
        try (TestLedger ledger = TestLedger.open(directory, temporary)) {
            for (int count : entries) {
                ledger.fill(count);
                ledger.checkpoint();
            }
        }
    }

    private Synced sync() throws Exception {
        return sync(QUICK);
    }

    private Synced sync(Mirror.Options options) throws Exception {
        try (Mirror mirror = Mirror.open(log.url(), copy, key, options)) {
            return mirror.sync((entries, of) -> assertThat(entries).isLessThanOrEqualTo(of));
        }
    }

    private Verification verified(Path ledger) throws Exception {
        return LedgerVerifier.verify(ledger, key, entry -> {});
    }

    /** All files of the copy, without what the mirror keeps beside it. */
    private Map<String, byte[]> contents(Path of) throws IOException {
        Map<String, byte[]> contents = new TreeMap<>();
        for (Path file : TestLedger.filesOf(of)) {
            String name = of.relativize(file).toString();
            if (!name.startsWith("mirror/") && !name.startsWith("bodies/")) {
                contents.put(name, Files.readAllBytes(file));
            }
        }
        return contents;
    }

    private void requireSame(Map<String, byte[]> before) throws IOException {
        Map<String, byte[]> after = contents(copy);
        before.forEach((name, content) -> assertThat(after.get(name)).as(name).isEqualTo(content));
    }

    @Test
    void aGrowingLogIsCopiedAndTheCopyVerifies() throws Exception {
        TestLedger.open(directory, temporary).close();
        assertThat(sync().checkpoint().size()).isZero();
        long before = 0;
        for (int more : new int[] {2, 253, 2, 255, 3, 700}) {
            grow(more);
            Synced synced = sync();
            assertThat(synced.newEntries()).isEqualTo(more);
            before += more;
            assertThat(synced.checkpoint().size()).isEqualTo(before);
            Verification verification = verified(copy);
            assertThat(verification.checkpoint()).isEqualTo(synced.checkpoint());
            assertThat(verification.hasBodies()).isFalse();
            assertThat(verification.erased()).isZero();
            assertThat(verification.documents()).isEqualTo(1);
            assertThat(verification.mirror().alarms()).isZero();
        }
        assertThat(verified(copy).mirror().checkpoints()).isEqualTo(7);
        assertThat(sync().newEntries()).isZero();
        assertThat(verified(copy).mirror().checkpoints()).isEqualTo(7);
        assertThat(log.takeAsked()).noneMatch(name -> name.startsWith("bodies"));
        assertThat(contents(copy).keySet()).isEqualTo(contents(directory).keySet());
        requireSame(contents(directory));
    }

    @Test
    void aMirrorOfAMirrorIsTheSame() throws Exception {
        grow(300, 300);
        sync();
        Path second = temporary.resolve("second");
        try (LedgerServer server =
                        LedgerServer.start(
                                copy, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Mirror mirror =
                        Mirror.open(
                                URI.create("http://127.0.0.1:" + server.address().getPort()),
                                second,
                                null,
                                QUICK)) {
            assertThat(mirror.key()).isEqualTo(key);
            assertThat(mirror.sync((entries, of) -> {}).checkpoint().size()).isEqualTo(600);
        }
        assertThat(verified(second).checkpoint()).isEqualTo(verified(copy).checkpoint());
    }

    private MirrorAlarm alarm() {
        return catchThrowableOfType(MirrorAlarm.class, this::sync);
    }

    private void requireAlarm(String message, byte[] keptNote, Map<String, byte[]> before)
            throws Exception {
        MirrorAlarm alarm = alarm();
        assertThat(alarm).isNotNull().hasMessage(message);
        Path evidence = alarm.evidence();
        assertThat(evidence.getParent()).isEqualTo(copy.toRealPath().resolve("mirror/alarms"));
        assertThat(evidence.resolve("checkpoint-kept")).hasBinaryContent(keptNote);
        assertThat(evidence.resolve("checkpoint-served"))
                .hasBinaryContent(Files.readAllBytes(directory.resolve("checkpoint")));
        assertThat(evidence.resolve("reason")).content().contains(message);
        requireSame(before);
        Verification verification = verified(copy);
        assertThat(verification.checkpoint()).isEqualTo(alarm.kept());
        assertThat(verification.mirror().alarms()).isPositive();
        // The same again is no new evidence.
        assertThat(alarm().evidence()).isEqualTo(evidence);
    }

    private void putBack(Path state) throws IOException {
        for (Path file : TestLedger.filesOf(directory)) {
            Files.delete(file);
        }
        Files.move(directory, temporary.resolve("gone" + System.nanoTime()));
        TestLedger.copy(state, directory);
    }

    @Test
    void aLogThatWasPutBackAndContinuedIsAnAlarm() throws Exception {
        grow(300);
        Path old = temporary.resolve("old");
        TestLedger.copy(directory, old);
        grow(200);
        sync();
        byte[] kept = Files.readAllBytes(copy.resolve("checkpoint"));
        Map<String, byte[]> before = contents(copy);
        putBack(old);
        requireAlarm(
                "the log claims 300 entries now and had signed for 500 before: it was put back to"
                        + " an older state",
                kept,
                before);
        grow(100);
        requireAlarm(
                "the log claims 400 entries now and had signed for 500 before: its history was"
                        + " rewritten",
                kept,
                before);
        grow(100);
        requireAlarm("the log signed two different trees of 500 entries", kept, before);
        grow(400);
        requireAlarm(
                "the log's 900 entries do not begin with the 500 it had signed for before: its"
                        + " history was rewritten",
                kept,
                before);
        assertThat(verified(copy).mirror().alarms()).isEqualTo(4);
    }

    @Test
    void theTilesThatProveAnotherHistoryAreKept() throws Exception {
        grow(300);
        Path old = temporary.resolve("old");
        TestLedger.copy(directory, old);
        grow(200);
        sync();
        putBack(old);
        grow(400);
        Path evidence = alarm().evidence();
        for (String tile : List.of("tile/0/001", "tile/0/002.p/188", "tile/1/000.p/2")) {
            assertThat(evidence.resolve(tile))
                    .hasBinaryContent(Files.readAllBytes(directory.resolve(tile)));
        }
    }

    @Test
    void aCheckpointThatWasOnlyBeingFetchedIsRememberedToo() throws Exception {
        grow(300);
        Path old = temporary.resolve("old");
        TestLedger.copy(directory, old);
        sync();
        grow(700);
        log.answer("tile/entries/002", exchange -> exchange.sendResponseHeaders(400, -1));
        assertThatThrownBy(this::sync).isInstanceOf(IOException.class);
        assertThat(verified(copy).checkpoint().size()).isEqualTo(300);
        log.behave();
        putBack(old);
        grow(100);
        assertThat(alarm())
                .hasMessage(
                        "the log claims 400 entries now and had signed for 1000 before: it went"
                                + " back");
    }

    @Test
    void aFlippedByteInAnyServedFileIsNamed() throws Exception {
        grow(300);
        sync();
        Map<String, byte[]> before = contents(copy);
        grow(400);
        Random random = new Random(4);
        Path fresh = temporary.resolve("fresh");
        log.takeAsked();
        try (Mirror mirror = Mirror.open(log.url(), temporary.resolve("honest"), key, QUICK)) {
            mirror.sync((entries, of) -> {});
        }
        // Unfinished tiles of earlier checkpoints are served too, and no longer of use.
        List<String> fetched = log.takeAsked();
        for (Map.Entry<String, byte[]> file : contents(directory).entrySet()) {
            String name = file.getKey();
            if (!fetched.contains(name)) {
                continue;
            }
            byte[] flipped = file.getValue().clone();
            flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
            log.replace(name, flipped);
            Path target = Files.createDirectory(fresh);
            LedgerDamage damage =
                    catchThrowableOfType(
                            LedgerDamage.class,
                            () -> {
                                try (Mirror mirror = Mirror.open(log.url(), target, key, QUICK)) {
                                    mirror.sync((entries, of) -> {});
                                }
                            });
            assertThat(damage).as(name).isNotNull();
            assertThat(damage.place().file()).as(damage.getMessage()).isEqualTo(name);
            assertThat(target.resolve("checkpoint")).doesNotExist();
            Files.move(fresh, temporary.resolve("was" + System.nanoTime()));
            try {
                sync();
                assertThat(before).as(name).containsKey(name);
            } catch (LedgerDamage found) {
                requireSame(before);
                assertThat(verified(copy).checkpoint().size()).isEqualTo(300);
            }
            if (verified(copy).checkpoint().size() > 300) {
                // What lies under the old checkpoint is not asked for again.
                putBackCopy(before);
            }
            log.behave();
        }
        assertThat(sync().checkpoint().size()).isEqualTo(700);
        verified(copy);
    }

    private void putBackCopy(Map<String, byte[]> before) throws Exception {
        Files.move(copy, temporary.resolve("copy" + System.nanoTime()));
        Files.createDirectory(copy);
        for (Map.Entry<String, byte[]> file : before.entrySet()) {
            Path target = copy.resolve(file.getKey());
            Files.createDirectories(target.getParent());
            Files.write(target, file.getValue());
        }
        Files.createDirectory(copy.resolve("mirror"));
    }

    @Test
    void whatIsMissingIsNamed() throws Exception {
        grow(600);
        for (String name :
                List.of("checkpoint", "tile/0/000", "tile/entries/001", "tile/0/002.p/88")) {
            log.answer(name, exchange -> exchange.sendResponseHeaders(404, -1));
            copy = temporary.resolve("copy" + name.hashCode());
            if (name.contains(".p/")) {
                assertThatThrownBy(this::sync)
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("does not serve them");
            } else {
                assertThatThrownBy(this::sync)
                        .isInstanceOf(LedgerDamage.Unverified.class)
                        .hasMessage(name + ": is missing");
            }
            log.behave();
        }
    }

    @Test
    void aTileThatBecameFullMeanwhileStandsForItsUnfinishedForm() throws Exception {
        grow(300);
        byte[] old = Files.readAllBytes(directory.resolve("checkpoint"));
        grow(300);
        assertThat(directory.resolve("tile/0/001.p/44")).doesNotExist();
        log.replace("checkpoint", old);
        assertThat(sync().checkpoint().size()).isEqualTo(300);
        verified(copy);
    }

    @Test
    void answersAreBounded() throws Exception {
        grow(300);
        AtomicBoolean done = new AtomicBoolean();
        log.answer(
                "tile/0/000",
                exchange -> {
                    while (!done.get()) {
                        Thread.sleep(20);
                    }
                });
        assertThatThrownBy(() -> sync(IMPATIENT))
                .isInstanceOf(IOException.class)
                .hasMessageEndingWith("tile/0/000 did not answer in full within 0 s");
        log.answer(
                "tile/0/000",
                exchange -> {
                    exchange.sendResponseHeaders(200, 8192);
                    while (!done.get()) {
                        exchange.getResponseBody().write(0);
                        exchange.getResponseBody().flush();
                        Thread.sleep(20);
                    }
                });
        assertThatThrownBy(() -> sync(IMPATIENT))
                .hasMessageEndingWith("tile/0/000 did not answer in full within 0 s");
        done.set(true);
        for (boolean announced : new boolean[] {true, false}) {
            log.answer(
                    "tile/0/000",
                    exchange -> {
                        exchange.sendResponseHeaders(200, announced ? 1L << 40 : 0);
                        byte[] much = new byte[1 << 20];
                        for (int i = 0; i < 1 << 20; i++) {
                            exchange.getResponseBody().write(much);
                        }
                    });
            assertThatThrownBy(this::sync)
                    .isInstanceOf(IOException.class)
                    .hasMessageEndingWith(
                            "tile/0/000 answers more than 8192 bytes, which is the most that this"
                                    + " file has");
        }
        log.answer(
                "tile/0/000",
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
                    exchange.sendResponseHeaders(301, -1);
                });
        assertThatThrownBy(this::sync)
                .hasMessageContaining("answers status 301 and points to http://127.0.0.1:1/");
        log.behave();
        assertThat(sync().checkpoint().size()).isEqualTo(300);
    }

    @Test
    void aServerThatIsBusyOnceIsAskedAgain() throws Exception {
        grow(300);
        AtomicBoolean was = new AtomicBoolean();
        byte[] tile = Files.readAllBytes(directory.resolve("tile/0/000"));
        log.answer(
                "tile/0/000",
                exchange -> {
                    if (was.getAndSet(true)) {
                        FaultyLog.send(exchange, tile);
                    } else {
                        exchange.sendResponseHeaders(503, -1);
                    }
                });
        assertThat(sync().checkpoint().size()).isEqualTo(300);
    }

    @Test
    void packedAnswersAreUnpackedWithinBounds() throws Exception {
        grow(300);
        log.answer(
                "tile/0/000",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    exchange.sendResponseHeaders(200, 0);
                    try (GZIPOutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
                        out.write(new byte[9000]);
                    }
                });
        assertThatThrownBy(this::sync).hasMessageContaining("answers more than 8192 bytes");
        byte[] tile = Files.readAllBytes(directory.resolve("tile/0/000"));
        log.answer(
                "tile/0/000",
                exchange -> {
                    exchange.getResponseHeaders().set("Content-Encoding", "gzip");
                    exchange.sendResponseHeaders(200, 0);
                    try (GZIPOutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
                        out.write(tile);
                    }
                });
        assertThat(sync().checkpoint().size()).isEqualTo(300);
    }

    @Test
    void aRunThatStoppedAnywhereGoesOnFromThere() throws Exception {
        TestLedger.grow(directory, temporary, 70_000);
        int requests = 0;
        int stops = 0;
        for (int stopAfter = 3; ; stopAfter += 37) {
            log.stopAfter(stopAfter);
            try {
                assertThat(sync().checkpoint().size()).isEqualTo(70_000);
                break;
            } catch (IOException stopped) {
                stops++;
                requests += log.takeAsked().size();
            }
        }
        requests += log.takeAsked().size();
        int files = contents(directory).size();
        // Each run asks for checkpoint, key, edge and the tile above anew, and loses what was
        // under way.
        assertThat(requests).isLessThan(files + (stops + 1) * (10 + 3 * QUICK.parallel()));
        assertThat(stops).isGreaterThan(5);
        verified(copy);
        requireSame(contents(directory));
        grow(300);
        assertThat(sync().newEntries()).isEqualTo(300);
        assertThat(log.takeAsked()).hasSizeLessThan(14);
    }

    @Test
    void aDirectoryIsOneMirrorsOfOneLog() throws Exception {
        grow(3);
        sync();
        try (Mirror mirror = Mirror.open(log.url(), copy, key, QUICK)) {
            assertThat(mirror.key()).isEqualTo(key);
            assertThatThrownBy(this::sync).isInstanceOf(LedgerException.class);
        }
        VerifierKey other =
                LogSigner.generate(temporary.resolve("other.key"), "example.com/other")
                        .verifierKey();
        assertThatThrownBy(() -> Mirror.open(log.url(), copy, other, QUICK).close())
                .isInstanceOf(LedgerDamage.class)
                .hasMessageContaining("this mirror goes by another key");
        assertThatThrownBy(() -> Mirror.open(log.url(), directory, key, QUICK).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("holds something else than a mirror");
        assertThatThrownBy(() ->
                        Mirror.open(log.url(), temporary.resolve("new"), other, QUICK)
                                .sync((e, of) -> {}))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessageStartingWith("checkpoint: not signed by the key");
    }

    @Test
    void aKeptCheckpointThatDoesNotFitIsFound() throws Exception {
        grow(300);
        sync();
        Path other = temporary.resolve("elsewhere");
        try (TestLedger ledger = TestLedger.open(other, temporary)) {
            ledger.fill(300);
            ledger.append(7);
        }
        Path kept = copy.resolve("mirror/checkpoints");
        byte[] note = Files.readAllBytes(other.resolve("checkpoint"));
        String before = Files.readString(kept);
        grow(300);
        sync();
        Files.writeString(
                kept,
                before
                        + "2026-11-22T15:30:00Z "
                        + note.length
                        + "\n"
                        + new String(note, java.nio.charset.StandardCharsets.UTF_8));
        assertThatThrownBy(() -> verified(copy))
                .isInstanceOf(LedgerDamage.Unverified.class)
                .hasMessageContaining("the log signed another history: mirror/checkpoints has ")
                .hasMessageContaining("the ledger's first 301 entries have root");
    }

    @Test
    void theLastCheckpointWithAQuorumIsCopiedAndChecked() throws Exception {
        Path served = directory.resolve("checkpoint.witnessed");
        Path copied = copy.resolve("checkpoint.witnessed");
        grow(300);
        byte[] first = Files.readAllBytes(directory.resolve("checkpoint"));
        Files.write(served, first);
        grow(300);
        sync();
        assertThat(copied).hasBinaryContent(first);
        assertThat(verified(copy).witnessed().orElseThrow().size()).isEqualTo(300);
        byte[] second = Files.readAllBytes(directory.resolve("checkpoint"));
        Files.write(served, second);
        assertThat(sync().newEntries()).isZero();
        assertThat(copied).hasBinaryContent(second);
        Files.write(served, first); // nothing is unlearnt
        grow(10);
        sync();
        assertThat(copied).hasBinaryContent(second);
        assertThat(verified(copy).witnessed().orElseThrow().size()).isEqualTo(600);
    }

    @Test
    void aQuorumOfAnotherHistoryIsAnAlarm() throws Exception {
        grow(300);
        sync();
        LogSigner signer = TestLedger.signer(temporary);
        Path served = directory.resolve("checkpoint.witnessed");
        Files.write(served, signer.signCheckpoint(200, new byte[32]));
        assertThat(alarm().getMessage())
                .isEqualTo(
                        "the log's 300 entries do not begin with the 200 it had signed for before:"
                                + " its history was rewritten");
        grow(50);
        assertThat(alarm().getMessage()).startsWith("the log's 350 entries do not begin with");
        Files.write(served, signer.signCheckpoint(900, new byte[32]));
        assertThat(alarm().getMessage())
                .startsWith("the log claims 350 entries now and had signed for 900 before");
        Files.writeString(served, "x");
        assertThatThrownBy(this::sync)
                .isInstanceOf(LedgerDamage.Malformed.class)
                .hasMessageStartingWith("checkpoint.witnessed: ");
        assertThat(copy.resolve("checkpoint.witnessed")).doesNotExist();
    }

    /** It has no bodies, and that is not that a bundle is missing. */
    @Test
    void aCopyDisclosesThePublicHalf() throws Exception {
        grow(300);
        sync();
        byte[] receipt = ReceiptMaker.make(copy, key, 5, Set.of()).toBytes();
        assertThat(Receipt.parse(receipt).verify(key).closed())
                .containsExactlyInAnyOrder("accessor", "sql");
        assertThatThrownBy(() -> ReceiptMaker.make(copy, key, 5, Set.of("sql")))
                .hasMessageStartingWith("this copy has no private values");
    }
}
