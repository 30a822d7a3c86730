package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;

/** Waits for an instance to be what it is to become, and shows how far it is. */
final class ServerWait {
    static final int DEFAULT_SECONDS = 300;

    private static final Duration POLL_INTERVAL = Duration.ofMillis(500);

    private final NovaMqClient client;
    private final Terminal terminal;
    private final Duration timeout;

    ServerWait(NovaMqClient client, Terminal terminal, int seconds) {
        this.client = client;
        this.terminal = terminal;
        this.timeout = Duration.ofSeconds(seconds);
    }

    /**
     * The instance once it is ACTIVE or ERROR.
     *
     * @throws CommandFailedException if it takes longer than the timeout, or vanishes
     */
    JsonNode untilBuilt(String id, String name) {
        long begun = System.nanoTime();
        try (Progress progress = new Progress(terminal, name)) {
            while (true) {
                JsonNode server = client.find(ServerReference.path(id))
                        .map(body -> body.path("server"))
                        .orElseThrow(() ->
                                new CommandFailedException("cannot wait for " + id + " any more: it has been deleted"));
                progress.show(state(server), since(begun));
                String status = server.path("status").asText();
                if (status.equals("ACTIVE") || status.equals("ERROR")) {
                    return server;
                }
                sleep(begun, id + " to be ACTIVE: it is " + status);
            }
        }
    }

    /**
     * Returns once nothing is being done to the instance any more.
     *
     * @throws CommandFailedException if it takes longer than the timeout, or has failed: the instance's fault
     */
    void untilIdle(String id, String name) {
        long begun = System.nanoTime();
        try (Progress progress = new Progress(terminal, name)) {
            while (true) {
                JsonNode instance = client.find("/v1/instances/" + NovaMqClient.segment(id))
                        .orElseThrow(() ->
                                new CommandFailedException("cannot wait for " + id + " any more: it has been deleted"));
                String task = Printable.field(instance, "task");
                progress.show(Printable.field(instance, "status") + " (" + task + ")", since(begun));
                if (task.equals(Printable.NOTHING)) {
                    if (instance.path("fault").isObject()) {
                        throw new CommandFailedException(Printable.field(instance, "fault", "message"));
                    }
                    return;
                }
                sleep(begun, id + ": " + task + " is under way");
            }
        }
    }

    /**
     * Returns once the instance is gone.
     *
     * @throws CommandFailedException if it takes longer than the timeout
     */
    void untilGone(String id, String name) {
        long begun = System.nanoTime();
        try (Progress progress = new Progress(terminal, name)) {
            Optional<JsonNode> body = client.find(ServerReference.path(id));
            while (body.isPresent()) {
                progress.show("deleting", since(begun));
                sleep(
                        begun,
                        id + " to be gone: it is "
                                + body.get().path("server").path("status").asText());
                body = client.find(ServerReference.path(id));
            }
            progress.show("deleted", since(begun));
        }
    }

    /** {@code "BUILD (spawning)"}. */
    private static String state(JsonNode server) {
        String task = Printable.field(server, "OS-EXT-STS:task_state");
        return Printable.field(server, "status") + (task.equals(Printable.NOTHING) ? "" : " (" + task + ")");
    }

    private void sleep(long begun, String waitingFor) {
        if (since(begun).compareTo(timeout) > 0) {
            throw new CommandFailedException("cannot wait longer than " + timeout.toSeconds() + " s for " + waitingFor);
        }
        try {
            Thread.sleep(POLL_INTERVAL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new InterruptedIOException("interrupted"));
        }
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }
}
