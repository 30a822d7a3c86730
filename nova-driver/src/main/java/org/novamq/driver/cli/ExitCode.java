package org.novamq.driver.cli;

/** What a command tells the shell. */
final class ExitCode {
    static final int DONE = 0;

    /** The request was refused, or what was started has failed. */
    static final int FAILED = 1;

    /** The command line itself is wrong; nothing was sent. */
    static final int USAGE = 2;

    /** No service answers. */
    static final int UNREACHABLE = 3;

    private ExitCode() {}
}
