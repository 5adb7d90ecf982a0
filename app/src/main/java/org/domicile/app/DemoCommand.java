package org.domicile.app;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.domicile.testkit.shortvideo.ShortVideoData;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code domicile demo}: a short-video app in three jurisdictions, to look around in. */
@Command(
        name = "demo",
        description = {
            "Starts three PostgreSQL servers (us, eu, row), fills them with a short-video app's made-up",
            "people, compiles the demo's policy into them and starts the gateway. Prints a line that begins",
            "'domicile is ready', and psql lines to try. Ctrl-C stops everything; a second start with the",
            "same --data takes up where it was."
        })
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            defaultValue = "domicile-demo",
            description = "Where everything is kept. Default: ${DEFAULT-VALUE}")
    private Path data = Path.of("domicile-demo");

    @Option(
            names = "--users",
            paramLabel = "N",
            description = "How many people to make up. Default: " + ShortVideoData.DEFAULT_USERS)
    private @Nullable Integer users;

    @Option(
            names = "--dataset",
            paramLabel = "DIR",
            description =
                    "Take videos and activity from real short-video logs, the KuaiRand excerpt, in place"
                            + " of made-up ones. People stay made up.")
    private @Nullable Path dataset;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "5433",
            description = "The gateway's port on 127.0.0.1. Default: ${DEFAULT-VALUE}")
    private int port = 5433;

    @Option(
            names = "--console-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description =
                    "The console's port on 127.0.0.1; 0 takes a free one. Default: ${DEFAULT-VALUE}")
    private int consolePort = 8080;

    @Override
    public Integer call() throws InterruptedException {
        if (users != null && dataset != null) {
            throw new CommandFailure("give --users or --dataset, not both", ExitCode.USAGE);
        }
        Terminal terminal = new Terminal();
        DemoFill fill = new DemoFill(users == null ? ShortVideoData.DEFAULT_USERS : users, dataset);
        try (Demo demo = new Demo(terminal, data.toAbsolutePath().normalize())) {
            CountDownLatch forever = new CountDownLatch(1);
            Thread stop = new Thread(demo::close, "stop-demo");
            Runtime.getRuntime().addShutdownHook(stop);
            demo.start(fill, port, consolePort);
            forever.await();
        }
        return ExitCode.OK;
    }
}
