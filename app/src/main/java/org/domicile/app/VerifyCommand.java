package org.domicile.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.domicile.control.DisclosureRules;
import org.domicile.ledger.EntryVisitor.Objection;
import org.domicile.ledger.Fact;
import org.domicile.ledger.Layout;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerFiles;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.Receipt;
import org.domicile.ledger.Verification;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.ledger.note.Checkpoint;
import org.domicile.ledger.note.LogKeys;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.NoteUnverifiedException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.proof.ProofFormatException;
import org.domicile.ledger.proof.ProofUnverifiedException;
import org.domicile.ledger.witness.WitnessPolicy;
import org.domicile.ledger.witness.WitnessPolicy.WitnessedPart;
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
            "all are listed at the end, and make the exit status 1 too.",
            "",
            "With --policy the checkpoint must have the cosignatures of a quorum of witnesses. A log asks",
            "them after each checkpoint, so of a directory the last checkpoint that had a quorum counts:",
            "the report tells up to which size entries are witnessed and how many are newer. That is a",
            "finding where the last entry is more than an hour newer than the last cosignature."
        })
final class VerifyCommand implements Callable<Integer> {
    /** Progress is told every so many entries. */
    private static final int PROGRESS_ENTRIES = 100_000;

    /** Of what entries say themselves; more than these would hide the others. */
    private static final int MAX_FINDINGS = 100;

    private final List<Verification.Finding> findings = new ArrayList<>();

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

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "A C2SP tlog-policy: the witnesses, and how many of them make a quorum. Where it has log"
                            + " lines, one must have the log's key; --key can then be left out.")
    private @Nullable Path policyFile;

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    /** Of the last entry that was seen. */
    private Instant lastTime = Instant.EPOCH;

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
        WitnessPolicy policy = policy();
        if (!keptCheckpoints.isEmpty()
                || (key == null && (policy == null || policy.logs().isEmpty()))) {
            throw new CommandFailure(
                    "a receipt is verified with the log's public key alone: pass --key KEY, or --policy"
                            + " FILE with a log line",
                    ExitCode.USAGE);
        }
        try (InputStream in = Files.newInputStream(directory)) {
            Receipt receipt = Receipt.parse(in.readNBytes(Receipt.MAX_BYTES + 1));
            VerifierKey verifierKey = givenKey(policy);
            if (verifierKey == null && policy != null) {
                verifierKey = policy.logOf(receipt.checkpointNote());
            }
            Receipt.Verified verified = receipt.verify(Objects.requireNonNull(verifierKey));
            if (policy != null) {
                policy.check(receipt.checkpointNote(), verifierKey);
            }
            ReceiptReport report = new ReceiptReport(receipt, verified, policy != null);
            if (isJson) {
                terminal.print(report.json(verifierKey));
            } else {
                report.print(terminal);
            }
            return ExitCode.OK;
        } catch (ProofFormatException e) {
            return failed(terminal, directory.toString(), "no receipt: " + e.getMessage());
        } catch (ProofUnverifiedException | NoteFormatException | NoteUnverifiedException e) {
            return failed(terminal, directory.toString(), String.valueOf(e.getMessage()));
        }
    }

    private int verifyLedger(Terminal terminal) throws IOException {
        WitnessPolicy policy = policy();
        try {
            VerifierKey verifierKey = givenKey(policy);
            if (verifierKey == null) {
                verifierKey = LedgerVerifier.ownKey(directory);
                if (policy != null && !policy.logs().isEmpty()) {
                    Optional<VerifierKey> ofPolicy =
                            new LedgerFiles(directory)
                                    .keys(verifierKey).oldestFirst().stream()
                                            .filter(policy::allows)
                                            .findFirst();
                    if (ofPolicy.isEmpty()) {
                        return failed(
                                terminal,
                                Layout.VERIFIER_KEY,
                                "is of no log in the policy: " + verifierKey.text());
                    }
                    verifierKey = ofPolicy.get();
                } else if (!isJson) {
                    terminal.note(
                            "note: the key is the directory's own, "
                                    + verifierKey.text()
                                    + "; pass --key with one you were given to trust more than that");
                }
            }
            DisclosureRules rules = new DisclosureRules(this::plan, BulkRules.ofRelease());
            Verification verification =
                    LedgerVerifier.verify(
                            directory,
                            verifierKey,
                            entry -> visit(terminal, rules, entry),
                            keptCheckpoints(verifierKey));
            WitnessedPart witnessed = policy == null ? null : policy.witnessed(verification);
            VerificationReport report =
                    new VerificationReport(
                            verifierKey, verification, witnessed, lastTime, findings);
            if (isJson) {
                terminal.print(report.json());
            } else {
                report.print(terminal);
            }
            return report.findings().isEmpty() ? ExitCode.OK : ExitCode.FAILED;
        } catch (LedgerDamage damage) {
            return failed(terminal, damage.place().toString(), damage.problem());
        } catch (NoteUnverifiedException e) {
            return failed(terminal, Layout.CHECKPOINT, String.valueOf(e.getMessage()));
        }
    }

    private @Nullable WitnessPolicy policy() {
        return policyFile == null ? null : WitnessPolicies.read(policyFile);
    }

    /** The key of {@code --key}, which a policy with log lines must have too. */
    private @Nullable VerifierKey givenKey(@Nullable WitnessPolicy policy) {
        if (key == null) {
            return null;
        }
        VerifierKey given = VerifierKeys.read("--key", key);
        if (policy != null && !policy.allows(given)) {
            throw new CommandFailure(
                    "the policy has log lines, and none with the key of --key: " + given.text(),
                    ExitCode.USAGE);
        }
        return given;
    }

    private int failed(Terminal terminal, String place, String problem) {
        if (isJson) {
            terminal.print(
                    Json.text(Map.of("verified", false, "place", place, "problem", problem)));
        }
        terminal.note("domicile: NOT verified: " + place + ": " + problem);
        return ExitCode.FAILED;
    }

    private Map<String, Checkpoint> keptCheckpoints(VerifierKey verifierKey)
            throws IOException, LedgerDamage {
        Map<String, Checkpoint> kept = new LinkedHashMap<>();
        LogKeys keys = new LedgerFiles(directory).keys(verifierKey);
        for (Path file : keptCheckpoints) {
            try (InputStream in = Files.newInputStream(file)) {
                kept.put(
                        file.toString(),
                        keys.openEarlier(in.readNBytes(Checkpoint.MAX_NOTE_BYTES + 1)));
            } catch (NoteFormatException | NoteUnverifiedException e) {
                throw new CommandFailure(
                        "--checkpoint " + file + " is none of this log: " + e.getMessage());
            } catch (NoSuchFileException e) {
                throw new CommandFailure("there is no checkpoint file " + file, ExitCode.USAGE);
            }
        }
        return kept;
    }

    private void visit(Terminal terminal, DisclosureRules rules, VerifiedEntry entry)
            throws Objection {
        lastTime = entry.time();
        Optional<String> problem = rules.check(entry);
        if (problem.isPresent()) {
            throw new Objection(problem.get());
        }
        if (entry.fact() instanceof Fact.GrantEnded ended
                && ended.reason().equals(Fact.GrantEnded.REFUSED)
                && findings.size() < MAX_FINDINGS) {
            findings.add(
                    new Verification.Finding(
                            entry.index(),
                            "the store had a grant that is not what independent people approved;"
                                    + " the gateway let nobody use it"));
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
}
