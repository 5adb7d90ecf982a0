package org.domicile.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.domicile.ledger.serve.LedgerServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile ledger serve}: a ledger's public files over HTTP. */
@Command(
        name = "serve",
        description = {
            "Serves the public files of one ledger over HTTP: checkpoint, log.vkey, tiles,",
            "entries and documents. Bodies, which hold people's data, and everything else",
            "are not there for a client. The ledger may be written meanwhile; a mirror's",
            "directory can be served as well.",
            "",
            "It speaks no TLS: listen on loopback behind a web server that does. Any web",
            "server can serve the directory itself; docs/mirror.md says what it must leave",
            "out. Ctrl-C or TERM ends it; the ledger is only read."
        })
final class LedgerServeCommand implements Callable<Integer> {
    @Parameters(paramLabel = "DIRECTORY", description = "The ledger's directory.")
    private Path directory = Path.of(".");

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:8081",
            description =
                    "Where clients connect. Default: ${DEFAULT-VALUE}; port 0 takes a free one.")
    private String listen = "127.0.0.1:8081";

    @Override
    public Integer call() throws InterruptedException {
        int colon = listen.lastIndexOf(':');
        if (colon < 1 || !listen.substring(colon + 1).matches("\\d{1,5}")) {
            throw new CommandFailure("write --listen as HOST:PORT", ExitCode.USAGE);
        }
        if (!Files.isRegularFile(directory.resolve("checkpoint"))) {
            throw new CommandFailure(
                    directory
                            + " has no checkpoint, so it is no ledger; a gateway keeps its ledgers in"
                            + " ledger/JURISDICTION of its state directory");
        }
        InetSocketAddress address =
                new InetSocketAddress(
                        listen.substring(0, colon), Integer.parseInt(listen.substring(colon + 1)));
        try (LedgerServer server = LedgerServer.start(directory, address)) {
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "stop-serving"));
            new Terminal()
                    .print(
                            "the ledger "
                                    + directory
                                    + " is served at http://"
                                    + server.address().getHostString()
                                    + ":"
                                    + server.address().getPort()
                                    + "/");
            new CountDownLatch(1).await();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot serve on " + listen, e);
        }
        return ExitCode.OK;
    }
}
