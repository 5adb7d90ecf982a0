package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.gateway.transport.Transport;
import org.domicile.gateway.upstream.StoreAddress;
import org.domicile.gateway.upstream.StoreConnection;
import org.domicile.gateway.wire.BackendType;
import org.domicile.gateway.wire.Frame;
import org.domicile.gateway.wire.FrontendMessage;
import org.domicile.gateway.wire.WireException;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * I1 under {@code kill -9}: whenever the gateway dies, every row a client had received is covered
 * by an entry that verifies. Clients here speak the protocol themselves and count each DataRow they
 * are sent.
 */
class CrashIT {
    private static final int ROUNDS = Integer.getInteger("domicile.crash.rounds", 3);
    private static final int QUERIES = 200;
    private static final int READ_TIMEOUT_MILLIS = 60_000;
    private static final int FIRST_ROW_SECONDS = 120;

    /** Most ask for so many rows, a segment or two; the others for all, segment after segment. */
    private static final String MOST_ASK_FOR = " LIMIT 5000";

    private static final int ALL_ROWS_EVERY = 10;
    private static final List<String> JURISDICTIONS = List.of("us", "eu", "row");

    /** As many log in at once; more would wait for each other past the gateway's login limit. */
    private static final Semaphore LOGINS = new Semaphore(16);

    /** Each query carries its own number as a literal, which the entry's private SQL keeps. */
    private static final Pattern TAG = Pattern.compile("<> -(\\d+)");

    @TempDir Path directory;

    @Test
    void i1EveryReceivedRowIsRecorded() throws Exception {
        Random random = new Random(20_261_122);
        Map<Long, AtomicLong> received = new ConcurrentHashMap<>();
        try (DemoProcess demo = DemoProcess.start(directory.resolve("demo"), "--users", "3000")) {
            Path state = Files.createDirectory(directory.resolve("state"));
            Files.copy(demo.data.resolve("credentials"), state.resolve("credentials"));
            String password = passwordOf(demo, "parent_analyst");
            for (int round = 0; round < ROUNDS; round++) {
                ServeProcess gateway =
                        ServeProcess.start(demo.data.resolve("domicile.yaml"), state);
                queryAndKill(gateway, password, round, random.nextInt(1_000), received);
            }
            Map<Long, Long> recorded = new HashMap<>();
            for (String jurisdiction : JURISDICTIONS) {
                count(state.resolve("ledger").resolve(jurisdiction), recorded);
                Shell.Outcome verified =
                        demo.domicile(
                                "verify", state.resolve("ledger").resolve(jurisdiction).toString());
                assertThat(verified.exitCode()).as(verified.toString()).isZero();
            }
            received.forEach((tag, rows) ->
                    assertThat(recorded.getOrDefault(tag, 0L))
                            .as("rows recorded for query %d", tag)
                            .isGreaterThanOrEqualTo(rows.get()));
        }
        long total = received.values().stream().mapToLong(AtomicLong::get).sum();
        assertThat(total).as("clients did receive rows before the gateway died").isPositive();
        assertThat(received).hasSize(ROUNDS * QUERIES);
    }

    private static void queryAndKill(
            ServeProcess gateway,
            String password,
            int round,
            int killAfterMillis,
            Map<Long, AtomicLong> received)
            throws Exception {
        CountDownLatch loggedIn = new CountDownLatch(QUERIES);
        CountDownLatch firstRow = new CountDownLatch(1);
        try (Transport transport = Transport.start(1);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> clients = new ArrayList<>();
            for (int query = 0; query < QUERIES; query++) {
                long tag = 1_000_000_000L + (long) round * QUERIES + query;
                AtomicLong rows = received.computeIfAbsent(tag, _ -> new AtomicLong());
                String jurisdiction = JURISDICTIONS.get(query % JURISDICTIONS.size());
                clients.add(
                        threads.submit(() -> {
                            client(
                                    transport,
                                    gateway.port,
                                    jurisdiction,
                                    password,
                                    tag,
                                    rows,
                                    loggedIn,
                                    firstRow);
                            return null;
                        }));
            }
            if (!firstRow.await(FIRST_ROW_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("no client was sent a row");
            }
            Thread.sleep(killAfterMillis);
            gateway.kill();
            for (Future<?> client : clients) {
                client.get();
            }
        }
    }

    /**
     * Asks the same question again and again until the gateway dies, counting rows as they come.
     */
    private static void client(
            Transport transport,
            int port,
            String jurisdiction,
            String password,
            long tag,
            AtomicLong rows,
            CountDownLatch loggedIn,
            CountDownLatch firstRow)
            throws Exception {
        StoreConnection connection;
        LOGINS.acquire();
        try {
            connection =
                    StoreConnection.open(
                            transport,
                            new StoreAddress("127.0.0.1", port, jurisdiction),
                            "parent_analyst",
                            password,
                            Map.of("options", "-c domicile.purpose=analytics"));
        } finally {
            LOGINS.release();
            loggedIn.countDown();
        }
        try (connection) {
            loggedIn.await(); // or those who query would leave no time to those who log in
            String sql =
                    "SELECT id, video_id, at FROM impressions WHERE play_time_ms <> -"
                            + tag
                            + (tag % ALL_ROWS_EVERY == 0 ? "" : MOST_ASK_FOR);
            while (true) {
                connection.send(new FrontendMessage.Query(sql));
                BackendType type;
                do {
                    Frame frame = connection.await(READ_TIMEOUT_MILLIS);
                    if (frame == null) {
                        return;
                    }
                    type = BackendType.of(frame);
                    if (type == BackendType.DATA_ROW) {
                        rows.incrementAndGet();
                        firstRow.countDown();
                    }
                } while (type != BackendType.READY_FOR_QUERY);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("no answer from the gateway", e);
        } catch (IOException | WireException e) {
            // The gateway was killed: what matters is what had come by then.
            return;
        }
    }

    private static void count(Path ledger, Map<Long, Long> recorded) throws Exception {
        LedgerVerifier.verify(
                ledger,
                LedgerVerifier.ownKey(ledger),
                entry -> {
                    if (entry.fact() instanceof Fact.Disclosure disclosure) {
                        String sql = entry.privateValues().orElseThrow().getOrDefault("sql", "");
                        Matcher tag = TAG.matcher(sql);
                        if (tag.find()) {
                            recorded.merge(
                                    Long.parseLong(tag.group(1)), disclosure.rows(), Long::sum);
                        }
                    }
                });
    }

    private static String passwordOf(DemoProcess demo, String person) throws Exception {
        return Files.readAllLines(demo.data.resolve("pgpass")).stream()
                .map(line -> line.split(":", -1))
                .filter(fields -> fields[3].equals(person))
                .findFirst()
                .orElseThrow()[4];
    }
}
