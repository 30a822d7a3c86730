package org.novamq.driver.cli;

import java.time.Duration;

/**
 * Shows on stderr how far something has come: one line that is written over on a terminal, and a line for each change
 * of state elsewhere. Not thread-safe.
 */
final class Progress implements AutoCloseable {
    /** Back to the line's begin, and clear it. */
    private static final String REWIND = "\r\u001b[K";

    private final Terminal terminal;
    private final String what;
    private String last = "";

    Progress(Terminal terminal, String what) {
        this.terminal = terminal;
        this.what = Printable.line(what);
    }

    void show(String state, Duration since) {
        String line = what + ": " + Printable.line(state);
        if (terminal.interactive()) {
            terminal.err().print(REWIND + line + ", " + since.toSeconds() + " s");
            terminal.err().flush();
        } else if (!line.equals(last)) {
            terminal.err().println(line);
        }
        last = line;
    }

    /** Leaves the line to what comes next. */
    @Override
    public void close() {
        if (terminal.interactive() && !last.isEmpty()) {
            terminal.err().println(REWIND + last);
        }
    }
}
