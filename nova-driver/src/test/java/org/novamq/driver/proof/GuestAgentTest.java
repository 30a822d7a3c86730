package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.novamq.driver.libvirt.InMemoryHypervisor;
import org.novamq.driver.libvirt.PowerState;

/** Guests whose NICs have other names and MACs than one thinks, and agents that answer too much or too slowly. */
class GuestAgentTest {
    private static final UUID ONE = new UUID(0, 1);
    private static final String MAC = "fa:16:3e:00:00:01";
    private static final String OTHER_MAC = "fa:16:3e:00:00:02";
    private static final int INVENTED = 500;
    private static final String VECTORS = "24\n25\n26\n27\n28\n29\n30\n31\n32\n";
    private static final String VIRTIO = "../../devices/pci0000:00/0000:00:02.0/0000:01:00.0/virtio0/net/";

    private final InMemoryHypervisor hypervisor = new InMemoryHypervisor();
    /** The guest's NICs in its order: name, then MAC. */
    private final Map<String, String> nics = new LinkedHashMap<>();
    /** What its programs write; all others fail. */
    private final Map<String, String> outputs = new HashMap<>();

    private final List<String> programs = new ArrayList<>();

    @TempDir
    private Path root;

    @BeforeEach
    void aGuest() {
        hypervisor.agent(this::answer);
        nics.put("eth0", MAC);
        nic("eth0", 4);
    }

    @Test
    void isAskedOfTheNicsOfThePlanAlone() {
        for (int i = 1; i <= INVENTED; i++) {
            nics.put("eth" + i, "02:00:00:00:%02x:%02x".formatted(i >> 8, i & 0xff));
        }

        assertThat(active(MAC).queues()).contains(4);
        assertThat(programs).containsExactly("ethtool -l eth0", "ls /sys/class/net/eth0/device/../msi_irqs");
    }

    /** A bridge, a VLAN and the like have the MAC of the NIC that they stand on. */
    @Test
    void findsTheNicBelowWhatStandsOnIt() {
        nics.put("br0", MAC);
        nics.put("eth0.100", MAC);
        devices("eth0", "br0", "eth0.100");
        permanent("eth0", MAC);

        assertThat(active(MAC).evidence()).isEqualTo("agent");
        proof().setQueues(instance(MAC), 0, 2);
        assertThat(programs).last().isEqualTo("ethtool -L eth0 combined 2");
    }

    /** Both NICs have the bond's MAC, which is the second's. */
    @Test
    void findsNicsThatHaveTheMacOfTheirBond() {
        nics.put("eth0", OTHER_MAC);
        nics.put("eth1", OTHER_MAC);
        nics.put("bond0", OTHER_MAC);
        nic("eth1", 2);
        devices("eth0", "eth1", "bond0");
        permanent("eth0", MAC);
        permanent("eth1", OTHER_MAC);

        assertThat(active(MAC).queues()).contains(4);
        assertThat(active(OTHER_MAC).queues()).contains(2);
    }

    @Test
    void findsTheNicWhoseMacTheGuestHasChanged() {
        nics.put("eth0", "02:00:00:00:00:01");
        devices("eth0");
        permanent("eth0", MAC);

        assertThat(active(MAC).queues()).contains(4);
    }

    @Test
    void isNotDeceivedByAnotherNicThatHasTheMacOfOneThatIsAbsent() {
        nics.put("eth0", OTHER_MAC);
        devices("eth0");
        permanent("eth0", MAC);

        assertThat(new GuestAgent(hypervisor, ONE).nicNames(Set.of(MAC, OTHER_MAC)))
                .isEqualTo(Map.of(MAC, "eth0"));
    }

    @Test
    void doesWithoutPermanentAddresses() {
        nics.put("br0", MAC);
        devices("br0", "eth0");
        assertThat(active(MAC).queues()).contains(4);

        permanent("eth0", "00:00:00:00:00:00");
        assertThat(active(MAC).queues()).contains(4);
    }

    @Test
    void saysWhenEthtoolTellsNothing() {
        outputs.remove("ethtool -l eth0");

        assertThat(active(MAC).reason()).contains("the guest's ethtool -l tells nothing of it");
        assertThat(active(OTHER_MAC).reason()).contains("the guest has no NIC with this MAC");
    }

