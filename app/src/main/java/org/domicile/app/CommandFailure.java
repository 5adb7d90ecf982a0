package org.domicile.app;

/** A command cannot go on: the message is for the person at the terminal and says what to do. */
final class CommandFailure extends RuntimeException {
    private final int exitCode;

    CommandFailure(String message) {
        this(message, ExitCode.FAILED);
    }

    CommandFailure(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
