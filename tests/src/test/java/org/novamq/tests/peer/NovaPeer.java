package org.novamq.tests.peer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Runs {@code tests/peer}: Debian's Nova as a filter, and the maker of requests. */
public final class NovaPeer {
    /** Nova is Debian's, so the Python must be Debian's too. */
    private static final String PYTHON = "/usr/bin/python3";

    private static final int NOVA_MISSING = 3;
    private static final Path ROOT = Path.of(Objects.requireNonNull(
            System.getProperty("novamq.root"), "-Dnovamq.root=<the work tree> is not set; Maven sets it"));

    private NovaPeer() {}

    /** Nova is not installed here. */
    public static final class NovaMissingException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NovaMissingException(String said) {
            super("there is no Nova to compare with: run `apt-get install python3-nova` (devstack/test.sh does); "
                    + said.strip());
        }
    }

    /** Random plan requests, a line each; the same seed gives the same. */
    public static List<String> requests(int count, int seed) {
        return run("", "generate_requests.py", "--count", Integer.toString(count), "--seed", Integer.toString(seed));
    }

    /** Nova's answers, a line for each request. */
    public static List<String> vifs(List<String> requests) {
        return run(String.join("\n", requests) + "\n", "nova_peer.py", "vifs");
    }

    /**
     * What Nova takes for one request, as a line of JSON.
     *
     * @param what {@code vifs} or {@code guest}
     */
    public static String bench(String request, String what, int seconds, int warmup) {
        return run(
                        request,
                        "nova_peer.py",
                        "bench",
                        "--what",
                        what,
                        "--seconds",
                        Integer.toString(seconds),
                        "--warmup",
                        Integer.toString(warmup))
                .get(0);
    }

    /** Which Nova it is, as a line of JSON. */
    public static String version() {
        return run("", "nova_peer.py", "version").get(0);
    }

    private static List<String> run(String input, String script, String... options) {
        List<String> command = new ArrayList<>(
                List.of(PYTHON, ROOT.resolve("tests/peer").resolve(script).toString()));
        command.addAll(List.of(options));
        try {
            // Files, not pipes: nobody has to read one while he writes the other.
            Path in = Files.createTempFile("novamq-peer", ".in");
            Path out = Files.createTempFile("novamq-peer", ".out");
            Path err = Files.createTempFile("novamq-peer", ".err");
            try {
                Files.writeString(in, input);
                int status = start(command, in, out, err).waitFor();
                if (status == NOVA_MISSING) {
                    throw new NovaMissingException(Files.readString(err));
                }
                if (status != 0) {
                    throw new IllegalStateException(command + " exits with " + status + ": " + Files.readString(err));
                }
                return Files.readAllLines(out, StandardCharsets.UTF_8);
            } finally {
                Files.delete(in);
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

    private static Process start(List<String> command, Path in, Path out, Path err) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
        } catch (IOException e) {
            throw new NovaMissingException(e.toString());
        }
    }
}
