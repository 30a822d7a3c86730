package org.novamq.driver.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.image.InvalidRequestException;

/**
 * Asks the guest itself, through QEMU's guest agent (qga/qapi-schema.json). Programs are started with argument lists; the
 * one text that a shell reads is {@link GuestScript}, a constant. Answers are bounded and read with suspicion. Not
 * thread-safe.
 */
final class GuestAgent {
    /** A healthy agent answers in milliseconds, in an emulated guest in a second. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** For all questions together, since an agent may answer each of them just in time. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** How long to wait before asking again whether a program has ended: at first, and at most. */
    private static final Duration FIRST_POLL = Duration.ofMillis(20);

    private static final Duration LAST_POLL = Duration.ofMillis(500);

    /** Characters of base64 of a program's output that are read, a multiple of 4: 768 KiB of text, 1.5 KiB a NIC. */
    static final int MAX_OUTPUT = 1 << 20;

    private static final int MAX_COMPLAINT = 200;
    private static final List<String> GUEST_ENVIRONMENT = List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin");

    private final Hypervisor hypervisor;
    private final UUID uuid;
    private final long end;

    /** The 30 s begin now. */
    GuestAgent(Hypervisor hypervisor, UUID uuid) {
        this(hypervisor, uuid, PATIENCE);
    }

    GuestAgent(Hypervisor hypervisor, UUID uuid, Duration patience) {
        this.hypervisor = hypervisor;
        this.uuid = uuid;
        this.end = System.nanoTime() + patience.toNanos();
    }

    /**
     * Describes the guest's NICs.
     *
     * @throws HypervisorException AGENT_UNRESPONSIVE: no answer in time, or none that can be read; FAILED: the agent
     *     answers and does not run {@code /bin/sh}; UNSUPPORTED: it does, and the guest has no Linux sysfs
     */
    GuestLook look() {
        Ended ended = run("/bin/sh", "-c", GuestScript.TEXT);
        if (ended.exitCode() != 0) {
            throw new HypervisorException(
                    HypervisorException.Kind.UNSUPPORTED,
                    "cannot list the NICs of the guest " + uuid + " in its " + GuestScript.NIC_CLASS
                            + ": its /bin/sh ended with " + ended.exitCode());
        }
        return GuestLook.parse(ended.output());
    }

    /**
     * Gives a NIC of the guest a number of queues, of those that its device has.
     *
     * @throws HypervisorException FAILED: the guest's ethtool refuses, or is not there
     */
    void setChannels(String nic, int queues) {
        Ended ended = run("ethtool", "-L", nic, "combined", Integer.toString(queues));
        if (ended.exitCode() != 0) {
            throw new HypervisorException(
                    HypervisorException.Kind.FAILED,
                    "cannot give " + nic + " of the guest " + uuid + " " + queues
                            + " queues: its ethtool -L ended with " + ended.exitCode() + ended.complaint());
        }
    }

    /**
     * A program that has ended.
     *
     * @param exitCode -1 after a signal
     */
    private record Ended(int exitCode, String output, String errors) {
        /** Its standard error, as a part of a message. */
        String complaint() {
            String line = errors.strip().replaceAll("[^ -~]+", " ");
            return line.isEmpty() ? "" : " ('" + line.substring(0, Math.min(MAX_COMPLAINT, line.length())) + "')";
        }
    }

    private Ended run(String program, String... arguments) {
        ObjectNode exec = Json.MAPPER.createObjectNode().put("path", program).put("capture-output", true);
        exec.set("arg", Json.MAPPER.valueToTree(arguments));
        exec.set("env", Json.MAPPER.valueToTree(GUEST_ENVIRONMENT));
        long pid = command("guest-exec", exec).path("pid").asLong();
        ObjectNode which = Json.MAPPER.createObjectNode().put("pid", pid);
        Duration pause = FIRST_POLL;
        while (true) {
            pause(pause);
            JsonNode status = command("guest-exec-status", which);
            if (status.path("exited").asBoolean()) {
                return new Ended(
                        status.path("exitcode").asInt(-1),
                        decode(status.path("out-data").asText()),
                        decode(status.path("err-data").asText()));
            }
            pause = pause.multipliedBy(2).compareTo(LAST_POLL) < 0 ? pause.multipliedBy(2) : LAST_POLL;
        }
    }

    private JsonNode command(String name, ObjectNode arguments) {
        ObjectNode command = Json.MAPPER.createObjectNode().put("execute", name);
        command.set("arguments", arguments);
        try {
            return Json.parseObject(hypervisor.agentCommand(uuid, Json.line(command), timeLeft()))
                    .path("return");
        } catch (InvalidRequestException e) {
            throw garbage(name, e);
        }
    }

    private Duration timeLeft() {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (left.isNegative()) {
            throw new HypervisorException(
                    HypervisorException.Kind.AGENT_UNRESPONSIVE,
                    "cannot wait any longer for the guest agent: the program that it runs has not ended in time");
        }
        return left.compareTo(TIMEOUT) < 0 ? left : TIMEOUT;
    }

    /** An output that is too long loses its end. */
    private static String decode(String base64) {
        try {
            byte[] bytes = Base64.getDecoder().decode(base64.substring(0, Math.min(MAX_OUTPUT, base64.length())));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw garbage("guest-exec-status", e);
        }
    }

    private static HypervisorException garbage(String command, Throwable cause) {
        return new HypervisorException(
                HypervisorException.Kind.AGENT_UNRESPONSIVE,
                0,
                "cannot read the guest agent's answer to " + command + ": " + cause.getMessage(),
                cause);
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(
                    HypervisorException.Kind.TIMEOUT, 0, "cannot wait for the guest agent: interrupted", e);
        }
    }
}
