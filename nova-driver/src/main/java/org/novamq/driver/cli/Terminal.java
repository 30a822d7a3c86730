package org.novamq.driver.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What a command reads from and writes to. Answers go to {@code out}, everything else to {@code err}.
 *
 * @param err written line by line
 * @param environment the process's
 * @param interactive whether a person watches {@code err}, so that a line on it may be overwritten
 */
record Terminal(
        InputStream in, PrintStream out, PrintStream err, Map<String, String> environment, boolean interactive) {

    /** Set by the launcher: Java 17 cannot tell whether its stderr is a terminal. */
    private static final String STDERR_IS_TERMINAL = "novamq.stderr.terminal";

    /** The process's own streams, in UTF-8 whatever the locale says: names of instances are not ASCII. */
    static Terminal ofProcess() {
        return new Terminal(
                System.in,
                stream(FileDescriptor.out, false),
                stream(FileDescriptor.err, true),
                System.getenv(),
                Boolean.getBoolean(STDERR_IS_TERMINAL));
    }

    private static PrintStream stream(FileDescriptor descriptor, boolean autoFlush) {
        var buffered = new BufferedOutputStream(new FileOutputStream(descriptor));
        return new PrintStream(buffered, autoFlush, StandardCharsets.UTF_8);
    }

    /** Writes one line at once, for whoever reads at the other end of a pipe; false when nobody does any more. */
    boolean answer(String line) {
        out.println(line);
        return !out.checkError();
    }
}
