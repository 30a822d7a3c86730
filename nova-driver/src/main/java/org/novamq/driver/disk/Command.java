package org.novamq.driver.disk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs one program to its end: arguments as a list, an empty environment, no input, bounded output, bounded time. */
final class Command {
    // qemu-img's answers are below 10 KiB; whatever more comes is not an answer
    private static final int MAX_OUTPUT_BYTES = 1 << 20;

    private Command() {}

    /**
     * How it ended.
     *
     * @param program its name
     * @param exitCode 128 + n when signal n ended it
     */
    record Result(String program, int exitCode, String output, String errors) {
        /** The first line on stderr without the program's name, for a message. */
        String firstError() {
            return errors.lines()
                    .findFirst()
                    .map(line -> line.replaceFirst("^(\\S*/)?" + program + ": ", ""))
                    .orElse(program + " ended with exit code " + exitCode + " and no message");
        }
    }

    /**
     * Runs {@code prefix + arguments}; the prefix ends with the program.
     *
     * @throws DiskException when it cannot be started, writes too much or has not ended in time; it is dead then, with its
     *     children
     */
    static Result run(List<String> prefix, List<String> arguments, Duration wallClock) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(arguments);
        String program = String.valueOf(Path.of(prefix.get(prefix.size() - 1)).getFileName());
        String name = arguments.get(0).startsWith("-") ? program : program + " " + arguments.get(0);
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().clear();
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new DiskException("cannot run " + name + ": " + e.getMessage(), e);
        }
        Future<String> output = reading(process.getInputStream());
        Future<String> errors = reading(process.getErrorStream());
        try {
            if (!process.waitFor(wallClock.toMillis(), TimeUnit.MILLISECONDS)) {
                throw late(name, wallClock);
            }
            return new Result(program, process.exitValue(), get(output, wallClock), get(errors, wallClock));
        } catch (TimeoutException e) {
            throw late(name, wallClock); // it has ended, but a child of it holds its output open
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DiskException("cannot run " + name + ": interrupted", e);
        } catch (ExecutionException e) {
            throw new DiskException("cannot run " + name + ": " + e.getCause(), e);
        } finally {
            kill(process);
        }
    }

    private static DiskException late(String name, Duration wallClock) {
        return new DiskException("cannot run " + name + ": it has not ended within " + wallClock.toSeconds() + " s");
    }

    private static String get(Future<String> text, Duration within)
            throws InterruptedException, ExecutionException, TimeoutException {
        return text.get(within.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    /** On a thread of its own: a pipe that nobody reads stops its writer. */
    private static Future<String> reading(InputStream stream) {
        FutureTask<String> task = new FutureTask<>(() -> read(stream));
        Thread thread = new Thread(task, "command-output");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static String read(InputStream stream) throws IOException {
        try (stream) {
            byte[] bytes = stream.readNBytes(MAX_OUTPUT_BYTES + 1);
            if (bytes.length > MAX_OUTPUT_BYTES) {
                throw new IOException("it writes more than " + MAX_OUTPUT_BYTES + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }
}
