package org.domicile.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.MissingParameterException;

/**
 * Every command in a block of the documentation is one that the program takes. What these commands
 * do, ReadmeIT, LedgerMirrorIT, WitnessIT and LedgerToolsTest show with the same options.
 */
final class DocumentedCommandsTest {
    private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```(\\w*)\n(.*?)^ *```$");
    private static final Pattern COMMAND = Pattern.compile("(?m)^ *(?:\\./)?domicile ([^#>|&\n]+)");

    /** In the middle of a sentence; what is in square brackets is a form, not a command. */
    private static final Pattern MENTIONED = Pattern.compile("`(?:\\./)?domicile ([^`\\[]+)`");

    /** What the program says. */
    private static final String SAID = "is ready";

    @Test
    void everyCommandIsTaken() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path file : documentation()) {
            commands.addAll(commandsOf(file));
        }
        assertThat(commands)
                .anyMatch(command -> command.startsWith("ledger mirror "))
                .anyMatch(command -> command.startsWith("ledger serve "))
                .anyMatch(command -> command.startsWith("witness "))
                .anyMatch(command -> command.contains("--policy"));
        for (String command : commands) {
            assertThatCode(() -> Domicile.commandLine().parseArgs(words(command)))
                    .as(command)
                    .doesNotThrowAnyException();
        }
    }

    /** They may leave options out that the program wants; what they have, it knows. */
    @Test
    void everyMentionedCommandIsKnown() throws IOException {
        List<String> commands = new ArrayList<>();
        for (Path file : documentation()) {
            MENTIONED
                    .matcher(Files.readString(file))
                    .results()
                    .map(mention -> mention.group(1).strip().replace("ENTRY", "1"))
                    .filter(mention -> !mention.equals(SAID))
                    .forEach(commands::add);
        }
        assertThat(commands).contains("ledger rotate us --finish");
        for (String command : commands) {
            Throwable refused =
                    catchThrowable(() -> Domicile.commandLine().parseArgs(words(command)));
            if (refused != null) {
                assertThat(refused).as(command).isInstanceOf(MissingParameterException.class);
            }
        }
    }

    /** As a shell takes them apart, without what nothing documented needs. */
    private static String[] words(String command) {
        return Pattern.compile("\"([^\"]*)\"|\\S+")
                .matcher(command)
                .results()
                .map(word -> word.group(1) == null ? word.group() : word.group(1))
                .toArray(String[]::new);
    }

    private static List<Path> documentation() throws IOException {
        List<Path> found = new ArrayList<>();
        try (var files = Files.walk(Project.root().resolve("docs"))) {
            files.filter(path -> path.toString().endsWith(".md")).forEach(found::add);
        }
        found.add(Project.root().resolve("README.md"));
        return found;
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
