package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.novamq.tests.TestGuest;

/** Guests that are made to show each verdict. */
class ProofIT {
    private static final int MANY_NICS = 12;
    private static final int FULL_NICS = 50;
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration BOOT_TIME = Duration.ofSeconds(60);

    /** A silent agent is asked once, with GuestAgent's TIMEOUT of 5 s; libvirt's answer is awaited 10 s longer. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    @RegisterExtension
    static final TestHost host = TestHost.named("proof", ProofIT::scene);

    private final Servers servers = host.servers();

    static void scene(Scene scene) {
        scene.flavor("guest8", 8, 320, 0)
                .image("one-cpu", and(told("maxcpus=1"), "hw_msi_vector_budget", "1600"))
                .image("without-msi", told("pci=nomsi"))
                .image("pc", with("hw_machine_type", "pc"))
                .image("tight", with("hw_msi_vector_budget", "30"))
                .image(
                        "unstated",
                        "kernel_id",
                        "kernel",
                        "ramdisk_id",
                        "ramdisk",
                        "os_command_line",
                        TestGuest.commandLine(Sandbox.GUEST));
    }

    /** The test guest, with a word more for its kernel. */
    private static String[] told(String word) {
        return Stream.of(Scene.guestProperties())
                .map(text -> text.replace("quiet", "quiet " + word))
                .toArray(String[]::new);
    }

    /** The test guest, with a property more. */
    private static String[] with(String key, String value) {
        return and(Scene.guestProperties(), key, value);
    }

    private static String[] and(String[] properties, String key, String value) {
        return Stream.concat(Stream.of(properties), Stream.of(key, value)).toArray(String[]::new);
    }

    @Test
    void whatTheGuestDoesWithItsQueues() {
        String id = boot("demo", 4);
        Guest guest = Guest.await(id);
        assertThat(verdicts(id)).containsExactly("OK", "OK");
        JsonNode nic = servers.queues(id).at("/nics/0");
        assertThat(nic.path("reason").asText())
                .isEqualTo(
                        "4 of 4 queues are in use, by ethtool -l in the guest; the device has 9 interrupt vectors in the"
                                + " guest");

        guest.run("ethtool -L eth0 combined 2");
        assertThat(verdicts(id)).containsExactly("FEWER_ACTIVE", "OK");
        guest.run("ethtool -L eth0 combined 1");
        assertThat(verdicts(id)).containsExactly("NOT_ENABLED", "OK");
        Program.Result table = host.novamq("queues", id);
        assertThat(table.sound()).contains("NOT_ENABLED").contains("1 of 4 queues is in use");

        JsonNode activated = host.client()
                .post("/v1/instances/" + id + "/queues/activate", "")
                .expect(200);
        assertThat(activated.path("verdict").asText()).isEqualTo("OK");
        assertThat(guest.run("ethtool -l eth0 | grep Combined")).containsPattern("4\\s+Combined:\\s+4");

        // as a bond does
        guest.run("ip link set eth0 address $(cat /sys/class/net/eth1/address)");
        assertThat(evidence(id)).isEqualTo("agent");
        assertThat(verdicts(id)).containsExactly("OK", "OK");

        guest.run("echo 1 > /sys/class/net/eth1/device/../remove");
        assertThat(verdicts(id)).containsExactly("OK", "NIC_ABSENT");
        assertThat(servers.queues(id).path("verdict").asText()).isEqualTo("NIC_ABSENT");
        servers.delete(id);
    }

    /** The image's number of vectors is for eight CPUs; the guest brings one of them up, and has an eighth of the vectors. */
    @Test
    void aGuestThatRunsOutOfVectorsSharesThem() {
        ServerBody body = new ServerBody("crowded").image("one-cpu").flavor("guest8");
        for (int i = 0; i < MANY_NICS; i++) {
            body.nic("data", 8);
        }
        String id = servers.boot(body);
        servers.awaitActive(id);
        Guest.await(id);
        List<String> verdicts = verdicts(id);
        assertThat(verdicts).contains("SHARED_VECTORS");
        assertThat(servers.queues(id).path("verdict").asText()).isEqualTo("SHARED_VECTORS");
        servers.delete(id);
    }

    /** A full guest: asking for each NIC by itself took longer than the 30 s that a guest has. */
    @Test
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
    void aGuestWithManyNicsIsAskedInOneRound() {
        ServerBody body = new ServerBody("full").image("pc").flavor("guest1");
        for (int i = 0; i < FULL_NICS; i++) {
            body.nic("data", 1);
        }
        String id = servers.boot(body);
        servers.awaitActive(id);
        Guest.await(id);
        long asked = System.nanoTime();
        JsonNode queues = servers.queues(id);
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(LIMIT);
        assertThat(queues.findValuesAsText("evidence")).hasSize(FULL_NICS).containsOnly("agent");
        assertThat(queues.path("verdict").asText()).isEqualTo("OK");
        servers.delete(id);
    }

    /** The host sees all queues in use; nobody sees whether the few vectors that are left were enough. */
    @Test
    void withoutAnAgentAPlanNearItsBudgetIsNotBelieved() {
        String id = boot("tight", 4);
        Guest guest = Guest.await(id);
        assertThat(verdicts(id)).containsExactly("OK", "OK");
        guest.run("(sleep 1; kill $(cat /run/qemu-ga.pid)) > /dev/null 2>&1 &");
        await().atMost(LIMIT).until(() -> evidence(id), "tap"::equals);
        assertThat(verdicts(id)).containsExactly("UNKNOWN", "UNKNOWN");
        assertThat(servers.queues(id).at("/nics/0/reason").asText())
                .contains("by the host's view of the tap; whether they share vectors cannot be told: the plan takes ")
                .contains(" of 30 vectors");
        servers.delete(id);
    }

