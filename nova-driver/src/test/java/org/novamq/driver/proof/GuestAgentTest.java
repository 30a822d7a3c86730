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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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

/** Guests whose agents answer more than they were asked, or more slowly than anybody waits. */
class GuestAgentTest {
    private static final UUID ONE = new UUID(0, 1);
    private static final String MAC = "fa:16:3e:00:00:01";
    private static final int INVENTED = 500;
    private static final String ETHTOOL = "Maximums:\nCombined:\t4\nCurrent hardware settings:\nCombined:\t4\n";

    private final InMemoryHypervisor hypervisor = new InMemoryHypervisor();
    private final List<String> programs = new ArrayList<>();

    @Test
    void isAskedOfTheNicsOfThePlanAlone(@TempDir Path root) {
        hypervisor.agent(this::answer);
        QueueProof proof = new QueueProof(hypervisor, new NetDevices(root), new Uptimes(Clock.systemUTC()));

        QueueReport report = proof.of(instance());

        assertThat(report.nics().get(0).active().orElseThrow().queues()).contains(4);
        assertThat(programs).containsExactly("ethtool eth0", "ls eth0");
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
            case "guest-network-get-interfaces" -> nics();
            case "guest-exec" -> {
                String nic = asked.at("/arguments/arg").toString().replaceAll(".*?(eth[0-9]+).*", "$1");
                programs.add(asked.at("/arguments/path").asText() + " " + nic);
                yield "{\"return\": {\"pid\": 1}}";
            }
            default ->
                "{\"return\": {\"exited\": true, \"exitcode\": 0, \"out-data\": \""
                        + Base64.getEncoder().encodeToString(ETHTOOL.getBytes(StandardCharsets.UTF_8)) + "\"}}";
        };
    }

    private static String nics() {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode nics = answer.putArray("return");
        nics.addObject().put("name", "eth0").put("hardware-address", MAC);
        for (int i = 1; i <= INVENTED; i++) {
            nics.addObject()
                    .put("name", "eth" + i)
                    .put("hardware-address", "02:00:00:00:%02x:%02x".formatted(i >> 8, i & 0xff));
        }
        return Json.line(answer);
    }

    private static Instance instance() {
        Blueprint blueprint = new Blueprint(
                "i",
                "f",
                new BootSource(Optional.empty(), Optional.empty(), Optional.empty()),
                0,
                0,
                false,
                Json.parseObject("{\"nics\": [{\"vif\": {\"id\": \"p\", \"address\": \"" + MAC + "\"}}]}"),
                Json.parseObject("{\"nics\": [{\"id\": \"p\", \"granted\": 4}]}"),
                1);
        LiveInterface live =
                new LiveInterface("bridge", MAC, Optional.empty(), true, Optional.of("qemu"), 4, Optional.empty());
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
