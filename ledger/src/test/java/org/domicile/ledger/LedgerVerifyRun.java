package org.domicile.ledger;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.domicile.ledger.note.LogSigner;

/**
 * Measures how fast a ledger is verified: entries a second, and microseconds of CPU for each, of
 * the one thread that verifies. Arguments: a directory (filled the first time), entries, rounds.
 */
final class LedgerVerifyRun {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ENTRIES_OF_A_SESSION = 50;
    private static final String STATEMENT =
            "SELECT id, handle, country FROM users WHERE handle = $1";
    private static final Map<String, Map<String, String>> COLUMNS =
            Map.copyOf(
                    Map.of(
                            "public.users",
                            Map.copyOf(
                                    Map.of(
                                            "id",
                                            "show",
                                            "handle",
                                            "pseudonym",
                                            "country",
                                            "show"))));

    private LedgerVerifyRun() {}

    public static void main(String[] arguments) throws Exception {
        Path temporary = Path.of(arguments[0]);
        long entries = Long.parseLong(arguments[1]);
        Path directory = temporary.resolve("ledger");
        LogSigner signer = Samples.signer(temporary);
        if (!Files.exists(directory)) {
            fill(directory, signer, entries);
        }
        for (int round = 0; round < Integer.parseInt(arguments[2]); round++) {
            long wall = System.nanoTime();
            long cpu = THREADS.getCurrentThreadCpuTime();
            Verification verification =
                    LedgerVerifier.verify(directory, signer.verifierKey(), entry -> {});
            cpu = THREADS.getCurrentThreadCpuTime() - cpu;
            wall = System.nanoTime() - wall;
            System.out.println(
                    String.format(
                            Locale.ROOT,
                            "%d entries: %,.0f entries/s, %.2f microseconds of CPU for each",
                            verification.entries(),
                            verification.entries() * 1e9 / wall,
                            cpu / 1e3 / verification.entries()));
        }
    }

    private static void fill(Path directory, LogSigner signer, long entries) {
        Random random = new Random(1);
        LedgerOptions options =
                LedgerOptions.defaults().withCheckpointInterval(Duration.ofSeconds(2));
        try (Ledger ledger = Ledger.open(directory, signer, options)) {
            ledger.putDocument(Samples.PLAN);
            append(ledger, Samples.applied(1), Map.of("roster", "r"));
            String session = "";
            for (long i = 0; i < entries - 1; i++) {
                long sequence = i % ENTRIES_OF_A_SESSION;
                if (sequence == 0) {
                    session = Samples.session(random);
                    append(
                            ledger,
                            Samples.opened(session),
                            Map.of("accessor", "ana@parent.example"));
                } else {
                    append(ledger, disclosure(session, sequence), privates(i));
                }
            }
        }
    }

    private static void append(Ledger ledger, Fact fact, Map<String, String> privates) {
        while (!ledger.append(fact, privates, IGNORED)) {
            LockSupport.parkNanos(100_000);
        }
    }

    private static final AppendListener IGNORED =
            new AppendListener() {
                @Override
                public void durable(long index) {}

                @Override
                public void failed(LedgerException reason) {
                    throw reason;
                }
            };

    private static Fact.Disclosure disclosure(String session, long sequence) {
        return new Fact.Disclosure(
                session,
                sequence,
                Samples.PLAN_DIGEST,
                "parent",
                "parent_analytics",
                "analytics",
                Fact.Shape.SELECT,
                COLUMNS,
                new Fact.Subjects(Map.of("user.unique_id", 1L, "user.name", 1L), Map.of()),
                STATEMENT,
                0,
                true,
                1,
                140);
    }

    private static Map<String, String> privates(long number) {
        return Map.of(
                "accessor",
                "ana@parent.example",
                "sql",
                STATEMENT.replace("$1", "'user_" + number + "'"),
                "subjects",
                "AAAAAAAAAAAAAAAAAAAAAA");
    }
}
