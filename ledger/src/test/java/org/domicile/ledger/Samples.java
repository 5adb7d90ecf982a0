package org.domicile.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.domicile.ledger.note.LogSigner;

/** Facts and ledgers for tests, the same each time. */
final class Samples {
    static final byte[] PLAN = "{\"format\":\"a plan\"}".getBytes(StandardCharsets.UTF_8);
    static final String PLAN_DIGEST = Layout.sha256Hex(PLAN);
    static final String CATALOGUE = "c".repeat(64);
    static final String SESSION = "0123456789abcdef0123456789abcdef";

    /** No checkpoint comes by itself. */
    static final LedgerOptions MANUAL =
            LedgerOptions.defaults().withCheckpointInterval(Duration.ofDays(1));

    private Samples() {}

    static LogSigner signer(Path temporary) {
        try {
            Path keyFile = temporary.resolve("log.key");
            return Files.exists(keyFile)
                    ? LogSigner.load(keyFile)
                    : LogSigner.generate(keyFile, "example.com/ledger/us");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Fact.PolicyApplied applied(long version) {
        return new Fact.PolicyApplied(version, PLAN_DIGEST, CATALOGUE);
    }

    static Fact.Disclosure disclosure(String session, long sequence) {
        return new Fact.Disclosure(
                session,
                sequence,
                PLAN_DIGEST,
                "parent",
                "parent_analytics",
                "analytics",
                Fact.Shape.SELECT,
                Map.of("public.users", Map.of("id", "show", "handle", "pseudonym")),
                new Fact.Subjects(
                        Map.of("user.unique_id", 2L, "user.name", 2L),
                        Map.of("public.users", "distinct")),
                "SELECT id, handle FROM users WHERE handle = $1",
                0,
                true,
                3,
                120 + sequence);
    }

    static Fact.SessionOpened opened(String session) {
        return new Fact.SessionOpened(session, 0, PLAN_DIGEST, "parent");
    }

    static Fact.Refusal refusal(String session, long sequence) {
        return new Fact.Refusal(
                session, sequence, PLAN_DIGEST, "parent", null, null, "42501", "purpose-unset", "");
    }

    static Map<String, String> privates(long number) {
        return Map.of("accessor", "ana_" + number, "sql", "SELECT 'ünï\u0001\\\"" + number + "'");
    }

    static String session(Random random) {
        return "%016x%016x".formatted(random.nextLong(), random.nextLong());
    }

    /** Appends the plan and {@code count} entries of one session. */
    static void fill(Ledger ledger, Random random, int count) {
        ledger.putDocument(PLAN);
        ledger.append(applied(1), Map.of("roster", "r"));
        String session = session(random);
        ledger.append(opened(session), Map.of());
        for (int i = 1; i <= count - 2; i++) {
            ledger.append(i % 7 == 0 ? refusal(session, i) : disclosure(session, i), privates(i));
        }
    }

    static Verification verify(Path directory, LogSigner signer) throws LedgerDamage {
        try {
            return LedgerVerifier.verify(directory, signer.verifierKey(), entry -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Path> filesOf(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        files.add(file);
                        return FileVisitResult.CONTINUE;
                    }
                });
        files.sort(null);
        return files;
    }

    static void copy(Path from, Path to) throws IOException {
        try (var paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }
}
