package org.novamq.driver.proof;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private static final String NIC_CLASS = "/sys/class/net";
    private static final Pattern NIC_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,15}");
    /** A line of {@code ls -l}: bridges, VLANs, bonds and their like have no device, and lie under {@code virtual}. */
    private static final Pattern DEVICE_LINK =
            Pattern.compile("(?m) (" + NIC_NAME + ") -> (?!\\S*/devices/virtual/)\\S+$");

    /** Linux before 3.8 has zeros where the driver does not say it. */
    private static final Pattern PERMANENT =
            Pattern.compile("(?m)^Permanent address:\\s+(?!00:00:00:00:00:00)([0-9A-Fa-f:]{17})$");

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
     * @param msiVectors that the device has taken; absent where the guest does not show them
     */
    record Channels(int active, int max, Optional<Integer> msiVectors) {}

    /**
     * The names, by MAC in lower case, of the NICs that came with these MACs. What stands on a NIC (a bridge, a VLAN) has
     * its MAC too, and a bond gives one MAC to all its NICs; where that leaves a doubt, permanent addresses decide.
     */
    Map<String, String> nicNames(Set<String> macs) {
        Map<String, String> current = currentMacs();
        boolean clear = macs.stream().allMatch(mac -> Collections.frequency(current.values(), mac) == 1);
        Map<String, String> names = new HashMap<>();
        for (String name : clear ? current.keySet() : devices()) {
            String now = current.getOrDefault(name, "");
            String mac = clear ? now : permanentMac(name).orElse(now);
            if (macs.contains(mac)) {
                names.putIfAbsent(mac, name);
            }
        }
        return names;
    }

    /** Of all that has one: by name, in lower case. */
    private Map<String, String> currentMacs() {
        Map<String, String> macs = new HashMap<>();
        for (JsonNode nic : command("guest-network-get-interfaces", Json.MAPPER.createObjectNode())) {
            String name = nic.path("name").asText();
            String mac = nic.path("hardware-address").asText().toLowerCase(Locale.ROOT);
            if (NIC_NAME.matcher(name).matches()) {
                macs.put(name, mac);
            }
        }
        return macs;
    }

    /** The names of those that have a device: bridges, VLANs and bonds have none. */
    private List<String> devices() {
        return DEVICE_LINK
                .matcher(run("ls", "-l", NIC_CLASS).orElse(""))
                .results()
                .map(link -> link.group(1))
                .toList();
    }

    /** What its device was given, whatever the guest calls it now; absent where the driver does not say. */
    private Optional<String> permanentMac(String device) {
        Matcher permanent = PERMANENT.matcher(run("ethtool", "-P", device).orElse(""));
        return permanent.find() ? Optional.of(permanent.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /** What {@code ethtool -l} and sysfs say of one virtio NIC; empty where the guest's NIC has no channels. */
    Optional<Channels> channels(String nic) {
        Matcher combined = COMBINED.matcher(run("ethtool", "-l", nic).orElse(""));
        if (!combined.find()) {
            return Optional.empty();
        }
        int max = Integer.parseInt(combined.group(1));
        int active = combined.find() ? Integer.parseInt(combined.group(1)) : max;
        return Optional.of(new Channels(active, max, msiVectors(nic)));
    }

    /** Of the PCI device below the virtio device; one that has fallen back to a line has no directory of vectors. */
    private Optional<Integer> msiVectors(String nic) {
        String device = NIC_CLASS + "/" + nic + "/device/..";
        return run("ls", device + "/msi_irqs")
                .or(() -> run("ls", device)
                        .filter(entries -> entries.lines().noneMatch("msi_irqs"::equals))
                        .map(unused -> ""))
                .map(text -> (int) text.lines().filter(line -> !line.isBlank()).count());
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
