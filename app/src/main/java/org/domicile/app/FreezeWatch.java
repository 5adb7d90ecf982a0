package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.domicile.control.freeze.BreakGlass;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.freeze.Freezes;
import org.domicile.control.request.Request;
import org.domicile.control.request.RequestRecord.Entry;
import org.domicile.control.request.RequestState;
import org.domicile.control.request.UnfitException;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Ledger;
import org.domicile.plan.Json;
import org.domicile.plan.JsonObject;
import org.domicile.plan.JsonWriter;
import org.domicile.plan.PlanFormatException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The gateway's own look at a store's freezes: each is checked, recorded, and in force from then on
 * until two have ended it, though its row is taken away or who signed it leaves. It keeps a file of
 * them for that. For one thread.
 */
final class FreezeWatch {
    private static final Logger LOG = LoggerFactory.getLogger(FreezeWatch.class);

    private final String jurisdiction;
    private final Ledger ledger;
    private final Supplier<StoreGrants.Deciders> deciders;
    private final Path file;

    /** Recorded and not over, by digest. */
    private final Map<String, FreezeRecord> inForce = new LinkedHashMap<>();

    /** Recorded as over: none of these begins again. */
    private final Set<String> over = new HashSet<>();

    /** Uses of break-glass that wait for a review, by request. */
    private final Map<String, Use> unreviewed = new LinkedHashMap<>();

    /**
     * @param by those who took it
     * @param due when it has to be reviewed, in UTC to the second
     */
    private record Use(Request request, List<String> by, Instant due) {}

    /** What was logged once and need not be again. */
    private final Set<String> told = new HashSet<>();

    /**
     * @param file where it keeps what it has found; need not exist
     * @throws CommandFailure when that file cannot be read: without it nobody is served (I7)
     */
    FreezeWatch(
            String jurisdiction,
            Ledger ledger,
            Supplier<StoreGrants.Deciders> deciders,
            Path file) {
        this.jurisdiction = jurisdiction;
        this.ledger = ledger;
        this.deciders = deciders;
        this.file = file;
        if (Files.exists(file)) {
            load();
        }
    }

    /**
     * Checks every freeze of the store and records those that begin and end.
     *
     * @param gateway a connection to the store
     */
    Freezes follow(Connection gateway) throws SQLException {
        FreezeStore store = new FreezeStore(gateway, jurisdiction);
        Map<String, FreezeRecord> found = new LinkedHashMap<>();
        store.read().stream()
                .filter(freeze -> !over.contains(freeze.digest()))
                .forEach(freeze -> found.put(freeze.digest(), freeze));
        Map<String, List<Entry>> releases = inForce.isEmpty() ? Map.of() : store.releases();
        for (FreezeRecord known : inForce.values()) {
            if (!found.containsKey(known.digest()) && told.add(known.digest())) {
                LOG.error(
                        "the freeze {} is no longer in the store of {}; it stays in force",
                        known.digest(),
                        jurisdiction);
            }
            FreezeRecord withReleases = known;
            for (Entry release : releases.getOrDefault(known.digest(), List.of())) {
                withReleases = withReleases.withRelease(release);
            }
            found.put(known.digest(), withReleases);
        }
        if (found.isEmpty() && unreviewed.isEmpty()) {
            return Freezes.NONE;
        }
        StoreGrants.Deciders now = deciders.get();
        FreezeApproval approval = new FreezeApproval(now.organisation(), now.independence());
        boolean changed = followReviews(store, now);
        for (FreezeRecord freeze : found.values()) {
            changed |= follow(freeze, approval);
        }
        if (changed) {
            save();
        }
        return new Freezes(
                inForce.values().stream()
                        .map(freeze -> Freeze.fromJson(freeze.document()))
                        .toList());
    }

    /**
     * From here on a use of break-glass is to be reviewed, or who took it is frozen.
     *
     * @param usedBy the two who took it
     */
    void expectReview(Request request, Collection<String> usedBy) {
        String freeze = BreakGlass.freeze(request).digest();
        if (over.contains(freeze) || inForce.containsKey(freeze)) {
            return; // reviewed, or frozen: it is opened again since the gateway has started again
        }
        Instant due =
                Instant.now().plus(BreakGlass.REVIEW_WITHIN).truncatedTo(ChronoUnit.SECONDS);
        if (unreviewed.putIfAbsent(
                        request.digest(), new Use(request, List.copyOf(usedBy), due))
                == null) {
            save();
        }
    }

    private boolean followReviews(FreezeStore store, StoreGrants.Deciders deciders)
            throws SQLException {
        if (unreviewed.isEmpty()) {
            return false;
        }
        Map<String, List<Entry>> reviews = store.reviews();
        boolean changed = false;
        for (Use use : List.copyOf(unreviewed.values())) {
            String digest = use.request().digest();
            for (Entry entry : reviews.getOrDefault(digest, List.of())) {
                changed |= unreviewed.containsKey(digest) && follow(use, entry, deciders);
            }
            if (unreviewed.containsKey(digest) && Instant.now().isAfter(use.due())) {
                freezeByRule(use);
                changed = true;
            }
        }
        return changed;
    }

