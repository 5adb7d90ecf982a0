package org.domicile.ledger.witness;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.domicile.ledger.AppendListener;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.LedgerFiles;
import org.domicile.ledger.SignedCheckpoint;
import org.domicile.ledger.note.SignedNote;
import org.domicile.ledger.note.SignedNote.SignatureLine;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.TileReader;
import org.domicile.ledger.tile.MerkleHasher;
import org.domicile.ledger.tile.TilePath;
import org.domicile.ledger.tile.TileTree;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a ledger's checkpoints cosigned by the witnesses of a policy, in the background.
 *
 * <p>One virtual thread decides: it takes a checkpoint, asks all witnesses for it, each on a
 * virtual thread of its own, and takes the newest one next when a quorum has answered, or all have,
 * or {@value #MAX_ROUND_MILLIS} ms have passed. A witness that is still being asked is left out
 * until it has answered. The ledger's own threads never wait for any of it.
 */
public final class Witnessing implements AutoCloseable {
    /** So many of the longest signature lines fit into a note. */
    static final int MAX_KEYS = 16;

    private static final long MAX_ROUND_MILLIS = 12_000;
    private static final long TICK_MILLIS = 250;

    private static final Logger LOG = LoggerFactory.getLogger(Witnessing.class);

    private final Ledger ledger;
    private final WitnessPolicy policy;
    private final TileReader tiles;
    private final List<AskedWitness> witnesses = new ArrayList<>();
    private final ExecutorService askers = Executors.newVirtualThreadPerTaskExecutor();
    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();
    private final Deque<Fact> unrecorded = new ArrayDeque<>();
    private final Thread thread;
    private volatile boolean isClosed;

    private SignedCheckpoint current;
    private final Map<VerifierKey, SignatureLine> cosignatures = new LinkedHashMap<>();
    private boolean isQuorum;
    private long roundBegan = System.nanoTime();

    /** What wakes the thread. */
    private sealed interface News {}

    private record NewCheckpoint() implements News {}

    private record Answered(
            AskedWitness witness, SignedCheckpoint checkpoint, WitnessClient.Answer answer)
            implements News {}

    private Witnessing(Ledger ledger, WitnessPolicy policy) {
        this.ledger = ledger;
        this.policy = policy;
        this.tiles = path -> hashes(ledger.directory(), path);
        this.current = ledger.newestCheckpoint();
        Map<URI, List<VerifierKey>> byAddress = new LinkedHashMap<>();
        policy.witnesses()
                .values()
                .forEach(witness ->
                        witness.url()
                                .ifPresent(url ->
                                        byAddress
                                                .computeIfAbsent(url, _ -> new ArrayList<>())
                                                .add(witness.key())));
        byAddress.forEach((url, keys) -> witnesses.add(new AskedWitness(url, keys)));
        this.thread = Thread.ofVirtual().name("witnessing").unstarted(this::run);
    }

    /**
     * Begins to ask; close it before the ledger.
     *
     * @param policy whose witnesses have a URL: their submission prefix
     * @throws IllegalArgumentException when those with a URL can be no quorum, or when the policy
     *     is of other logs
     */
    public static Witnessing start(Ledger ledger, WitnessPolicy policy) {
        if (!policy.allows(ledger.verifierKey()) && keysOf(ledger).noneMatch(policy::allows)) {
            throw new IllegalArgumentException(
                    "the policy's log lines do not have this ledger's key; add the line \"log "
                            + ledger.verifierKey().text()
                            + "\", or leave such lines out");
        }
        Witnessing witnessing = new Witnessing(ledger, policy);
        Set<VerifierKey> reachable = new HashSet<>();
        witnessing.witnesses.forEach(witness -> reachable.addAll(witness.keys()));
        if (reachable.size() > MAX_KEYS) {
            throw new IllegalArgumentException(
                    "a checkpoint has room for the cosignatures of " + MAX_KEYS + " keys");
        }
        if (!policy.isQuorum(reachable)) {
            throw new IllegalArgumentException(
                    "the policy's quorum needs witnesses that have no URL in it");
        }
        ledger.watchCheckpoints(() -> witnessing.news.add(new NewCheckpoint()));
        witnessing.thread.start();
        return witnessing;
    }

    /** A policy may name a key that the log has handed over from. */
    private static Stream<VerifierKey> keysOf(Ledger ledger) {
        LedgerFiles files = new LedgerFiles(ledger.directory());
        try {
            return files.keys(files.ownKey()).oldestFirst().stream();
        } catch (IOException | LedgerDamage e) {
            throw new LedgerException("cannot read the keys of the log: " + e.getMessage(), e);
        }
    }

    /**
     * A hash tile. An unfinished one may have given way to a newer checkpoint's, which begins with
     * the same hashes.
     */
    private static byte[] hashes(Path directory, TilePath path) throws IOException {
        int bytes = path.width() * MerkleHasher.HASH_BYTES;
        for (int width = path.width(); width <= TileTree.TILE_WIDTH; width++) {
            TilePath wider = new TilePath(path.kind(), path.level(), path.tile(), width);
            try {
                return Arrays.copyOf(Files.readAllBytes(directory.resolve(wider.text())), bytes);
            } catch (NoSuchFileException e) {
                LOG.trace("{} is not there", wider);
            }
        }
        throw new NoSuchFileException(path.text());
    }

    private void run() {
        try {
            while (!isClosed) {
                advance();
                askWhoIsDue();
                record();
                News next = news.poll(TICK_MILLIS, TimeUnit.MILLISECONDS);
                while (next != null) {
                    if (next instanceof Answered answered) {
                        take(answered);
                    }
                    next = news.poll();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("witnesses are no longer asked");
        } catch (LedgerException e) {
            LOG.error("witnesses are no longer asked: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("witnesses are no longer asked", e);
        }
    }

    /** Turns to the newest checkpoint once there is nothing left to hope for of this one. */
    private void advance() {
        SignedCheckpoint newest = ledger.newestCheckpoint();
        boolean isOver =
                isQuorum
                        || witnesses.stream().noneMatch(AskedWitness::isBeingAsked)
                        || System.nanoTime() - roundBegan
                                > TimeUnit.MILLISECONDS.toNanos(MAX_ROUND_MILLIS);
        if (isOver && !newest.checkpoint().equals(current.checkpoint())) {
            current = newest;
            cosignatures.clear();
            isQuorum = false;
            roundBegan = System.nanoTime();
        }
    }

    private void askWhoIsDue() {
        SignedCheckpoint asked = current;
        for (AskedWitness witness : witnesses) {
            boolean isMissing = !cosignatures.keySet().containsAll(witness.keys());
            if (isMissing && witness.isDue()) {
                long seenSize = witness.asking();
                var _ =
                        askers.submit(() -> {
                            WitnessClient.Answer answer =
                                    witness.client().ask(asked, seenSize, tiles);
                            news.add(new Answered(witness, asked, answer));
                            return answer;
                        });
            }
        }
    }

    private void take(Answered answered) {
        AskedWitness witness = answered.witness();
        switch (answered.answer()) {
            case WitnessClient.Cosigned cosigned -> {
                unrecorded.addAll(witness.cosigned(answered.checkpoint().size()));
                if (answered.checkpoint().checkpoint().equals(current.checkpoint())) {
                    for (int i = 0; i < witness.keys().size(); i++) {
                        cosignatures.put(witness.keys().get(i), cosigned.lines().get(i));
                    }
                    keep();
                }
            }
            case WitnessClient.Refused refused ->
                    unrecorded.addAll(
                            witness.refused(refused, answered.checkpoint().checkpoint().origin()));
            case WitnessClient.Outdated _ -> witness.outdated();
        }
    }

    /** Hands the cosignatures to the ledger when they have become a quorum, or are all. */
    private void keep() {
        boolean wasQuorum = isQuorum;
        isQuorum = policy.isQuorum(cosignatures.keySet());
        if (isQuorum == wasQuorum && witnesses.stream().anyMatch(AskedWitness::isBeingAsked)) {
            return;
        }
        List<SignatureLine> lines = new ArrayList<>();
        for (SignatureLine line : SignedNote.parse(current.note()).signatures()) {
            if (cosignatures.keySet().stream().noneMatch(line::isOf)) {
                lines.add(line);
            }
        }
        lines.addAll(cosignatures.values());
        current =
                new SignedCheckpoint(
                        current.checkpoint(),
                        new SignedNote(current.checkpoint().text(), lines).toBytes());
        ledger.cosigned(current, isQuorum);
    }

    /** Adds what was learnt about witnesses to the log, as soon as it has room. */
    private void record() {
        for (@Nullable Fact fact = unrecorded.peekFirst();
                fact != null && ledger.append(fact, Map.of(), IGNORED);
                fact = unrecorded.peekFirst()) {
            unrecorded.removeFirst();
        }
    }

    /** Of entries about witnesses nobody waits for a release. */
    private static final AppendListener IGNORED =
            new AppendListener() {
                @Override
                public void durable(long index) {}

                @Override
                public void failed(LedgerException reason) {}
            };

    /** Stops asking. What a witness answers from now on is lost; it will say so itself. */
    @Override
    public void close() {
        isClosed = true;
        ledger.watchCheckpoints(() -> {});
        thread.interrupt();
        askers.shutdownNow();
        witnesses.forEach(witness -> witness.client().close());
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
