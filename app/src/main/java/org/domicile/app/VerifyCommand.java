package org.domicile.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.domicile.control.DisclosureRules;
import org.domicile.ledger.EntryVisitor.Objection;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.Receipt;
import org.domicile.ledger.Verification;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofFormatException;
import org.domicile.ledger.proof.ProofUnverifiedException;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code domicile verify}: checks a ledger, or a receipt, from files and the log's public key
 * alone.
 */
@Command(
        name = "verify",
        description = {
            "Checks a ledger offline: every entry, tile, body, document and signature, and that each",
            "disclosure was allowed by the plan it names. Needs the directory and the log's public key,",
            "nothing else. May run while the log is being written.",
            "",
            "Given a FILE in place of a directory, checks a receipt that `ledger disclose` wrote: that the",
            "log signed for the entry, and that the opened values are those it recorded; prints them.",
            "",
            "Exit status 1 at the first damage, which is named: the file, the entry, what is wrong. What is",
            "genuine but should be asked about, such as a time in which the log was silent, is a finding:",
            "all are listed at the end, and make the exit status 1 too."
        })
final class VerifyCommand implements Callable<Integer> {
    /** Progress is told every so many entries. */
    private static final int PROGRESS_ENTRIES = 100_000;

    @Parameters(
            paramLabel = "DIRECTORY|FILE",
            description = "The ledger's directory, or a receipt.")
    private Path directory = Path.of(".");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "The log's public key, or a file that holds it: <name>+<id>+<base64>. Without it the key"
                            + " in the directory is used, which proves only that the directory agrees with"
                            + " itself.")
    private @Nullable String key;

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            arity = "1..*",
            description =
                    "Checkpoints of this log that somebody kept, a mirror or you: the ledger must begin with"
                            + " each, or the log has signed two histories.")
    private List<Path> keptCheckpoints = List.of();

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() {
        Terminal terminal = new Terminal();
        try {
            if (Files.isRegularFile(directory)) {
                return verifyReceipt(terminal);
            }
            return verifyLedger(terminal);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        }
    }

    private int verifyReceipt(Terminal terminal) throws IOException {
        if (key == null || !keptCheckpoints.isEmpty()) {
            throw new CommandFailure(
                    "a receipt is verified with the log's public key alone: pass --key KEY",
                    ExitCode.USAGE);
        }
        VerifierKey verifierKey = VerifierKeys.read("--key", key);
        try (InputStream in = Files.newInputStream(directory)) {
            Receipt receipt = Receipt.parse(in.readNBytes(Receipt.MAX_BYTES + 1));
            ReceiptReport report = new ReceiptReport(receipt, receipt.verify(verifierKey));
            if (isJson) {
                terminal.print(report.json(verifierKey));
            } else {
                report.print(terminal);
            }
            return ExitCode.OK;
        } catch (ProofFormatException e) {
            return failed(terminal, directory.toString(), "no receipt: " + e.getMessage());
        } catch (ProofUnverifiedException e) {
            return failed(terminal, directory.toString(), String.valueOf(e.getMessage()));
        }
    }

    private int verifyLedger(Terminal terminal) throws IOException {
        try {
            VerifierKey verifierKey =
                    key == null
                            ? LedgerVerifier.ownKey(directory)
                            : VerifierKeys.read("--key", key);
            if (key == null && !isJson) {
                terminal.note(
                        "note: the key is the directory's own, "
                                + verifierKey.text()
                                + "; pass --key with one you were given to trust more than that");
            }
            DisclosureRules rules = new DisclosureRules(this::plan, BulkRules.ofRelease());
            Verification verification =
                    LedgerVerifier.verify(
                            directory,
                            verifierKey,
                            entry -> visit(terminal, rules, entry),
                            keptCheckpoints(verifierKey));
            print(terminal, verifierKey, verification);
            return verification.findingsInAll() == 0 ? ExitCode.OK : ExitCode.FAILED;
        } catch (LedgerDamage damage) {
            return failed(terminal, damage.place().toString(), damage.problem());
        }
    }

    private int failed(Terminal terminal, String place, String problem) {
        if (isJson) {
            terminal.print(
                    Json.text(Map.of("verified", false, "place", place, "problem", problem)));
        }
        terminal.note("domicile: NOT verified: " + place + ": " + problem);
        return ExitCode.FAILED;
    }

    private Map<String, Checkpoint> keptCheckpoints(VerifierKey verifierKey) throws IOException {
        Map<String, Checkpoint> kept = new LinkedHashMap<>();
        for (Path file : keptCheckpoints) {
            try (InputStream in = Files.newInputStream(file)) {
                kept.put(
                        file.toString(),
                        Checkpoint.open(in.readNBytes(Checkpoint.MAX_NOTE_BYTES + 1), verifierKey));
            } catch (NoteFormatException | NoteUnverifiedException e) {
                throw new CommandFailure(
                        "--checkpoint " + file + " is none of this log: " + e.getMessage());
            } catch (NoSuchFileException e) {
                throw new CommandFailure("there is no checkpoint file " + file, ExitCode.USAGE);
            }
        }
        return kept;
    }

    private static void visit(Terminal terminal, DisclosureRules rules, VerifiedEntry entry)
            throws Objection {
        Optional<String> problem = rules.check(entry);
        if (problem.isPresent()) {
            throw new Objection(problem.get());
        }
        if (entry.index() > 0 && entry.index() % PROGRESS_ENTRIES == 0) {
            terminal.progress("%,d entries verified …".formatted(entry.index()));
        }
    }

    private Optional<Plan> plan(String digest) {
        try {
            byte[] document = LedgerVerifier.readDocument(directory, digest);
            return Optional.of(Plan.fromJson(new String(document, StandardCharsets.UTF_8)));
        } catch (IOException | LedgerDamage | PlanFormatException e) {
            return Optional.empty();
        }
    }

    private void print(Terminal terminal, VerifierKey verifierKey, Verification verification) {
        String root = HexFormat.of().formatHex(verification.checkpoint().root());
        Map<String, Long> byType = new TreeMap<>(verification.entriesByType());
        if (isJson) {
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("verified", true);
            document.put("key", verifierKey.text());
            document.put("entries", verification.entries());
            document.put("size", verification.checkpoint().size());
            document.put("root", root);
            document.put("pending", verification.pending());
            document.put("bodies", verification.hasBodies());
            document.put("erased", verification.erased());
            document.put("documents", verification.documents());
            document.put("by_type", byType);
            document.put("findings_in_all", verification.findingsInAll());
            document.put(
                    "findings",
                    verification.findings().stream()
                            .map(f -> Map.of("entry", f.entry(), "problem", f.problem()))
                            .toList());
            document.put("kept_checkpoints", verification.mirror().checkpoints());
            document.put("alarms", verification.mirror().alarms());
            terminal.print(Json.text(document));
            return;
        }
        terminal.print(
                terminal.paint(Terminal.Colour.GREEN, "verified")
                        + " "
                        + verification.checkpoint().origin());
        terminal.print("entries   " + verification.entries());
        byType.forEach((type, count) -> terminal.print("          " + count + " " + type));
        terminal.print("size      " + verification.checkpoint().size());
        terminal.print("root      " + root);
        if (verification.pending() > 0) {
            terminal.print(
                    "pending   " + verification.pending() + " durable, not yet under a checkpoint");
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
        for (Verification.Finding finding : verification.findings()) {
            terminal.print(terminal.paint(Terminal.Colour.YELLOW, "finding") + "   " + finding);
        }
        long more = verification.findingsInAll() - verification.findings().size();
        if (more > 0) {
            terminal.print("          and " + more + " findings more");
        }
    }
}
