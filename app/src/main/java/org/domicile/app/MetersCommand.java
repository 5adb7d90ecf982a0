package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.domicile.control.meter.BulkMeters;
import org.domicile.control.meter.MeterRebuild;
import org.domicile.control.rules.BulkThreshold;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.note.VerifierKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code domicile meters}: shows how much of each legal threshold is used up. */
@Command(
        name = "meters",
        description = {
            "Shows of how many different people each foreign counterparty was shown data in the last 12",
            "months, for each category of the law, against the threshold that may not be passed. Counted",
            "from the ledgers alone, as the gateway does; may run beside it.",
            "",
            "People told by their rows are counted exactly. Of an aggregate it is not known whose rows stand",
            "behind it: as many are added as its answer has room for, or as the table holds, if fewer."
        })
final class MetersCommand implements Callable<Integer> {
    private static final int BAR_CHARS = 20;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where a gateway keeps its ledgers. Default: here.")
    private Path state = Path.of(".");

    @Option(
            names = "--ledger",
            paramLabel = "DIRECTORY",
            description = "Only this ledger; a copy with bodies will do.")
    private @Nullable Path ledger;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "The log's public key, or a file that holds it, for --ledger.")
    private @Nullable String key;

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    private final Terminal terminal = new Terminal();

    @Override
    public Integer call() {
        if (key != null && ledger == null) {
            throw new CommandFailure("--key goes with --ledger DIRECTORY", ExitCode.USAGE);
        }
        Instant now = Instant.now();
        Map<String, List<BulkMeters.Reading>> readings = new LinkedHashMap<>();
        for (Path directory : ledger == null ? ledgers() : List.of(ledger)) {
            readings.put(
                    directory.toAbsolutePath().normalize().getFileName().toString(),
                    read(directory, now));
        }
        if (isJson) {
            terminal.print(Json.text(Map.of("meters", documents(readings))));
        } else if (readings.values().stream().allMatch(List::isEmpty)) {
            terminal.print("nothing counted: no foreign counterparty was shown what a law counts");
        } else {
            readings.forEach(this::print);
        }
        return ExitCode.OK;
    }

    private List<Path> ledgers() {
        Path parent = new StateDirectory(state).ledger(".").normalize();
        try (Stream<Path> found = Files.list(parent)) {
            return found.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            throw new CommandFailure(
                    "there are no ledgers in "
                            + parent
                            + "; name --state DIR or --ledger DIRECTORY");
        }
    }

    private List<BulkMeters.Reading> read(Path directory, Instant now) {
        try {
            VerifierKey verifierKey =
                    key == null
                            ? LedgerVerifier.ownKey(directory)
                            : VerifierKeys.read("--key", key);
            return MeterRebuild.of(
                            directory,
                            verifierKey,
                            BulkRules.ofRelease(),
                            now,
                            null,
                            entries ->
                                    terminal.progress("%,d entries counted …".formatted(entries)))
                    .readings(now);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + directory, e);
        } catch (LedgerDamage e) {
            throw new CommandFailure(e.getMessage() + "; run domicile verify");
        }
    }

    private void print(String jurisdiction, List<BulkMeters.Reading> readings) {
        for (BulkMeters.Reading reading : readings) {
            BulkThreshold threshold = reading.threshold().threshold();
            terminal.print(
                    "%s  %-16s %-22s %s %,d of %,d %s%s  (%s)"
                            .formatted(
                                    jurisdiction,
                                    reading.counterparty(),
                                    threshold.category(),
                                    bar(reading),
                                    reading.count(),
                                    threshold.moreThan(),
                                    threshold.of().text(),
                                    reading.untold() == 0
                                            ? ""
                                            : ", of which at most %,d not told"
                                                    .formatted(reading.untold()),
                                    threshold.citation()));
        }
    }

    private String bar(BulkMeters.Reading reading) {
        long of = reading.threshold().threshold().moreThan();
        long count = reading.count();
        int full = count >= of ? BAR_CHARS : Math.toIntExact(Math.ceilDiv(count * BAR_CHARS, of));
        Terminal.Colour colour =
                reading.left() == 0
                        ? Terminal.Colour.RED
                        : full > BAR_CHARS * 3 / 4 ? Terminal.Colour.YELLOW : Terminal.Colour.GREEN;
        return "[" + terminal.paint(colour, "#".repeat(full)) + "-".repeat(BAR_CHARS - full) + "]";
    }

    private static List<Map<String, Object>> documents(
            Map<String, List<BulkMeters.Reading>> readings) {
        List<Map<String, Object>> documents = new ArrayList<>();
        readings.forEach((jurisdiction, meters) -> {
            for (BulkMeters.Reading reading : meters) {
                BulkThreshold threshold = reading.threshold().threshold();
                Map<String, Object> document = new LinkedHashMap<>();
                document.put("jurisdiction", jurisdiction);
                document.put("counterparty", reading.counterparty());
                document.put("rules", reading.threshold().pack().reference());
                document.put("category", threshold.category());
                document.put("counted", threshold.of().text());
                document.put("people", reading.people());
                document.put("untold", reading.untold());
                document.put("threshold", threshold.moreThan());
                document.put("left", reading.left());
                document.put("citation", threshold.citation());
                documents.add(document);
            }
        });
        return documents;
    }
}
