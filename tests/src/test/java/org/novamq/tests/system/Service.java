package org.novamq.tests.system;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/** The service as its users start it: {@code novamq server --config FILE}. */
final class Service {
    static final Path NOVAMQ = Sandbox.ROOT.resolve("nova-driver/bin/novamq");

    private static final int LOG_LINES = 60;
    private static final Pattern POLL = Pattern.compile("\"GET [^\"]+\" (200|404) ");
    private static final Duration START = Duration.ofMinutes(2); // the launcher may have to build first
    private static final Duration STOP = Duration.ofSeconds(20);

    private final Path config;
    private final Path log;
    private final Client client;
    private Optional<Process> process = Optional.empty();

    /** @param directory for its configuration and its log */
    Service(Path directory, Client client) {
        this.config = directory.resolve("novamq.yaml");
        this.log = directory.resolve("server.log");
        this.client = client;
    }

    /** Returns when it answers. */
    void start(String configuration) {
        try {
            Files.createDirectories(config.getParent());
            Files.writeString(config, configuration);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start();
    }

    /** With another configuration. */
    void startChanged(UnaryOperator<String> change) {
        try {
            start(change.apply(Files.readString(config)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same again, with the configuration that it had. */
    void start() {
        startWith("");
    }

    /** The same, with options for Java. */
    void startWith(String javaOptions) {
        Process started;
        ProcessBuilder builder = new ProcessBuilder(NOVAMQ.toString(), "server", "--config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().put("NOVAMQ_JAVA_OPTS", javaOptions);
        try {
            started = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        process = Optional.of(started);
        await("the service to answer")
                .atMost(START)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    if (!started.isAlive()) {
                        throw new AssertionError("the service ended before it answered: " + log());
                    }
                    return client.answers();
                });
    }

    /** What it has in memory, MiB ({@code VmRSS}, proc(5)). */
    long residentMib() {
        try {
            return Files.readAllLines(Path.of("/proc/" + process.orElseThrow().pid() + "/status")).stream()
                            .filter(line -> line.startsWith("VmRSS:"))
                            .map(line -> line.replaceAll("[^0-9]", ""))
                            .mapToLong(Long::parseLong)
                            .findFirst()
                            .orElseThrow()
                    / 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The processor time that it has used so far, all threads together. */
    Duration cpuTime() {
        return process.flatMap(running -> running.info().totalCpuDuration()).orElseThrow();
    }

    boolean isAlive() {
        return process.map(Process::isAlive).orElse(false);
    }

    /** Of itself. */
    void awaitEnd() {
        process.ifPresent(Service::waitFor);
        process = Optional.empty();
    }

    /** By SIGKILL, at once. */
    void kill() {
        process.ifPresent(running -> {
            running.destroyForcibly();
            waitFor(running);
        });
        process = Optional.empty();
    }

    /** By SIGTERM. */
    void stop() {
        process.ifPresent(running -> {
            running.destroy();
            waitFor(running);
        });
        process = Optional.empty();
    }

    private static void waitFor(Process running) {
        try {
            if (!running.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                running.destroyForcibly();
                throw new AssertionError("the service has not ended within " + STOP.toSeconds() + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The end of its log, without what we have asked again and again. */
    String log() {
        try {
            List<String> lines = Files.readAllLines(log).stream()
                    .filter(line -> !POLL.matcher(line).find())
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "cannot read " + log + ": " + e;
        }
    }
}
