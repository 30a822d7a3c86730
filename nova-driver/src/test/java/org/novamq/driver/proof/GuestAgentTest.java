package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.novamq.driver.libvirt.InMemoryHypervisor;
import org.novamq.driver.libvirt.PowerState;

/** Guests whose NICs have other names and MACs than expected, and agents that answer too much, too little or too slowly. */
class GuestAgentTest {
    private static final UUID ONE = new UUID(0, 1);
    private static final String MAC = "fa:16:3e:00:00:01";
    private static final String OTHER_MAC = "fa:16:3e:00:00:02";
    private static final String TAP = "tap1";
    private static final int MANY = 4_000;

    private final InMemoryHypervisor hypervisor = new InMemoryHypervisor();

    /** Output of the script. */
    private final StringBuilder look = new StringBuilder();

    private int exitCode;

    /** Programs that were started, with their arguments. */
    private final List<String> programs = new ArrayList<>();

    @TempDir
    private Path root;

    @BeforeEach
    void aGuest() {
        hypervisor.agent(this::answer);
    }

    @Test
    void asksForAllNicsInOneRound() {
        for (int i = 1; i <= 100; i++) {
            nic("eth" + i, "02:00:00:00:00:%02x".formatted(i), "", 4, 4);
        }
        nic("eth0", MAC, MAC, 4, 4);

        assertThat(nic(MAC).active().orElseThrow().queues()).contains(4);
        assertThat(programs).containsExactly("/bin/sh -c " + GuestScript.TEXT);
    }

    @Test
    void findsTheNicWhoseMacTheGuestHasChanged() {
        nic("eth0", "02:00:00:00:00:01", MAC, 4, 2);

        assertThat(nic(MAC).verdict()).contains(Verdict.FEWER_ACTIVE);
        proof().setQueues(instance(MAC), 0, 3);
        assertThat(programs).last().isEqualTo("ethtool -L eth0 combined 3");
    }

    /** Both NICs have the bond's MAC, which is the second's. */
    @Test
    void findsNicsThatHaveTheMacOfTheirBond() {
        nic("eth0", OTHER_MAC, MAC, 4, 4);
        nic("eth1", OTHER_MAC, OTHER_MAC, 4, 2);

        assertThat(nic(MAC).active().orElseThrow().queues()).contains(4);
        assertThat(nic(OTHER_MAC).active().orElseThrow().queues()).contains(2);
    }

    @Test
    void isNotDeceivedByAnotherNicThatHasTheMacOfOneThatIsAbsent() {
        nic("eth0", OTHER_MAC, MAC, 4, 4);

        assertThat(nic(OTHER_MAC).verdict()).contains(Verdict.NIC_ABSENT);
    }

    @Test
    void cannotTellTwoNicsWithOneMacApart() {
        nic("eth0", MAC, "", 4, 4);
        nic("eth1", MAC, "", 4, 4);

        assertThat(nic(MAC).reason()).contains("the guest shows 2 NICs with this MAC");
        assertThatThrownBy(() -> proof().setQueues(instance(MAC), 0, 2))
                .isInstanceOf(InstanceException.class)
                .hasMessageEndingWith("cannot find NIC " + MAC + " in the guest of instance " + ONE
                        + ": the guest shows 2 NICs with this MAC");
    }

    /** The list is cut: a NIC that is not in it may be there. */
    @Test
    void aNicThatIsNotInACutListIsNotAbsent() {
        for (int i = 0; i < MANY; i++) {
            nic("eth" + i, "02:00:00:00:%02x:%02x".formatted(i >> 8, i & 0xff), "", 4, 4);
        }
        nic("ethx", MAC, MAC, 4, 4);

        assertThat(nic(MAC).verdict()).contains(Verdict.UNKNOWN);
        assertThat(nic(MAC).reason()).contains("the guest has more NICs than it shows");
    }

    @Test
    void anAnswerThatIsTooLongLosesItsEnd() {
        nic("eth0", MAC, MAC, 4, 4);
        look.append("x\n".repeat(GuestAgent.MAX_OUTPUT));
        nic("eth1", OTHER_MAC, OTHER_MAC, 4, 4);

        assertThat(nic(MAC).verdict()).contains(Verdict.OK);
        assertThat(nic(OTHER_MAC).verdict()).contains(Verdict.UNKNOWN);
    }

    /** The tap says how many are in use, the guest how many vectors there are. */
    @Test
    void doesWithoutEthtool() throws IOException {
        tap(4, 1);
        look.append("ethtool none\nnic eth0\naddress ").append(MAC).append("\ndriver virtio_net\nvectors 9\ndone\n");

        QueueReport.Nic nic = nic(MAC);

        assertThat(nic.verdict()).contains(Verdict.OK);
        assertThat(nic.reason())
                .isEqualTo(
                        "4 of 4 queues are in use, by the host's view of the tap; the device has 9 interrupt vectors in the"
                                + " guest");
        assertThat(nic.active().orElseThrow())
                .isEqualTo(new QueueReport.Active(
                        Optional.of(4),
                        "tap",
                        Optional.empty(),
                        Optional.of(9),
                        Optional.of("the guest has no ethtool")));
    }

