package org.domicile.control.meter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.domicile.control.rules.Rules;
import org.domicile.ledger.EntryVisitor.Objection;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerReader;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Meters made again from a ledger: what its disclosures counted, as of its newest checkpoint. They
 * equal those of the gateway that wrote it.
 *
 * <p>Where a body was erased, its people count as others than all before: as many as the leaf says.
 * A snapshot that was taken before has them still.
 */
public final class MeterRebuild {
    private static final Logger LOG = LoggerFactory.getLogger(MeterRebuild.class);

    /** Progress is told every so many entries. */
    private static final int PROGRESS_ENTRIES = 100_000;

    private final Path directory;
    private final LedgerReader reader;
    private final Rules rules;
    private final Instant now;
    private final Map<String, Plan> plans = new HashMap<>();

    private MeterRebuild(Path directory, LedgerReader reader, Rules rules, Instant now) {
        this.directory = directory;
        this.reader = reader;
        this.rules = rules;
        this.now = now;
    }

    /**
     * Counts what a ledger has, from a snapshot on where there is one that fits.
     *
     * @param snapshot a file that may not exist
     * @param progress told now and then how many entries were read
     */
    public static BulkMeters of(
            Path ledger,
            VerifierKey key,
            Rules rules,
            Instant now,
            @Nullable Path snapshot,
            LongConsumer progress)
            throws IOException, LedgerDamage {
        return new MeterRebuild(ledger, LedgerReader.open(ledger, key), rules, now)
                .run(snapshot, progress);
    }

    /**
     * Likewise, and leaves the snapshot as of now. No gateway needs to stop for it: what is written
     * comes from the ledger.
     */
    public static BulkMeters andSnapshot(
            Path ledger,
            VerifierKey key,
            Rules rules,
            Instant now,
            Path snapshot,
            LongConsumer progress)
            throws IOException, LedgerDamage {
        LedgerReader reader = LedgerReader.open(ledger, key);
        BulkMeters meters = new MeterRebuild(ledger, reader, rules, now).run(snapshot, progress);
        MeterSnapshot.write(snapshot, meters, MeterSnapshot.Covered.of(reader.checkpoint()));
        return meters;
    }

    private BulkMeters run(@Nullable Path snapshot, LongConsumer progress)
            throws IOException, LedgerDamage {
        Optional<MeterSnapshot.Loaded> loaded =
                snapshot == null ? Optional.empty() : load(snapshot);
        BulkMeters meters = loaded.map(MeterSnapshot.Loaded::meters).orElse(new BulkMeters(rules));
        reader.read(
                loaded.map(known -> known.covered().size()).orElse(0L),
                entry -> {
                    count(meters, entry);
                    if (entry.index() > 0 && entry.index() % PROGRESS_ENTRIES == 0) {
                        progress.accept(entry.index());
                    }
                });
        return meters;
    }

    private Optional<MeterSnapshot.Loaded> load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            MeterSnapshot.Loaded loaded = MeterSnapshot.read(file, rules, BulkMeters.day(now));
            MeterSnapshot.Covered covered = loaded.covered();
            if (covered.origin().equals(reader.checkpoint().origin())
                    && covered.size() <= reader.checkpoint().size()
                    && Arrays.equals(covered.root(), reader.rootAt(covered.size()))) {
                return Optional.of(loaded);
            }
            LOG.warn("the meters' snapshot {} is of another history; reading the ledger", file);
        } catch (MeterSnapshot.Unusable e) {
            LOG.warn("the meters' snapshot {} {}; reading the ledger", file, e.getMessage());
        }
        return Optional.empty();
    }

    private void count(BulkMeters meters, VerifiedEntry entry) throws Objection {
        if (entry.fact() instanceof Fact.Disclosure disclosure) {
            // Whether it was beyond a threshold is for a verifier to say; it was shown.
            try {
                var _ =
                        meters.count(
                                plan(disclosure.plan()),
                                disclosure,
                                entry.privateValues(),
                                entry.time());
            } catch (IllegalArgumentException e) {
                throw new Objection(String.valueOf(e.getMessage()));
            }
        }
    }

    private Plan plan(String digest) throws Objection {
        Plan known = plans.get(digest);
        if (known != null) {
            return known;
        }
        try {
            byte[] document = LedgerVerifier.readDocument(directory, digest);
            Plan plan = Plan.fromJson(new String(document, StandardCharsets.UTF_8));
            plans.put(digest, plan);
            return plan;
        } catch (IOException | LedgerDamage | PlanFormatException e) {
            throw new Objection(
                    "plan " + digest + " cannot be read, so what was counted is not known");
        }
    }
}
