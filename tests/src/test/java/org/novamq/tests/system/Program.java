package org.novamq.tests.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one program to its end. */
final class Program {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Program() {}

    /** How it ended. */
    record Result(List<String> command, int status, String out, String err) {
        /** What it wrote to stdout; anything but success fails the test. */
        String sound() {
            if (status != 0) {
                throw new AssertionError(this);
            }
            return out;
        }

        @Override
        public String toString() {
            return command + " exits with " + status + "\nstdout: " + out + "\nstderr: " + err;
        }
    }

    static Result run(String... command) {
        return run(List.of(command));
    }

    static Result run(List<String> command) {
        try {
            // Files, not pipes: nobody has to read one while he reads the other.
            Path out = Files.createTempFile("novamq-it", ".out");
            Path err = Files.createTempFile("novamq-it", ".err");
            try {
                Process process = new ProcessBuilder(command)
                        .redirectInput(Path.of("/dev/null").toFile())
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile())
                        .start();
                if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.destroyForcibly();
                    throw new AssertionError(command + " has not ended within " + LIMIT.toSeconds() + " s: "
                            + Files.readString(out) + Files.readString(err));
                }
                return new Result(
                        command,
                        process.exitValue(),
                        Files.readString(out, StandardCharsets.UTF_8),
                        Files.readString(err, StandardCharsets.UTF_8));
            } finally {
                Files.delete(out);
                Files.delete(err);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
