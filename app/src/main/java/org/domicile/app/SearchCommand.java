package org.domicile.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.LedgerVerifier;
import org.domicile.ledger.index.Found;
import org.domicile.ledger.index.LedgerIndex;
import org.domicile.ledger.index.Search;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile ledger search}: finds entries by who, what, when and why. */
@Command(
        name = "search",
        description = {
            "Finds entries, the newest first, by time, accessor, counterparty, table and purpose; all that",
            "is asked for must fit. Keeps an index beside the ledger, DIRECTORY.index, which holds",
            "accessors' names; it may be deleted at any time and is then made again.",
            "",
            "It finds and does not prove: domicile verify does."
        })
final class SearchCommand implements Callable<Integer> {
    private static final int DEFAULT_LIMIT = 50;

    @Parameters(paramLabel = "DIRECTORY", description = "The ledger's directory.")
    private Path directory = Path.of(".");

    @Option(
            names = "--index",
            paramLabel = "FILE",
            description = "The index. Default: DIRECTORY.index, beside the directory")
    private @Nullable Path index;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "disclosure, refusal, session-opened, policy-applied, body-erased, …")
    private @Nullable String type;

    @Option(names = "--accessor", paramLabel = "NAME", description = "Who asked.")
    private @Nullable String accessor;

    @Option(names = "--counterparty", paramLabel = "NAME", description = "For whom they work.")
    private @Nullable String counterparty;

    @Option(names = "--table", paramLabel = "SCHEMA.NAME", description = "A table that was read.")
    private @Nullable String table;

    @Option(names = "--purpose", paramLabel = "NAME", description = "What for.")
    private @Nullable String purpose;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Not before this: 2026-11-22 or 2026-11-22T08:14:00Z.")
    private @Nullable String since;

    @Option(names = "--until", paramLabel = "TIME", description = "Before this, likewise.")
    private @Nullable String until;

    @Option(
            names = "--before",
            paramLabel = "INDEX",
            description = "Only entries below this index: the next page.")
    private @Nullable Long before;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "How many at most. Default: ${DEFAULT-VALUE}")
    private int limit = DEFAULT_LIMIT;

    @Option(names = "--json", description = "Print one JSON document in place of lines.")
    private boolean isJson;

    @Override
    public Integer call() throws IOException {
        if (limit < 1 || limit > Search.MAX_LIMIT) {
            throw new CommandFailure("--limit is from 1 to " + Search.MAX_LIMIT, ExitCode.USAGE);
        }
        Search search =
                new Search(
                        type,
                        accessor,
                        counterparty,
                        table,
                        purpose,
                        time("--since", since),
                        time("--until", until),
                        before,
                        limit);
        Terminal terminal = new Terminal();
        if (!Files.isDirectory(directory)) {
            throw new CommandFailure(directory + " is no ledger's directory");
        }
        Path real = directory.toRealPath();
        Path file = index == null ? indexOf(real) : index;
        try (LedgerIndex opened = LedgerIndex.open(file, real, LedgerVerifier.ownKey(real))) {
            opened.update((entries, size) ->
                    terminal.progress("indexed %,d of %,d entries".formatted(entries, size)));
            print(terminal, opened.search(search));
        } catch (LedgerDamage e) {
            throw new CommandFailure(e.getMessage() + "; run domicile verify");
        }
        return ExitCode.OK;
    }

    /** Where the index of a ledger is by itself. */
    static Path indexOf(Path ledger) {
        return ledger.resolveSibling(ledger.getFileName() + ".index");
    }

    private static @Nullable Instant time(String option, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.contains("T")
                    ? Instant.parse(text)
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new CommandFailure(
                    option + ": write 2026-11-22 or 2026-11-22T08:14:00Z", ExitCode.USAGE);
        }
    }

    private void print(Terminal terminal, List<Found> found) {
        if (isJson) {
            terminal.print(
                    Json.text(
                            Map.of(
                                    "entries",
                                    found.stream().map(SearchCommand::document).toList())));
            return;
        }
        if (found.isEmpty()) {
            terminal.print("nothing found");
        }
        found.forEach(entry -> terminal.print(line(entry)));
        if (found.size() == limit) {
            terminal.print("more with --before " + found.getLast().index());
        }
    }

    private static String line(Found entry) {
        StringBuilder line =
                new StringBuilder()
                        .append(entry.index())
                        .append("  ")
                        .append(entry.time())
                        .append("  ")
                        .append(entry.type());
        append(line, entry.accessor());
        append(line, entry.counterparty());
        append(line, entry.purpose());
        append(line, entry.tables().isEmpty() ? null : String.join(", ", entry.tables()));
        append(line, entry.rows() == null ? null : "%,d rows".formatted(entry.rows()));
        append(line, entry.people() == null ? null : "%,d people".formatted(entry.people()));
        append(line, entry.reason());
        append(line, entry.erases() == null ? null : "entry " + entry.erases());
        append(line, entry.isErased() ? "erased" : null);
        return line.toString();
    }

    private static void append(StringBuilder line, @Nullable String text) {
        if (text != null) {
            line.append("  ").append(text);
        }
    }

    private static Map<String, Object> document(Found entry) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("index", entry.index());
        document.put("time", entry.time().toString());
        document.put("type", entry.type());
        put(document, "session", entry.session());
        put(document, "counterparty", entry.counterparty());
        put(document, "audience", entry.audience());
        put(document, "purpose", entry.purpose());
        put(document, "accessor", entry.accessor());
        document.put("tables", entry.tables());
        put(document, "rows", entry.rows());
        put(document, "people", entry.people());
        put(document, "reason", entry.reason());
        put(document, "erases", entry.erases());
        document.put("erased", entry.isErased());
        return document;
    }

    private static void put(Map<String, Object> document, String name, @Nullable Object value) {
        if (value != null) {
            document.put(name, value);
        }
    }
}
