package org.novamq.driver.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command reads from and writes to. Answers go to {@code out}, everything else to {@code err}.
 *
 * @param err written line by line
 * @param environment the process's
 * @param interactive whether a person watches {@code err}, so that a line on it may be overwritten
 */
record Terminal(
        InputStream in, AnswerStream out, PrintStream err, Map<String, String> environment, boolean interactive) {

    /** Set by the launcher: Java 17 cannot tell whether its stderr is a terminal. */
    private static final String STDERR_IS_TERMINAL = "novamq.stderr.terminal";

    /** The process's own streams. */
    static Terminal ofProcess() {
        return new Terminal(
                System.in,
                new AnswerStream(new FileOutputStream(FileDescriptor.out)),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                System.getenv(),
                Boolean.getBoolean(STDERR_IS_TERMINAL));
    }

    /** A file of the user's; {@code -} is {@code in}. */
    InputStream open(String name) throws IOException {
        if (name.equals("-")) {
            return in;
        }
        try {
            return Files.newInputStream(Path.of(name));
        } catch (NoSuchFileException e) {
            throw new IOException("cannot read " + name + ": no such file", e);
        }
    }
}