    /** Linux makes the directory when the first vector is taken, and never with {@code pci=nomsi}. */
    @Test
    void countsNoVectorsWhereTheDeviceHasFallenBackToALine() {
        outputs.remove("ls /sys/class/net/eth0/device/../msi_irqs");
        outputs.put("ls /sys/class/net/eth0/device/..", "config\nvirtio0\n");
        assertThat(active(MAC).msiVectors()).contains(0);

        outputs.put("ls /sys/class/net/eth0/device/..", "config\nmsi_irqs\nvirtio0\n");
        assertThat(active(MAC).msiVectors()).as("vectors that cannot be read").isEmpty();

        outputs.remove("ls /sys/class/net/eth0/device/..");
        assertThat(active(MAC).msiVectors()).as("a device that cannot be read").isEmpty();
    }

    /** Each answer comes in time; all together would take for ever. */
    @Test
    void isNotWaitedForForEver() {
        GuestAgent agent = new GuestAgent(hypervisor, ONE, Duration.ofMillis(300));
        hypervisor.agent(command ->
                command.contains("guest-exec-status") ? "{\"return\": {\"exited\": false}}" : answer(command));

        assertThatThrownBy(() -> agent.channels("eth0"))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AGENT_UNRESPONSIVE))
                .hasMessageContaining("cannot wait any longer for the guest agent");
    }

    private String answer(String command) {
        ObjectNode asked = Json.parseObject(command);
        return switch (asked.path("execute").asText()) {
            case "guest-network-get-interfaces" -> interfaces();
            case "guest-exec" -> {
                List<String> words = new ArrayList<>();
                words.add(asked.at("/arguments/path").asText());
                asked.at("/arguments/arg").forEach(word -> words.add(word.asText()));
                programs.add(String.join(" ", words));
                yield "{\"return\": {\"pid\": " + programs.size() + "}}";
            }
            default -> ended(programs.get(asked.at("/arguments/pid").asInt() - 1));
        };
    }

    private String ended(String program) {
        String output = outputs.get(program);
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ObjectNode status = answer.putObject("return").put("exited", true).put("exitcode", output == null ? 1 : 0);
        if (output != null) {
            status.put("out-data", Base64.getEncoder().encodeToString(output.getBytes(StandardCharsets.UTF_8)));
        }
        return Json.line(answer);
    }

    private String interfaces() {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode list = answer.putArray("return");
        nics.forEach((name, mac) -> list.addObject().put("name", name).put("hardware-address", mac));
        return Json.line(answer);
    }

    private void nic(String name, int queues) {
        String combined = "Combined:\t" + queues + "\n";
        outputs.put("ethtool -l " + name, "Maximums:\n" + combined + "Current hardware settings:\n" + combined);
        outputs.put("ethtool -L " + name + " combined 2", "");
        outputs.put("ls /sys/class/net/" + name + "/device/../msi_irqs", VECTORS);
    }

    /** What {@code eth0.100} and the like stand on is called {@code ethN}. */
    private void devices(String... names) {
        StringBuilder links = new StringBuilder("total 0\n");
        for (String name : names) {
            String target = name.matches("eth[0-9]") ? VIRTIO : "../../devices/virtual/net/";
            links.append("lrwxrwxrwx    1 0        0                0 Nov 21 19:33 %s -> %s%s%n"
                    .formatted(name, target, name));
        }
        outputs.put("ls -l /sys/class/net", links.toString());
    }

    private void permanent(String name, String mac) {
        outputs.put("ethtool -P " + name, "Permanent address: " + mac + "\n");
    }

    private QueueReport.Active active(String mac) {
        return proof().of(instance(mac)).nics().get(0).active().orElseThrow();
    }

    private QueueProof proof() {
        return new QueueProof(hypervisor, new NetDevices(root), new Uptimes(Clock.systemUTC()));
    }

    private static Instance instance(String mac) {
        Blueprint blueprint = new Blueprint(
                "i",
                "f",
                new BootSource(Optional.empty(), Optional.empty(), Optional.empty()),
                0,
                0,
                false,
                Json.parseObject("{\"nics\": [{\"vif\": {\"id\": \"p\", \"address\": \"" + mac + "\"}}]}"),
                Json.parseObject("{\"nics\": [{\"id\": \"p\", \"granted\": 4}]}"),
                1);
        LiveInterface live =
                new LiveInterface("bridge", mac, Optional.empty(), true, Optional.of("qemu"), 4, Optional.empty());
        return new Instance(
                ONE,
                "instance-" + ONE,
                PowerState.RUNNING,
                false,
                InstanceRecord.claimed("one", "2026-01-02T03:04:05Z", Map.of(), blueprint)
                        .done(),
                List.of(live),
                List.of());
    }
}