    /** A guest whose shell finds no sysfs is no worse than one without an agent. */
    @Test
    void aGuestThatIsNoLinuxIsJudgedByItsTap() throws IOException {
        tap(4, 1);
        exitCode = 2;

        assertThat(nic(MAC).verdict()).contains(Verdict.OK);
        assertThat(nic(MAC).active().orElseThrow().reason().orElseThrow())
                .isEqualTo("cannot list the NICs of the guest " + ONE
                        + " in its /sys/class/net: its /bin/sh ended with 2");
    }

    @Test
    void activatesThoseNicsThatCanDoMore() {
        nic("eth0", MAC, MAC, 4, 1);
        proof().activate(instance(MAC));
        assertThat(programs).last().isEqualTo("ethtool -L eth0 combined 4");

        programs.clear();
        look.setLength(0);
        nic("eth0", MAC, MAC, 1, 1);
        proof().activate(instance(MAC));
        assertThat(programs).as("a driver without multiqueue").hasSize(1);
    }

    @Test
    void saysWhyEthtoolRefuses() {
        nic("eth0", MAC, MAC, 4, 4);
        exitCode = 75;
        assertThatThrownBy(() -> new GuestAgent(hypervisor, ONE).setChannels("eth0", 2))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FAILED))
                .hasMessage("cannot give eth0 of the guest " + ONE
                        + " 2 queues: its ethtool -L ended with 75 ('netlink error: Invalid argument')");
    }

    /** Each answer comes in time; all together would take for ever. */
    @Test
    void isNotWaitedForForEver() {
        GuestAgent agent = new GuestAgent(hypervisor, ONE, Duration.ofMillis(300));
        hypervisor.agent(command ->
                command.contains("guest-exec-status") ? "{\"return\": {\"exited\": false}}" : answer(command));

        assertThatThrownBy(agent::look)
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.AGENT_UNRESPONSIVE))
                .hasMessageContaining("cannot wait any longer for the guest agent");
    }

    @Test
    void anAnswerThatIsNoBase64IsNoAnswer() {
        hypervisor.agent(command -> command.contains("guest-exec-status")
                ? "{\"return\": {\"exited\": true, \"exitcode\": 0, \"out-data\": \"!!!!\"}}"
                : answer(command));

        assertThat(nic(MAC).verdict()).contains(Verdict.UNKNOWN);
        assertThat(nic(MAC).active().orElseThrow().reason().orElseThrow())
                .startsWith("cannot read the guest agent's answer to guest-exec-status");
    }

    private String answer(String command) {
        ObjectNode asked = Json.parseObject(command);
        if (asked.path("execute").asText().equals("guest-exec")) {
            List<String> words = new ArrayList<>();
            words.add(asked.at("/arguments/path").asText());
            asked.at("/arguments/arg").forEach(word -> words.add(word.asText()));
            programs.add(String.join(" ", words));
            return "{\"return\": {\"pid\": " + programs.size() + "}}";
        }
        ObjectNode answer = Json.MAPPER.createObjectNode();
        answer.putObject("return")
                .put("exited", true)
                .put("exitcode", exitCode)
                .put("out-data", base64(look + "end\n"))
                .put("err-data", base64("netlink error: Invalid argument\n"));
        return Json.line(answer);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A virtio NIC with all the vectors that it needs. */
    private void nic(String name, String mac, String permanent, int max, int active) {
        look.append("nic " + name + "\naddress " + mac + "\ndriver virtio_net\nvectors 9\n");
        look.append(permanent.isEmpty() ? "" : "Permanent address: " + permanent + "\n");
        look.append("Channel parameters for " + name + ":\nCombined:\t" + max + "\nCombined:\t" + active + "\ndone\n");
    }

    private void tap(int queues, int packets) throws IOException {
        Path tap = root.resolve("sys/class/net").resolve(TAP);
        for (int i = 0; i < queues; i++) {
            Files.createDirectories(tap.resolve("queues/rx-" + i));
        }
        Files.createDirectories(tap.resolve("statistics"));
        Files.writeString(tap.resolve("statistics/rx_packets"), packets + "\n");
    }

    private QueueReport.Nic nic(String mac) {
        return proof().of(instance(mac)).nics().get(0);
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
                Json.parseObject("{\"image\": {\"properties\": {\"os_distro\": \"debian\", \"os_version\": \"12\"}},"
                        + " \"nics\": [{\"vif\": {\"id\": \"p\", \"address\": \"" + mac + "\"}}]}"),
                Json.parseObject("{\"nics\": [{\"id\": \"p\", \"granted\": 4}],"
                        + " \"vectors\": {\"budget\": 796, \"used\": 28, \"origin\": \"o\"}}"),
                1);
        LiveInterface live =
                new LiveInterface("bridge", mac, Optional.of(TAP), true, Optional.of("qemu"), 4, Optional.empty());
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
