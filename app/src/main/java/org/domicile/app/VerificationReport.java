package org.domicile.app;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.domicile.ledger.Verification;
import org.domicile.ledger.Verification.Finding;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.witness.WitnessPolicy.WitnessedPart;
import org.jspecify.annotations.Nullable;

/** What a verified ledger holds, for a person or for a program. */
final class VerificationReport {
    /**
     * How much newer than the last cosignature the last entry may be, so that a witness may be
     * started again without being asked about.
     */
    static final Duration MAX_UNWITNESSED = Duration.ofHours(1);

    private final VerifierKey key;
    private final Verification verification;
    private final @Nullable WitnessedPart witnessed;
    private final List<Finding> findings;

    /**
     * @param witnessed how far it is, by a policy, where one was given
     * @param lastTime of its last entry
     * @param ofEntries what its entries themselves say that should be asked about
     */
    VerificationReport(
            VerifierKey key,
            Verification verification,
            @Nullable WitnessedPart witnessed,
            Instant lastTime,
            List<Finding> ofEntries) {
        this.key = key;
        this.verification = verification;
        this.witnessed = witnessed;
        this.findings = new ArrayList<>(verification.findings());
        this.findings.addAll(ofEntries);
        if (witnessed != null && unwitnessed() > 0) {
            witnessed
                    .time()
                    .filter(time -> lastTime.isAfter(time.plus(MAX_UNWITNESSED)))
                    .ifPresent(time ->
                            findings.add(
                                    new Finding(
                                            witnessed.checkpoint().size(),
                                            "from it on nothing is witnessed, the last entry is of "
                                                    + lastTime
                                                    + ", the last cosignature of "
                                                    + time)));
        }
    }

    /** What is to be asked about; further ones may have been counted only. */
    List<Finding> findings() {
        return findings;
    }

    private long unlisted() {
        return verification.findingsInAll() - verification.findings().size();
    }

    private long unwitnessed() {
        return witnessed == null ? 0 : verification.entries() - witnessed.checkpoint().size();
    }

    private String root() {
        return HexFormat.of().formatHex(verification.checkpoint().root());
    }

    String json() {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("verified", true);
        document.put("key", key.text());
        document.put("entries", verification.entries());
        document.put("size", verification.checkpoint().size());
        document.put("root", root());
        document.put("pending", verification.pending());
        document.put("bodies", verification.hasBodies());
        document.put("erased", verification.erased());
        document.put("documents", verification.documents());
        document.put("by_type", new TreeMap<>(verification.entriesByType()));
        if (witnessed != null) {
            document.put("witnessed_size", witnessed.checkpoint().size());
            document.put("unwitnessed", unwitnessed());
            witnessed.time().ifPresent(time -> document.put("last_cosigned", time.toString()));
        }
        document.put("findings_in_all", findings().size() + unlisted());
        document.put(
                "findings",
                findings().stream()
                        .map(f -> Map.of("entry", f.entry(), "problem", f.problem()))
                        .toList());
        document.put("kept_checkpoints", verification.mirror().checkpoints());
        document.put("alarms", verification.mirror().alarms());
        return Json.text(document);
    }

    void print(Terminal terminal) {
        terminal.print(
                terminal.paint(Terminal.Colour.GREEN, "verified")
                        + " "
                        + verification.checkpoint().origin());
        terminal.print("entries   " + verification.entries());
        new TreeMap<>(verification.entriesByType())
                .forEach((type, count) -> terminal.print("          " + count + " " + type));
        terminal.print("size      " + verification.checkpoint().size());
        terminal.print("root      " + root());
        if (verification.pending() > 0) {
            terminal.print(
                    "pending   " + verification.pending() + " durable, not yet under a checkpoint");
        }
        if (witnessed != null) {
            terminal.print(
                    "witnessed "
                            + witnessed.checkpoint().size()
                            + " entries by a quorum"
                            + (unwitnessed() == 0
                                    ? ""
                                    : "; the " + unwitnessed() + " after them not yet"));
        }
        if (!verification.hasBodies()) {
            terminal.print(
                    "bodies    none here: private values were not looked at, everything public was");
        }
        if (verification.mirror().checkpoints() > 0) {
            terminal.print(
                    "kept      "
                            + verification.mirror().checkpoints()
                            + " earlier checkpoints, all of this history");
        }
        if (verification.mirror().alarms() > 0) {
            terminal.print(
                    "alarms    "
                            + verification.mirror().alarms()
                            + ": the log contradicted what it had signed, see mirror/alarms");
        }
        if (verification.erased() > 0) {
            terminal.print("erased    " + verification.erased() + " bodies; their proofs hold");
        }
        if (verification.cutOffBytes() > 0) {
            terminal.print(
                    "cut off   "
                            + verification.cutOffBytes()
                            + " bytes of an unfinished write, acknowledged to nobody");
        }
        for (Finding finding : findings()) {
            terminal.print(terminal.paint(Terminal.Colour.YELLOW, "finding") + "   " + finding);
        }
        if (unlisted() > 0) {
            terminal.print("          and " + unlisted() + " findings more");
        }
    }
}
