package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.domicile.ledger.LedgerDamage;
import org.domicile.ledger.mirror.Mirror;
import org.domicile.ledger.mirror.Mirror.Synced;
import org.domicile.ledger.mirror.MirrorAlarm;
import org.domicile.ledger.note.VerifierKey;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile ledger mirror}: an overseer's verified copy of a log. */
@Command(
        name = "mirror",
        description = {
            "Keeps a verified copy of a log: everything that is public, and the signed",
            "checkpoints it accepted. A new checkpoint counts when its tree begins with",
            "all that was there before and every entry under it is here. The copy can be",
            "verified and served again; it has no bodies.",
            "",
            "Ended at any moment, even by kill -9, it goes on from where it was.",
            "",
            "When the log claims less than before, or tells another history, this is an",
            "alarm: one line, exit status 3, both signed checkpoints in",
            "DIR/mirror/alarms; the copy stays as it was. Exit status 1 when what is",
            "served is not what was signed: the line names the file. With --once also",
            "when the log cannot be reached."
        })
final class LedgerMirrorCommand implements Callable<Integer> {
    private static final double MEBI = 1024.0 * 1024.0;

    @Parameters(
            index = "0",
            paramLabel = "URL",
            description = "The log's address: what /checkpoint comes after.")
    private URI url = URI.create("http://127.0.0.1:8081/");

    @Parameters(index = "1", paramLabel = "DIR", description = "The copy; made where it is new.")
    private Path directory = Path.of(".");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description =
                    "The log's public key, or a file that holds it. Without it the mirror goes by the key"
                            + " that the log shows at the first run.")
    private @Nullable String key;

    @Option(names = "--once", description = "Bring the copy up to date and end.")
    private boolean isOnce;

    @Option(
            names = "--interval",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds between two looks at the log. Default: ${DEFAULT-VALUE}")
    private int intervalSeconds = 10;

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "8",
            description = "Files fetched at once, up to 64. Default: ${DEFAULT-VALUE}")
    private int parallel = 8;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "30",
            description =
                    "Seconds for a connection, and for an answer beside the time it takes at 64 KiB/s."
                            + " Default: ${DEFAULT-VALUE}")
    private int timeoutSeconds = 30;

    @Option(names = "--json", description = "Print a line of JSON for each change.")
    private boolean isJson;

    private final Terminal terminal = new Terminal();

    @Override
    public Integer call() throws InterruptedException {
        Mirror.Options options = options();
        VerifierKey given = key == null ? null : VerifierKeys.read("--key", key);
        try (Mirror mirror = Mirror.open(url, directory, given, options)) {
            if (given == null && !isJson) {
                terminal.note(
                        "note: the key is the one the log showed, "
                                + mirror.key().text()
                                + "; pass --key with one you were given to trust more than that");
            }
            return run(mirror);
        } catch (LedgerDamage damage) {
            return report(damage);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open the mirror " + directory, e);
        }
    }

    private Mirror.Options options() {
        String scheme = String.valueOf(url.getScheme());
        if (url.getHost() == null || !(scheme.equals("http") || scheme.equals("https"))) {
            throw new CommandFailure(
                    "URL starts with http:// or https:// and a host", ExitCode.USAGE);
        }
        if (url.getQuery() != null || url.getFragment() != null || url.getUserInfo() != null) {
            throw new CommandFailure("URL is scheme, host, port and path only", ExitCode.USAGE);
        }
        if (intervalSeconds < 1 || timeoutSeconds < 1) {
            throw new CommandFailure("--interval and --timeout are at least 1", ExitCode.USAGE);
        }
        if (parallel < 1 || parallel > Mirror.Options.MAX_PARALLEL) {
            throw new CommandFailure(
                    "--parallel is 1 to " + Mirror.Options.MAX_PARALLEL, ExitCode.USAGE);
        }
        return new Mirror.Options(Duration.ofSeconds(timeoutSeconds), parallel);
    }

    private int run(Mirror mirror) throws InterruptedException {
        boolean first = true;
        while (true) {
            try {
                Synced synced = mirror.sync(this::progress);
                if (first || synced.newEntries() > 0) {
                    print(synced);
                }
                first = false;
            } catch (MirrorAlarm alarm) {
                return report(alarm);
            } catch (LedgerDamage damage) {
                return report(damage);
            } catch (IOException e) {
                if (isOnce) {
                    throw new CommandFailure(
                            e.getMessage() + "; the next run goes on from what is here");
                }
                terminal.note(
                        "domicile: "
                                + e.getMessage()
                                + "; trying again in "
                                + intervalSeconds
                                + " s");
            }
            if (isOnce) {
                return ExitCode.OK;
            }
            Thread.sleep(Duration.ofSeconds(intervalSeconds));
        }
    }

    private void progress(long entries, long of) {
        if (!isJson) {
            terminal.progress(
                    "%,d of %,d new entries copied and verified …".formatted(entries, of));
        }
    }

    private void print(Synced synced) {
        String root = HexFormat.of().formatHex(synced.checkpoint().root());
        if (isJson) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("mirrored", true);
            line.put("origin", synced.checkpoint().origin());
            line.put("size", synced.checkpoint().size());
            line.put("root", root);
            line.put("new_entries", synced.newEntries());
            line.put("fetched_bytes", synced.fetchedBytes());
            terminal.print(Json.line(line));
            return;
        }
        terminal.print(
                String.format(
                        Locale.ROOT,
                        "mirrored %s: %,d entries, %,d new, %.1f MiB fetched, root %s",
                        synced.checkpoint().origin(),
                        synced.checkpoint().size(),
                        synced.newEntries(),
                        synced.fetchedBytes() / MEBI,
                        root));
    }

    private int report(MirrorAlarm alarm) {
        if (isJson) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("alarm", String.valueOf(alarm.getMessage()));
            line.put("kept_size", alarm.kept().size());
            line.put("claimed_size", alarm.claimed().size());
            line.put("evidence", alarm.evidence().toString());
            terminal.print(Json.line(line));
        }
        terminal.note(
                "domicile: ALARM: "
                        + alarm.getMessage()
                        + "; both signed checkpoints are in "
                        + alarm.evidence());
        return ExitCode.ALARM;
    }

    private int report(LedgerDamage damage) {
        if (isJson) {
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("mirrored", false);
            line.put("place", damage.place().toString());
            line.put("problem", damage.problem());
            terminal.print(Json.line(line));
        }
        terminal.note("domicile: NOT mirrored: " + damage.getMessage());
        return ExitCode.FAILED;
    }
}
