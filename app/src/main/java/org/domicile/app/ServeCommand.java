package org.domicile.app;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.domicile.gateway.transport.Tls;
import org.domicile.ledger.Fact;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code domicile serve}: runs the gateway. */
@Command(
        name = "serve",
        description = {
            "Runs the gateway for the policy's jurisdictions (in production: one, with --jurisdiction).",
            "Clients connect with the PostgreSQL protocol; the database's name is the jurisdiction. What it",
            "serves is the plan that the store has, so apply first. Keys and ledgers are made the first time.",
            "",
            "Without --tls-cert clients connect in the clear: listen on loopback then, or inside a tunnel.",
            "Ctrl-C or TERM ends sessions and signs the ledger's last checkpoint."
        })
final class ServeCommand implements Callable<Integer> {
    @Mixin private PolicyOptions policy = new PolicyOptions();

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            defaultValue = "127.0.0.1:5433",
            description =
                    "Where clients connect. Default: ${DEFAULT-VALUE}; port 0 takes a free one.")
    private String listen = "127.0.0.1:5433";

    @Option(
            names = "--console",
            paramLabel = "HOST:PORT",
            description =
                    "Serve the console there, too: web pages for those who ask, decide and watch over."
                            + " On loopback; elsewhere behind something that speaks TLS, with --console-origin.")
    private @Nullable String console;

    @Option(
            names = "--console-origin",
            paramLabel = "URL",
            description =
                    "The https:// address at which browsers find the console, when something that"
                            + " speaks TLS stands before it.")
    private @Nullable URI consoleOrigin;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Where ledgers, keys and credentials are kept. Default: here.")
    private Path state = Path.of(".");

    @Option(
            names = "--heartbeat",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "How often each ledger says that it is there, so that an overseer can tell a silent log"
                            + " from a quiet day. Default: ${DEFAULT-VALUE}; at most 3600.")
    private long heartbeatSeconds = LogHeartbeat.DEFAULT_INTERVAL.toSeconds();

    @ArgGroup(exclusive = false)
    private @Nullable TlsOptions tls;

    /** How clients connect with TLS. */
    static final class TlsOptions {
        @Option(
                names = "--tls-cert",
                paramLabel = "FILE",
                required = true,
                description =
                        "The gateway's certificate in PEM, with those up to its root. Clients"
                                + " without TLS are then refused.")
        private Path certificate = Path.of("");

        @Option(
                names = "--tls-key",
                paramLabel = "FILE",
                required = true,
                description = "Its private key in PEM (PKCS#8, without a passphrase).")
        private Path key = Path.of("");

        @Option(
                names = "--tls-client-ca",
                paramLabel = "FILE",
                description =
                        "Ask every client for a certificate that one of these signed, with the"
                                + " user's name as common name, beside the password.")
        private @Nullable Path clientAuthorities;

        @Option(
                names = "--tls-optional",
                description = "Take clients without TLS as well, as while they are moved over.")
        private boolean optional;

        Tls read() {
            try {
                return Tls.read(certificate, key, clientAuthorities, !optional);
            } catch (IOException e) {
                throw new CommandFailure(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        InetSocketAddress address = address("--listen", listen);
        Optional<ConsoleAddress> served =
                Optional.ofNullable(console)
                        .map(text ->
                                new ConsoleAddress(
                                        address("--console", text),
                                        Optional.ofNullable(consoleOrigin)));
        if (heartbeatSeconds < 1 || heartbeatSeconds > Fact.Heartbeat.MAX_INTERVAL_SECONDS) {
            throw new CommandFailure(
                    "--heartbeat is from 1 to " + Fact.Heartbeat.MAX_INTERVAL_SECONDS + " seconds",
                    ExitCode.USAGE);
        }
        List<PolicyOptions.Target> targets = policy.targets();
        StateDirectory directory = new StateDirectory(state.toAbsolutePath().normalize());
        directory.createPrivateDirectories();
        if (!Files.exists(directory.credentials())) {
            throw new CommandFailure(
                    "nobody could log in: there is no "
                            + directory.credentials()
                            + "; set a first password with `domicile password ACCESSOR --state "
                            + state
                            + "`");
        }
        try (GatewayRuntime gateway =
                GatewayRuntime.start(
                        targets,
                        policy.organisation(),
                        directory,
                        address.getHostString(),
                        address.getPort(),
                        Duration.ofSeconds(heartbeatSeconds),
                        tls == null ? null : tls.read(),
                        served)) {
            Runtime.getRuntime().addShutdownHook(new Thread(gateway::close, "stop-gateway"));
            String names =
                    targets.stream()
                            .map(target -> target.store().jurisdiction())
                            .collect(Collectors.joining(", "));
            new Terminal()
                    .print(
                            "domicile is ready on "
                                    + gateway.address().getHostString()
                                    + ":"
                                    + gateway.address().getPort()
                                    + ", jurisdictions "
                                    + names
                                    + gateway.console()
                                            .map(origin -> ", console " + origin)
                                            .orElse(""));
            new CountDownLatch(1).await();
        }
        return ExitCode.OK;
    }

    private static InetSocketAddress address(String option, String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.substring(colon + 1).matches("\\d{1,5}")) {
            throw new CommandFailure("write " + option + " as HOST:PORT", ExitCode.USAGE);
        }
        int port = Integer.parseInt(text.substring(colon + 1));
        if (port > 65_535) {
            throw new CommandFailure(option + ": ports end at 65535", ExitCode.USAGE);
        }
        return new InetSocketAddress(text.substring(0, colon), port);
    }
}
