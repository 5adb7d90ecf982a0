package org.domicile.ledger;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.domicile.ledger.note.LogSigner;

/**
 * Measures how many entries a second a ledger makes durable, and the CPU time for each, of the
 * loops, the writer and the integrator, without the JVM's own threads: closed-loop sessions on two
 * event loops, each session adding its next entry when it is told of its last. Arguments: an empty
 * directory, seconds for each line, rounds, numbers of sessions.
 */
final class LedgerRateRun {
    private static final int LOOPS = 2;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Map<String, Map<String, String>> COLUMNS =
            Map.copyOf(
                    Map.of(
                            "public.users",
                            Map.of("id", "show", "handle", "pseudonym", "country", "show")));
    private static final String STATEMENT =
            "SELECT id, handle, country FROM users WHERE handle = $1";

    private LedgerRateRun() {}

    public static void main(String[] arguments) throws Exception {
        Path temporary = Path.of(arguments[0]);
        long nanos = (long) (Double.parseDouble(arguments[1]) * 1e9);
        LogSigner signer = Samples.signer(temporary);
        for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
            for (String sessions : Arrays.asList(arguments).subList(3, arguments.length)) {
                Path directory = Files.createTempDirectory(temporary, "ledger");
                run(directory, signer, Integer.parseInt(sessions), nanos);
            }
        }
    }

    private static void run(Path directory, LogSigner signer, int appenders, long nanos)
            throws InterruptedException {
        AtomicLong entries = new AtomicLong();
        AtomicLong cpu = new AtomicLong();
        long wall;
        try (Ledger ledger = Ledger.open(directory, signer, LedgerOptions.defaults())) {
            ledger.putDocument(Samples.PLAN);
            long from = System.nanoTime();
            List<Thread> loops = new ArrayList<>();
            for (int loop = 0; loop < Math.min(LOOPS, appenders); loop++) {
                int sessions = (appenders + LOOPS - 1 - loop) / LOOPS;
                int number = loop;
                loops.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    entries.addAndGet(loop(ledger, number, sessions, from + nanos));
                                    cpu.addAndGet(THREADS.getCurrentThreadCpuTime());
                                }));
            }
            for (Thread loop : loops) {
                loop.join();
            }
            wall = System.nanoTime() - from;
            for (ThreadInfo thread : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
                if (thread != null && thread.getThreadName().startsWith("ledger-")) {
                    cpu.addAndGet(THREADS.getThreadCpuTime(thread.getThreadId()));
                }
            }
        }
        System.out.println(
                String.format(
                        Locale.ROOT,
                        "%2d appenders: %6.0f entries/s, %6.1f microseconds of CPU for each",
                        appenders,
                        entries.get() * 1e9 / wall,
                        cpu.get() / 1e3 / entries.get()));
    }

    private static long loop(Ledger ledger, int loop, int sessions, long end) {
        BlockingQueue<Session> ready = new LinkedBlockingQueue<>();
        List<Session> woken = new ArrayList<>();
        for (int i = 0; i < sessions; i++) {
            new Session("%016x%016x".formatted(loop, i), ready).append(ledger);
        }
        long entries = 0;
        int running = sessions;
        try {
            while (running > 0) {
                woken.clear();
                if (ready.drainTo(woken) == 0) {
                    woken.add(ready.take());
                }
                entries += woken.size();
                if (System.nanoTime() < end) {
                    woken.forEach(session -> session.append(ledger));
                } else {
                    running -= woken.size();
                }
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return entries;
    }

    private static final class Session implements AppendListener {
        private final String session;
        private final BlockingQueue<Session> ready;
        private final String sql;
        private long sequence;

        Session(String session, BlockingQueue<Session> ready) {
            this.session = session;
            this.ready = ready;
            char[] handle = new char[20];
            Arrays.fill(handle, 'x');
            this.sql =
                    "SELECT id, handle, country FROM users WHERE handle = '"
                            + new String(handle)
                            + "'";
        }

        void append(Ledger ledger) {
            Fact fact =
                    new Fact.Disclosure(
                            session,
                            sequence++,
                            Samples.PLAN_DIGEST,
                            "parent",
                            "parent_analytics",
                            "analytics",
                            Fact.Shape.SELECT,
                            COLUMNS,
                            new Fact.Subjects(
                                    Map.of("user.unique_id", 1L, "user.name", 1L), Map.of()),
                            STATEMENT,
                            0,
                            true,
                            1,
                            140);
            Map<String, String> privates =
                    Map.of(
                            "accessor", "ana@parent.example",
                            "sql", sql,
                            "subjects", "AAAAAAAAAAAAAAAAAAAAAA");
            if (!ledger.append(fact, privates, this)) {
                throw new IllegalStateException("the line cannot be full");
            }
        }

        @Override
        public void durable(long index) {
            ready.add(this);
        }

        @Override
        public void failed(LedgerException reason) {
            throw reason;
        }
    }
}
