package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.domicile.control.freeze.Freeze;
import org.domicile.control.freeze.FreezeApproval;
import org.domicile.control.freeze.FreezeRecord;
import org.domicile.control.freeze.FreezeState;
import org.domicile.control.freeze.Freezes;
import org.domicile.control.request.RequestRecord.Entry;
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
        if (found.isEmpty()) {
            return Freezes.NONE;
        }
        StoreGrants.Deciders now = deciders.get();
        FreezeApproval approval = new FreezeApproval(now.organisation(), now.independence());
        boolean changed = false;
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

    private void load() {
        try {
            JsonObject kept =
                    JsonObject.of(
                            Json.read(Files.readString(file, StandardCharsets.UTF_8)),
                            "in_force",
                            "over");
            over.addAll(kept.list("over", JsonObject::asString));
            for (FreezeRecord freeze : kept.list("in_force", FreezeWatch::read)) {
                inForce.put(freeze.digest(), freeze);
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
