package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.domicile.testkit.EmbeddedStore;
import org.domicile.testkit.PostgresBinaries;
import org.domicile.testkit.shortvideo.ShortVideoData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's commands, run as they stand there; only ports and directories are the test's own.
 */
class ReadmeIT {
    private static final Pattern BLOCK =
            Pattern.compile(
                    "<!-- (tour|tour: fails|own|own: serve|own: query) -->\\s*```sh\\n(.*?)```",
                    Pattern.DOTALL);

    @TempDir Path directory;

    /** A marked block of commands. */
    private record Block(String kind, String commands) {}

    private static List<Block> blocks() throws Exception {
        List<Block> blocks = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(Project.root().resolve("README.md")));
        while (block.find()) {
            blocks.add(new Block(block.group(1), block.group(2).stripIndent()));
        }
        return blocks;
    }

    @Test
    void theTourDoesWhatItSays() throws Exception {
        Shell.assumePsql();
        List<Block> tour =
                blocks().stream().filter(block -> block.kind().startsWith("tour")).toList();
        assertThat(tour).hasSizeGreaterThanOrEqualTo(5);
        try (DemoProcess demo =
                DemoProcess.start(directory.resolve("domicile-demo"), "--users", "300")) {
            String exports = "";
            for (Block block : tour) {
                String commands =
                        block.commands()
                                .replace("domicile-demo/", demo.data + "/")
                                .replace("PGPORT=5433", "PGPORT=" + demo.port);
                Shell.Outcome outcome =
                        Shell.run(
                                Project.root(),
                                Map.of(),
                                "bash",
                                "-euo",
                                "pipefail",
                                "-c",
                                exports + commands);
                assertThat(outcome.exitCode() == 0)
                        .as(commands + "\n" + outcome)
                        .isEqualTo(block.kind().equals("tour"));
                if (outcome.exitCode() == 0) {
                    exports += exportsOf(commands, outcome);
                }
            }
        }
    }

    @Test
    void anExistingDatabaseGetsItsFirstMaskedQuery() throws Exception {
        Shell.assumePsql();
        List<Block> own =
                blocks().stream().filter(block -> block.kind().startsWith("own")).toList();
        assertThat(own).hasSizeGreaterThanOrEqualTo(7);
        Path folder = Files.createDirectory(directory.resolve("shop"));
        ServeProcess gateway = null;
        try (EmbeddedStore store =
                EmbeddedStore.startTemporary(
                        PostgresBinaries.embedded(), EmbeddedStore.THROWAWAY)) {
            store.createDatabase("shop");
            try (var connection = store.connect("shop")) {
                ShortVideoData.madeUp(50, 1).load(connection, "us", (_, _, _) -> {});
            }
            String exports = "export PGPASSWORD=" + store.password() + "\n";
            for (Block block : own) {
                String commands =
                        block.commands()
                                .replace("127.0.0.1:5432", "127.0.0.1:" + store.port())
                                .replace(
                                        "./domicile",
                                        Project.root().resolve("domicile").toString());
                if (block.kind().equals("own: serve")) {
                    commands = commands.replace("127.0.0.1:5433", "127.0.0.1:0");
                    gateway = ServeProcess.start(folder, exports + "exec " + commands);
                    continue;
                }
                if (gateway != null) {
                    commands = commands.replace("-p 5433", "-p " + gateway.port);
                }
                Shell.Outcome outcome =
                        Shell.run(
                                folder,
                                Map.of(),
                                "bash",
                                "-euo",
                                "pipefail",
                                "-c",
                                exports + commands);
                assertThat(outcome.exitCode()).as(commands + "\n" + outcome).isZero();
                if (block.kind().equals("own: query")) {
                    assertThat(outcome.out()).contains("users").contains("(3 rows)");
                }
                exports += exportsOf(commands, outcome);
            }
        } finally {
            if (gateway != null) {
                gateway.kill();
            }
        }
    }

    /** What a block leaves set for the next; a value that was computed once stays what it was. */
    private static String exportsOf(String commands, Shell.Outcome outcome) {
        assertThat(outcome.exitCode()).isZero();
        StringBuilder exports = new StringBuilder();
        commands.lines()
                .filter(line -> line.startsWith("export"))
                .forEach(line ->
                        exports.append(
                                        line.contains("/dev/urandom")
                                                ? "export DOMICILE_HOME_SECRET="
                                                        + "5ec2e7".repeat(11)
                                                : line)
                                .append('\n'));
        return exports.toString();
    }
}
