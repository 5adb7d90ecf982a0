package org.domicile.app;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.domicile.control.ScramVerifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code domicile password}: sets what an accessor logs in to the gateway with. */
@Command(
        name = "password",
        description = {
            "Sets an accessor's password at the gateway.",
            "Asks for it on a terminal, reads one line from standard input elsewhere. Only a SCRAM-SHA-256",
            "verifier is kept. A running gateway reads it when it is started again."
        })
final class PasswordCommand implements Callable<Integer> {
    static final int MIN_PASSWORD_LENGTH = 12;
    private static final int SALT_BYTES = 16;

    @Parameters(paramLabel = "ACCESSOR", description = "A person or job of the policy file.")
    private String accessor = "";

    @Option(
            names = "--state",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "The gateway's state directory. Default: here.")
    private Path state = Path.of(".");

    @Override
    public Integer call() throws IOException {
        String password = readPassword();
        if (password.length() < MIN_PASSWORD_LENGTH) {
            throw new CommandFailure(
                    "a password has at least "
                            + MIN_PASSWORD_LENGTH
                            + " characters; nothing was changed");
        }
        set(new StateDirectory(state).credentials(), accessor, password);
        new Terminal().note("domicile: the password of " + accessor + " is set");
        return ExitCode.OK;
    }

    /** Replaces one accessor's line of the credentials file. */
    static void set(Path file, String accessor, String password) throws IOException {
        if (accessor.isEmpty() || accessor.indexOf(':') >= 0 || accessor.startsWith("#")) {
            throw new CommandFailure("an accessor's name is not empty and has no colon");
        }
        List<String> lines = new ArrayList<>();
        if (Files.exists(file)) {
            lines.addAll(Files.readAllLines(file, StandardCharsets.US_ASCII));
            lines.removeIf(line -> line.startsWith(accessor + ":"));
        }
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        ScramVerifier verifier =
                ScramVerifier.ofPassword(password, salt, ScramVerifier.DEFAULT_ITERATIONS);
        lines.add(accessor + ":" + verifier.text());
        StateDirectory.writePrivate(file, String.join("\n", lines) + "\n");
    }

    private static String readPassword() throws IOException {
        Console console = Terminal.isPersonAtKeyboard() ? System.console() : null;
        if (console != null) {
            char[] typed = console.readPassword("Password: ");
            char[] again = console.readPassword("Again: ");
            if (typed == null || again == null || !new String(typed).equals(new String(again))) {
                throw new CommandFailure("the two do not agree; nothing was changed");
            }
            return new String(typed);
        }
        String line =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))
                        .readLine();
        if (line == null) {
            throw new CommandFailure("no password on standard input; nothing was changed");
        }
        return line;
    }
}
