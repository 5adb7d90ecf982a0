package org.domicile.app;

import java.io.Console;
import java.io.PrintStream;

/** Where a command prints: colour and a moving progress line only where a person is looking. */
final class Terminal {
    private static final String RESET = "\u001b[0m";
    private static final long PROGRESS_INTERVAL_NANOS = 2_000_000_000L;
    private static final String ERASE_LINE = "\r\u001b[2K";

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final boolean isInteractive;
    private boolean hasProgressLine;
    private long nextProgressNanos = System.nanoTime();

    Terminal() {
        isInteractive =
                isPersonAtKeyboard()
                        && System.getenv("NO_COLOR") == null
                        && !"dumb".equals(System.getenv("TERM"));
    }

    /** Whether somebody can be asked: standard input and output are a terminal. */
    @SuppressWarnings("SystemConsoleNull") // A Java runtime without its console module has none.
    static boolean isPersonAtKeyboard() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    /** A colour of the ANSI palette. */
    enum Colour {
        RED(31),
        GREEN(32),
        YELLOW(33),
        BOLD(1);

        private final int code;

        Colour(int code) {
            this.code = code;
        }
    }

    String paint(Colour colour, String text) {
        return isInteractive ? "\u001b[" + colour.code + "m" + text + RESET : text;
    }

    /** The answer to what was asked. */
    synchronized void print(String line) {
        clearProgress();
        out.println(line);
        out.flush();
    }

    /** Everything else a person should know. */
    synchronized void note(String line) {
        clearProgress();
        err.println(line);
    }

    /** How far long work has come: one moving line on a terminal, a line now and then elsewhere. */
    synchronized void progress(String line) {
        if (isInteractive) {
            err.print(ERASE_LINE + line);
            err.flush();
            hasProgressLine = true;
        } else if (System.nanoTime() - nextProgressNanos >= 0) {
            err.println(line);
            nextProgressNanos = System.nanoTime() + PROGRESS_INTERVAL_NANOS;
        }
    }

    private void clearProgress() {
        if (hasProgressLine) {
            err.print(ERASE_LINE);
            err.flush();
            hasProgressLine = false;
        }
    }

    /** A value that came from a file of somebody else must not steer the terminal. */
    static String plain(String value) {
        StringBuilder plain = new StringBuilder();
        value.codePoints()
                .forEach(c -> {
                    if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                        plain.append("\\u{").append(Integer.toHexString(c)).append('}');
                    } else {
                        plain.appendCodePoint(c);
                    }
                });
        return plain.toString();
    }
}
