package org.novamq.driver.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.image.InvalidRequestException;

/**
 * Asks the guest itself, through QEMU's guest agent (qga/qapi-schema.json). Programs are started with argument lists,
 * never through a shell; what a guest answers is read with suspicion.
 */
final class GuestAgent {
    /** A healthy agent answers in milliseconds, in an emulated guest in a second. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** For all that is asked together: one that answers each time just in time must not go on for ever. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final int STATUS_POLLS = 25;
    private static final long STATUS_POLL_MILLIS = 200;
    private static final List<String> GUEST_PATH = List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
    private static final Pattern NIC_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,15}");
    private static final Pattern COMBINED = Pattern.compile("(?m)^Combined:\\s+(\\d{1,6})$");

    private final Hypervisor hypervisor;
    private final UUID uuid;
    private final long end;

    /** From now on it has so long. */
    GuestAgent(Hypervisor hypervisor, UUID uuid) {
        this(hypervisor, uuid, PATIENCE);
    }

    GuestAgent(Hypervisor hypervisor, UUID uuid, Duration patience) {
        this.hypervisor = hypervisor;
        this.uuid = uuid;
        this.end = System.nanoTime() + patience.toNanos();
    }

    /**
     * A NIC's queues in the guest.
     *
     * @param active in use
     * @param max that could be
     * @param msiVectors that the device has taken
     */
    record Channels(int active, int max, Optional<Integer> msiVectors) {}

    /** The guest's NICs: names by MAC in lower case. */
    Map<String, String> nicNames() {
        Map<String, String> names = new HashMap<>();
        for (JsonNode nic : command("guest-network-get-interfaces", Json.MAPPER.createObjectNode())) {
            String name = nic.path("name").asText();
            String mac = nic.path("hardware-address").asText().toLowerCase(Locale.ROOT);
            if (NIC_NAME.matcher(name).matches()) {
                names.put(mac, name);
            }
        }
        return names;
    }

    /** What {@code ethtool -l} and sysfs say of one NIC; empty where the guest's NIC has no channels. */
    Optional<Channels> channels(String nic) {
        Matcher combined = COMBINED.matcher(run("ethtool", "-l", nic).orElse(""));
        if (!combined.find()) {
            return Optional.empty();
        }
        int max = Integer.parseInt(combined.group(1));
        int active = combined.find() ? Integer.parseInt(combined.group(1)) : max;
        Optional<Integer> vectors = run("ls", "/sys/class/net/" + nic + "/device/../msi_irqs")
                .map(text -> (int) text.lines().filter(line -> !line.isBlank()).count());
        return Optional.of(new Channels(active, max, vectors));
    }

    /**
     * Gives a NIC of the guest so many queues, of those that its device has.
     *
     * @throws HypervisorException FAILED: the guest's ethtool refuses
     */
    void setChannels(String nic, int queues) {
        if (run("ethtool", "-L", nic, "combined", Integer.toString(queues)).isEmpty()
                && !channels(nic).map(channels -> channels.active() == queues).orElse(false)) {
            throw new HypervisorException(
                    HypervisorException.Kind.FAILED,
                    "cannot give " + nic + " of the guest " + uuid + " " + queues
                            + " queues: its ethtool -L refuses, or is not there");
        }
    }

    /** A program's output, if it ended well. */
    private Optional<String> run(String program, String... arguments) {
        ObjectNode exec = Json.MAPPER.createObjectNode().put("path", program).put("capture-output", true);
        exec.set("arg", Json.MAPPER.valueToTree(arguments));
        exec.set("env", Json.MAPPER.valueToTree(GUEST_PATH));
        long pid = command("guest-exec", exec).path("pid").asLong();
        ObjectNode which = Json.MAPPER.createObjectNode().put("pid", pid);
        for (int poll = 0; poll < STATUS_POLLS; poll++) {
            JsonNode status = command("guest-exec-status", which);
            if (status.path("exited").asBoolean()) {
                return status.path("exitcode").asInt(-1) == 0
                        ? Optional.of(decode(status.path("out-data").asText()))
                        : Optional.empty();
            }
            pause();
        }
        return Optional.empty();
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
                    "cannot wait any longer for the guest agent: it takes its time for every answer");
        }
        return left.compareTo(TIMEOUT) < 0 ? left : TIMEOUT;
    }

    private String decode(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
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

    private static void pause() {
        try {
            Thread.sleep(STATUS_POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(
                    HypervisorException.Kind.TIMEOUT, 0, "cannot wait for the guest agent: interrupted", e);
        }
    }
}