    private boolean follow(Use use, Entry entry, StoreGrants.Deciders deciders) {
        String digest = use.request().digest();
        try {
            RequestState.Approval review =
                    BreakGlass.review(
                            deciders.organisation(),
                            deciders.independence(),
                            use.request(),
                            use.by(),
                            entry,
                            Instant.now());
            ledger.append(
                    new Fact.BreakGlassReviewed(
                            digest, Map.of(review.key().text(), review.act().noteText())),
                    Map.of("by", entry.by()));
            unreviewed.remove(digest);
            over.add(BreakGlass.freeze(use.request()).digest());
            return true;
        } catch (UnfitException e) {
            if (told.add(entry.note())) {
                LOG.error(
                        "the store of {} has a review of break-glass that does not count: {}",
                        jurisdiction,
                        e.getMessage());
            }
            return false;
        }
    }

    private void freezeByRule(Use use) {
        Freeze freeze = BreakGlass.freeze(use.request());
        ledger.append(
                new Fact.Frozen(freeze.digest(), freeze.target().text(), null, Map.of()),
                Map.of("freeze", freeze.toJson()));
        inForce.put(
                freeze.digest(),
                new FreezeRecord(
                        freeze.digest(),
                        freeze.toJson(),
                        new Entry(FreezeRecord.BY_RULE, ""),
                        List.of()));
        told.add(freeze.digest()); // it has no row in the store
        unreviewed.remove(use.request().digest());
        LOG.warn(
                "{}: break-glass {} was not reviewed in time, who took it is frozen",
                jurisdiction,
                use.request().digest());
    }

    private boolean follow(FreezeRecord found, FreezeApproval approval) {
        boolean isKnown = inForce.containsKey(found.digest());
        switch (approval.check(jurisdiction, found, isKnown, Instant.now())) {
            case FreezeState.Refused refused -> {
                if (told.add(found.digest())) {
                    LOG.error(
                            "the store of {} has a freeze {} that does not count: {}",
                            jurisdiction,
                            found.digest(),
                            refused.why());
                }
                return false;
            }
            case FreezeState.InForce state -> {
                if (isKnown) {
                    return false;
                }
                ledger.append(state.fact(), state.privateValues());
                inForce.put(found.digest(), found);
                LOG.warn(
                        "{}: {} {} is frozen",
                        jurisdiction,
                        state.freeze().target().text(),
                        state.freeze().target() == Freeze.Target.PERSON
                                ? ""
                                : state.freeze().name());
                return true;
            }
            case FreezeState.Released state -> {
                if (isKnown) {
                    ledger.append(state.fact(), state.privateValues());
                    inForce.remove(found.digest());
                }
                over.add(found.digest());
                return true;
            }
        }
    }

    private void save() {
        String text =
                new JsonWriter()
                        .beginObject()
                        .member("in_force", List.copyOf(inForce.values()), FreezeWatch::write)
                        .member("over", over.stream().sorted().toList(), JsonWriter::string)
                        .member(
                                "unreviewed",
                                List.copyOf(unreviewed.values()),
                                FreezeWatch::writeUse)
                        .endObject()
                        .toString();
        StateDirectory.writePrivate(file, text);
    }

    private static void write(JsonWriter out, FreezeRecord freeze) {
        out.beginObject()
                .member("by", freeze.frozen().by())
                .member("document", freeze.document())
                .member("note", freeze.frozen().note())
                .endObject();
    }

    private static void writeUse(JsonWriter out, Use use) {
        out.beginObject()
                .member("by", use.by(), JsonWriter::string)
                .member("due", use.due().toString())
                .member("request", use.request().toJson())
                .endObject();
    }

    private static Use readUse(Object value) {
        JsonObject use = JsonObject.of(value, "by", "due", "request");
        return new Use(
                Request.fromJson(use.string("request")),
                use.list("by", JsonObject::asString),
                new org.domicile.plan.Plan.Grant("0".repeat(64), use.string("due")).end());
    }

    private void load() {
        try {
            JsonObject kept =
                    JsonObject.of(
                            Json.read(Files.readString(file, StandardCharsets.UTF_8)),
                            "in_force",
                            "over",
                            "unreviewed");
            over.addAll(kept.list("over", JsonObject::asString));
            for (FreezeRecord freeze : kept.list("in_force", FreezeWatch::read)) {
                inForce.put(freeze.digest(), freeze);
            }
            for (Use use : kept.list("unreviewed", FreezeWatch::readUse)) {
                unreviewed.put(use.request().digest(), use);
            }
        } catch (PlanFormatException e) {
            throw new CommandFailure(
                    "the gateway's file of freezes, "
                            + file
                            + ", is damaged ("
                            + e.getMessage()
                            + "); put it back from a copy. Without it, freezes whose rows were"
                            + " taken away would end");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static FreezeRecord read(Object value) {
        JsonObject freeze = JsonObject.of(value, "by", "document", "note");
        String document = freeze.string("document");
        return new FreezeRecord(
                Freeze.fromJson(document).digest(),
                document,
                new Entry(freeze.string("by"), freeze.string("note")),
                List.of());
    }
}
