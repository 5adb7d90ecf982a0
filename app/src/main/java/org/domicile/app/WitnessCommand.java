package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.domicile.ledger.LedgerException;
import org.domicile.ledger.note.Cosigner;
import org.domicile.ledger.note.NoteFormatException;
import org.domicile.ledger.note.VerifierKey;
import org.domicile.ledger.witness.Witness;
import org.domicile.ledger.witness.WitnessServer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code domicile witness}: cosigns checkpoints of logs, ours and other people's. */
@Command(
        name = "witness",
        description = {
            "Runs a witness (C2SP tlog-witness): it cosigns a log's checkpoints, each only where it",
            "continues the last one it cosigned, so the log cannot show two histories to people who",
            "ask for its cosignature. Run it where the log's operator has no say.",
            "",
            "The first start makes its keys in --state, one Ed25519 and one ML-DSA-44. Each start",
            "prints the verifier keys: those who check a log put them, and this address, into a",
            "policy (C2SP tlog-policy):   witness NAME KEY http://HOST:PORT/",
            "",
            "It speaks plain HTTP: put a proxy with TLS before it where it leaves the machine. A copy",
            "of --state must never be put back, or it would sign a second history."
        })
final class WitnessCommand implements Callable<Integer> {
    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:7380",
            description = "Where logs ask. Default: ${DEFAULT-VALUE}; port 0 takes a free one.")
    private String listen = "127.0.0.1:7380";

    @Option(
            names = "--state",
            paramLabel = "DIR",
            required = true,
            description = "Where its keys and what it has cosigned are kept.")
    private Path state = Path.of(".");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description =
                    "What it is called in signatures, a URL without scheme as example.com/witness."
                            + " Needed at the first start only.")
    private @Nullable String name;

    @Option(
            names = "--log",
            paramLabel = "KEY",
            description =
                    "The verifier key of a log to witness, whose origin is the key's name, or a file"
                            + " with one. May be repeated.")
    private List<String> logs = new ArrayList<>();

    @Option(
            names = "--logs",
            paramLabel = "FILE",
            description =
                    "A file with a line for each log: its verifier key, and after a space its origin"
                            + " where that is not the key's name. # begins a comment.")
    private @Nullable Path logsFile;

    @Override
    public Integer call() throws InterruptedException {
        Terminal terminal = new Terminal();
        InetSocketAddress address = address(listen);
        Map<String, List<VerifierKey>> known = knownLogs();
        if (known.isEmpty()) {
            throw new CommandFailure(
                    "name the logs to witness with --log or --logs", ExitCode.USAGE);
        }
        try {
            Files.createDirectories(state);
            Witness witness =
                    Witness.open(
                            state,
                            List.of(
                                    cosigner("ed25519", VerifierKey.Type.COSIGNATURE_ED25519),
                                    cosigner("ml-dsa-44", VerifierKey.Type.COSIGNATURE_ML_DSA_44)),
                            known,
                            Clock.systemUTC());
            WitnessServer server = start(witness, address);
            Runtime.getRuntime()
                    .addShutdownHook(new Thread(() -> stop(server, witness), "stop-witness"));
            witness.verifierKeys().forEach(key -> terminal.print(key.text()));
            terminal.print(
                    "domicile witness is ready on "
                            + server.address().getHostString()
                            + ":"
                            + server.address().getPort()
                            + ", logs "
                            + String.join(", ", known.keySet()));
            new CountDownLatch(1).await();
            return ExitCode.OK;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot use the witness's directory " + state, e);
        } catch (LedgerException | NoteFormatException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private static WitnessServer start(Witness witness, InetSocketAddress address)
            throws IOException {
        try {
            return WitnessServer.start(witness, address);
        } catch (IOException e) {
            witness.close();
            throw new CommandFailure(
                    "cannot listen on "
                            + address.getHostString()
                            + ":"
                            + address.getPort()
                            + " ("
                            + e.getMessage()
                            + "); choose another port with --listen");
        }
    }

    private static void stop(WitnessServer server, Witness witness) {
        server.close();
        try {
            witness.close();
        } catch (IOException e) {
            LoggerFactory.getLogger(WitnessCommand.class).debug("lock not given back", e);
        }
    }

    private Cosigner cosigner(String file, VerifierKey.Type type) throws IOException {
        Path keyFile = state.resolve(file + ".key");
        if (!Files.exists(keyFile)) {
            if (name == null) {
                throw new CommandFailure(
                        "give the new witness a name with --name, such as example.com/witness",
                        ExitCode.USAGE);
            }
            return Cosigner.generate(keyFile, name, type, Ledgers.passphrase());
        }
        Cosigner cosigner = Ledgers.openKey(keyFile, Cosigner::load);
        if (name != null && !name.equals(cosigner.verifierKey().name())) {
            throw new CommandFailure(
                    "this witness is called "
                            + cosigner.verifierKey().name()
                            + "; another one needs another --state",
                    ExitCode.USAGE);
        }
        return cosigner;
    }

    private Map<String, List<VerifierKey>> knownLogs() {
        Map<String, List<VerifierKey>> known = new TreeMap<>();
        for (String log : logs) {
            add(known, VerifierKeys.read("--log", log), "");
        }
        if (logsFile != null) {
            try {
                for (String line : Files.readAllLines(logsFile)) {
                    String[] words = line.strip().split("\\s+", 2);
                    if (!words[0].isEmpty() && !words[0].startsWith("#")) {
                        add(
                                known,
                                VerifierKeys.parse(logsFile + ": \"" + words[0] + "\"", words[0]),
                                words.length > 1 ? words[1] : "");
                    }
                }
            } catch (IOException e) {
                throw new CommandFailure("cannot read " + logsFile + ": " + e.getMessage());
            }
        }
        return known;
    }

    private static void add(
            Map<String, List<VerifierKey>> known, VerifierKey key, String otherOrigin) {
        known.computeIfAbsent(
                        otherOrigin.isEmpty() ? key.name() : otherOrigin, _ -> new ArrayList<>())
                .add(key);
    }

    private static InetSocketAddress address(String listen) {
        int colon = listen.lastIndexOf(':');
        if (colon < 1 || !listen.substring(colon + 1).matches("\\d{1,5}")) {
            throw new CommandFailure("write --listen as HOST:PORT", ExitCode.USAGE);
        }
        return new InetSocketAddress(
                listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
    }
}