    /** By the host's view of the taps; one guest's agent is gone, the other's is there and never answers. */
    @Test
    void withoutAnAgentTheImageMustSayWhichGuestItIs() {
        String stated = servers.boot(new ServerBody("silent")
                .image("demo")
                .flavor("guest4")
                .nic("data", 4)
                .nic("data", 4)
                .nic("data", 4));
        String unstated = boot("unstated", 4);
        servers.awaitActive(stated);
        // from processes that outlive the agent's answer
        Guest.await(stated)
                .run("ethtool -L eth1 combined 2; ethtool -L eth2 combined 1;"
                        + " (sleep 1; kill -STOP $(cat /run/qemu-ga.pid)) > /dev/null 2>&1 &");
        Guest.await(unstated).run("(sleep 1; kill $(cat /run/qemu-ga.pid)) > /dev/null 2>&1 &");
        await().atMost(LIMIT)
                .until(() ->
                        evidence(stated).equals("tap") && evidence(unstated).equals("tap"));
        assertThat(verdicts(unstated)).containsExactly("UNKNOWN", "UNKNOWN");
        assertThat(servers.queues(unstated).at("/nics/0/reason").asText())
                .contains("the image does not say which guest it is");

        long asked = System.nanoTime();
        String reason = servers.queues(stated).at("/nics/0/active/reason").asText();
        assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(SILENCE);
        assertThat(reason).contains("Guest agent is not responding");
        assertThat(verdicts(stated)).startsWith("OK", "FEWER_ACTIVE");
        if (Boolean.getBoolean("novamq.full")) {
            // one queue may mean a guest that boots, in its first minute
            await().atMost(BOOT_TIME.plus(LIMIT))
                    .until(() -> verdicts(stated), List.of("OK", "FEWER_ACTIVE", "NOT_ENABLED")::equals);
        }
        assertThat(host.client()
                        .post("/v1/instances/" + stated + "/queues/activate", "")
                        .refusal(409, "conflictingRequest"))
                .contains("agent");
        servers.delete(stated);
        servers.delete(unstated);
    }

    @Test
    void aGuestWithoutMsiSharesALineAndIsUnknownWhereItForbidsToBeAsked() {
        String id = boot("without-msi", 4);
        Guest guest = Guest.await(id);
        assertThat(verdicts(id)).containsExactly("SHARED_VECTORS", "SHARED_VECTORS");
        assertThat(servers.queues(id).at("/nics/0/reason").asText()).startsWith("the device has 0 interrupt vectors");

        guest.run("(sleep 1; old=$(cat /run/qemu-ga.pid); kill $old;"
                // while the old one has the port, the new one ends at once; and PID 1 may leave it a zombie
                + " while [ -d /proc/$old ] && ! grep zombie /proc/$old/status; do sleep 0.2; done;"
                + " qemu-ga --daemonize --method=virtio-serial"
                + " --path=/dev/virtio-ports/org.qemu.guest_agent.0 --statedir=/run --blacklist=guest-exec)"
                + " > /dev/null 2>&1 &");
        await().atMost(LIMIT)
                .until(() -> servers.queues(id).at("/nics/0/reason").asText().contains("guest-exec"));
        assertThat(verdicts(id)).containsExactly("UNKNOWN", "UNKNOWN");
        servers.delete(id);
    }

    /** On the machine whose CD-ROM the test guest's kernel has a driver for. */
    @Test
    void theConfigDriveTellsTheGuestOfItsQueues() {
        String id = servers.boot(new ServerBody("told")
                .image("pc")
                .flavor("guest4")
                .configDrive()
                .nic("data", 4)
                .nic("admin", 1));
        servers.awaitActive(id);
        Guest guest = Guest.await(id);
        guest.run("modprobe -a sr_mod isofs; mkdir -p /tmp/config; mount -t iso9660 /dev/sr0 /tmp/config");
        assertThat(guest.run("cat /tmp/config/openstack/latest/meta_data.json")).contains(id, "told");
        String mac = LiveDomain.of(id).text("//interface[1]/mac/@address");
        String vendor = guest.run("cat /tmp/config/openstack/latest/vendor_data.json");
        assertThat(new Client.Answer(0, vendor).json().path("cloud-init").asText())
                .startsWith("#cloud-config\n")
                .contains(mac, "ethtool -L $name combined 4");
        assertThat(host.novamq("queues", "snippet", id).sound()).contains("ethtool -L $name combined 4");
        assertThat(verdicts(id)).containsExactly("OK", "OK");
        servers.act(id, "{\"reboot\": {\"type\": \"HARD\"}}", "ACTIVE");
        servers.delete(id);
    }

    private String boot(String image, int queues) {
        String id = servers.boot(new ServerBody("proven")
                .image(image)
                .flavor("guest4")
                .nic("data", queues)
                .nic("admin", 1));
        servers.awaitActive(id);
        return id;
    }

    private List<String> verdicts(String id) {
        return servers.queues(id).path("nics").findValuesAsText("verdict");
    }

    private String evidence(String id) {
        return servers.queues(id).at("/nics/0/active/evidence").asText();
    }
}
