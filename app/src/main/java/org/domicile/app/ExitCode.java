package org.domicile.app;

/** What a command's exit status means; part of the interface, see {@code domicile --help}. */
final class ExitCode {
    static final int OK = 0;

    /** It was tried and did not succeed, or what was checked is not as it should be. */
    static final int FAILED = 1;

    /** A store was changed behind Domicile's back. */
    static final int DRIFT = 2;

    /** A log contradicts what it had signed before. */
    static final int ALARM = 3;

    /** The command line itself is wrong; {@code EX_USAGE} of sysexits. */
    static final int USAGE = 64;

    private ExitCode() {}
}
