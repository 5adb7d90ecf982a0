package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Every command in a block of the documentation is one that the program takes. What these commands
 * do, ReadmeIT, LedgerMirrorIT, WitnessIT and LedgerToolsTest show with the same options.
 */
final class DocumentedCommandsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w*)\n(.*?)^ *```$");
    private static final Pattern COMMAND = Pattern.compile("(?m)^ *(?:\\./)?domicile ([^#>|&\n]+)");

    @Test
    void everyCommandIsTaken() throws IOException {
        List<String> commands = new ArrayList<>();
        try (var files = Files.walk(Project.root().resolve("docs"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".md")).toList()) {
                commands.addAll(commandsOf(file));
            }
        }
        commands.addAll(commandsOf(Project.root().resolve("README.md")));
        assertThat(commands)
                .anyMatch(command -> command.startsWith("ledger mirror "))
                .anyMatch(command -> command.startsWith("ledger serve "))
                .anyMatch(command -> command.startsWith("witness "))
                .anyMatch(command -> command.contains("--policy"));
        for (String command : commands) {
            assertThatCode(() -> Domicile.commandLine().parseArgs(command.split(" +")))
                    .as(command)
                    .doesNotThrowAnyException();
        }
    }

    private static List<String> commandsOf(Path file) throws IOException {
        List<String> commands = new ArrayList<>();
        Matcher block = BLOCK.matcher(Files.readString(file));
        while (block.find()) {
            if (block.group(1).equals("text")) {
                continue; // no commands but what a file says
            }
            Matcher command = COMMAND.matcher(block.group(2).replaceAll("\\\\\n *", ""));
            while (command.find()) {
                commands.add(command.group(1).strip());
            }
        }
        return commands;
    }
}
