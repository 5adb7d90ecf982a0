package org.domicile.console.page;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.domicile.console.site.Jurisdiction;
import org.domicile.ledger.Fact;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerReader;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.ledger.index.Found;
import org.domicile.ledger.index.Search;
import org.domicile.plan.AppliedPlan;
import org.domicile.plan.Plan;
import org.jspecify.annotations.Nullable;

/**
 * The policies that a jurisdiction's store has had, as its ledger keeps them: each plan's document
 * under its digest, which an entry names. Grants are left out: they come and go by requests.
 */
final class PlanHistory {
    /** Of the entries that tell of a plan, the newest so many are read. */
    static final int MAX_ENTRIES = 200;

    /** Plans that are kept, since reading one takes time; each is what its digest says. */
    private static final int MAX_KEPT = 64;

    private final Map<String, Plan> byDigest =
            new LinkedHashMap<>(MAX_KEPT, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Plan> eldest) {
                    return size() > MAX_KEPT;
                }
            };

    /** What the policy in force is called while no entry has told of it. */
    static final String NOW = "now";

    /**
     * A policy.
     *
     * @param name the number of the entry that told of it first, or {@link #NOW}
     * @param at when that was; null for now
     * @param version of the store's plan then
     * @param lasting the plan without grants
     */
    record Version(String name, @Nullable Instant at, long version, Plan lasting) {}

    /** The newest first; two that follow each other are different. */
    synchronized List<Version> of(Jurisdiction jurisdiction, Indexes indexes) {
        Search search =
                new Search(
                        Fact.PolicyApplied.TYPE,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        MAX_ENTRIES);
        List<Found> found = indexes.ask(jurisdiction, index -> index.search(search));
        List<Version> versions = new ArrayList<>();
        // The gateway tells of a plan when somebody first asks under it.
        AppliedPlan applied = jurisdiction.plan().get();
        versions.add(new Version(NOW, null, applied.version(), lasting(applied.plan())));
        try {
            LedgerReader reader =
                    LedgerReader.open(
                            jurisdiction.ledger().directory(), jurisdiction.ledger().verifierKey());
            for (Found one : found) {
                Optional<VerifiedEntry> entry = reader.entry(one.index());
                if (entry.isPresent() && entry.get().fact() instanceof Fact.PolicyApplied told) {
                    add(versions, version(jurisdiction, entry.get(), told));
                }
            }
        } catch (IOException | LedgerDamage e) {
            throw new IllegalStateException(
                    "the ledger of " + jurisdiction.name() + " cannot be read: " + e.getMessage());
        }
        return versions;
    }

    /** The same policy told again is that of before, which began earlier. */
    private static void add(List<Version> versions, Version earlier) {
        if (!versions.isEmpty() && versions.getLast().lasting().equals(earlier.lasting())) {
            versions.removeLast();
        }
        versions.add(earlier);
    }

    private Version version(
            Jurisdiction jurisdiction, VerifiedEntry entry, Fact.PolicyApplied applied)
            throws IOException, LedgerDamage {
        Plan plan = byDigest.get(applied.plan());
        if (plan == null) {
            byte[] document =
                    LedgerVerifier.readDocument(jurisdiction.ledger().directory(), applied.plan());
            plan = lasting(Plan.fromJson(new String(document, StandardCharsets.UTF_8)));
            byDigest.put(applied.plan(), plan);
        }
        return new Version(Long.toString(entry.index()), entry.time(), applied.version(), plan);
    }

    private static Plan lasting(Plan plan) {
        return new Plan(
                plan.jurisdiction(),
                plan.custodian(),
                plan.entities(),
                plan.tables(),
                plan.audiences().stream().filter(one -> one.grant().isEmpty()).toList());
    }
}
