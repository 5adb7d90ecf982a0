package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.domicile.control.DisclosureRules;
import org.domicile.ledger.EntryVisitor.Objection;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.Verification;
import org.domicile.ledger.VerifiedEntry;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.plan.Plan;
import org.domicile.plan.PlanFormatException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile verify}: checks a ledger from its files and the log's public key alone. */
@Command(
        name = "verify",
        description = {
            "Checks a ledger offline: every entry, tile, body, document and signature, and that each",
            "disclosure was allowed by the plan it names. Needs the directory and the log's public key,",
            "nothing else. May run while the log is being written.",
            "",
            "Exit status 1 at the first damage, which is named: the file, the entry, what is wrong."
        })
final class VerifyCommand implements Callable<Integer> {
    /** Progress is told every so many entries. */
    private static final int PROGRESS_ENTRIES = 100_000;

    @Parameters(paramLabel = "DIRECTORY", description = "The ledger's directory.")
    private Path directory = Path.of(".");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "The log's public key, or a file that holds it: <name>+<id>+<base64>. Without it the key"
                            + " in the directory is used, which proves only that the directory agrees with"
                            + " itself.")
    private @Nullable String key;

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() {
        Terminal terminal = new Terminal();
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
            DisclosureRules rules = new DisclosureRules(this::plan);
            Verification verification =
                    LedgerVerifier.verify(
                            directory, verifierKey, entry -> visit(terminal, rules, entry));
            print(terminal, verifierKey, verification);
            return ExitCode.OK;
        } catch (LedgerDamage damage) {
            if (isJson) {
                terminal.print(
                        Json.text(
                                Map.of(
                                        "verified", false,
                                        "place", damage.place().toString(),
                                        "problem", damage.problem())));
            }
            terminal.note("domicile: NOT verified: " + damage.getMessage());
            return ExitCode.FAILED;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the ledger " + directory, e);
        }
    }

    private static void visit(Terminal terminal, DisclosureRules rules, VerifiedEntry entry)
            throws Objection {
        Optional<String> problem = rules.check(entry.time(), entry.fact());
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
            document.put("erased", verification.erased());
            document.put("documents", verification.documents());
            document.put("by_type", byType);
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
        if (verification.erased() > 0) {
            terminal.print("erased    " + verification.erased() + " bodies; their proofs hold");
        }
        if (verification.cutOffBytes() > 0) {
            terminal.print(
                    "cut off   "
                            + verification.cutOffBytes()
                            + " bytes of an unfinished write, acknowledged to nobody");
        }
    }
}
