package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Guests whose driver does not negotiate multiqueue, and NICs with one queue: packets pass, and the reason says why. */
class TrafficIT {
    private static final Duration BOOT = Duration.ofMinutes(2);
    private static final Duration BOOT_TIME = Duration.ofSeconds(60);
    private static final int REPLY_MILLIS = 500;

    /** Addresses for documentation (RFC 5737): the host's and the guests', on each bridge. */
    private static final String DATA_HOST = "192.0.2.1";

    private static final String DATA_IPXE = "192.0.2.2";
    private static final String DATA_LINUX = "192.0.2.3";
    private static final String ADMIN_HOST = "198.51.100.1";
    private static final String ADMIN_LINUX = "198.51.100.3";

    @RegisterExtension
    static final TestHost host = TestHost.named("traffic", TrafficIT::scene);

    private final Servers servers = host.servers();

    /** iPXE as a kernel, and a script for it in the place of a ramdisk. */
    static void scene(Scene scene) {
        Path script = scene.images().resolve("script.ipxe");
        try {
            Files.writeString(script, """
                    #!ipxe
                    set net0/ip %s
                    set net0/netmask 255.255.255.0
                    ifopen net0
                    :wait
                    sleep 1
                    goto wait
                    """.formatted(DATA_IPXE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scene.image("ipxe-kernel", Sandbox.GUEST.resolve("ipxe.lkrn"), "aki")
                .image("ipxe-script", script, "ari")
                .image("ipxe", "kernel_id", "ipxe-kernel", "ramdisk_id", "ipxe-script");
    }

    @BeforeAll
    static void anAddressOnEachBridge() {
        Program.run("ip", "address", "add", DATA_HOST + "/24", "dev", "br-data").sound();
        Program.run("ip", "address", "add", ADMIN_HOST + "/24", "dev", "br-admin")
                .sound();
    }

    @AfterAll
    static void noAddresses() {
        Program.run("ip", "address", "del", DATA_HOST + "/24", "dev", "br-data").sound();
        Program.run("ip", "address", "del", ADMIN_HOST + "/24", "dev", "br-admin")
                .sound();
    }

    /** iPXE's virtio driver knows one queue and has no agent: the tap is all there is to see. */
    @Test
    void aDriverWithoutMultiqueueHasTrafficOnANicWithFourQueues() {
        String id = servers.boot(
                new ServerBody("ipxe").image("ipxe").flavor("guest4").nic("data", 4));
        servers.awaitActive(id);
        awaitReply(DATA_IPXE);

        JsonNode nic = servers.queues(id).at("/nics/0");
        assertThat(nic.at("/provisioned/queues").asInt()).isEqualTo(4);
        assertThat(nic.at("/active/queues").asInt()).isEqualTo(1);
        assertThat(nic.at("/active/evidence").asText()).isEqualTo("tap");
        assertThat(nic.path("verdict").asText()).isIn("UNKNOWN", "NOT_ENABLED");
        assertThat(nic.path("reason").asText()).startsWith("1 of 4 queues is in use, by the host's view of the tap");
        if (Boolean.getBoolean("novamq.full")) {
            await().atMost(BOOT_TIME.plusSeconds(30))
                    .until(() -> servers.queues(id).at("/nics/0/verdict").asText(), "NOT_ENABLED"::equals);
            assertThat(servers.queues(id).at("/nics/0/reason").asText())
                    .endsWith(
                            "the guest's driver may be one without multiqueue, or the guest has not enabled its queues");
        }
        assertThat(replies(DATA_IPXE)).isTrue();
        servers.delete(id);
    }

    /** Linux with a device that does not offer multiqueue, beside a NIC with one queue; the agent tells both. */
    @Test
    void aLinuxWithoutMultiqueueSaysSoAndHasTraffic() {
        String id = servers.boot(new ServerBody("plain")
                .image("demo")
                .flavor("guest4")
                .nic("data", 4)
                .nic("admin", 1));
        servers.awaitActive(id);
        withoutMultiqueue(id);
        Guest guest = Guest.await(id);
        guest.run("ip address add " + DATA_LINUX + "/24 dev eth0; ip address add " + ADMIN_LINUX + "/24 dev eth1");
        awaitReply(DATA_LINUX);
        awaitReply(ADMIN_LINUX);

        JsonNode queues = servers.queues(id);
        assertThat(queues.findValuesAsText("evidence")).containsExactly("agent", "agent");
        assertThat(queues.at("/nics/0/provisioned/queues").asInt()).isEqualTo(4);
        assertThat(queues.at("/nics/0/active/msi_vectors").asInt()).isEqualTo(3);
        assertThat(queues.at("/nics/0/verdict").asText()).isEqualTo("NOT_ENABLED");
        assertThat(queues.at("/nics/0/reason").asText())
                .isEqualTo(
                        "1 of 4 queues is in use: the guest's driver did not negotiate multiqueue (VIRTIO_NET_F_MQ), by its"
                                + " virtio features; activate cannot change that");
        assertThat(queues.at("/nics/1/verdict").asText()).isEqualTo("OK");
        assertThat(queues.at("/nics/1/reason").asText())
                .isEqualTo(
                        "the NIC has one queue, and it is in use, by ethtool -l in the guest; the device has 3 interrupt"
                                + " vectors in the guest");
        JsonNode activated = host.client()
                .post("/v1/instances/" + id + "/queues/activate", "")
                .expect(200);
        assertThat(activated.at("/nics/0/verdict").asText()).isEqualTo("NOT_ENABLED");

        // by the tap alone, a NIC with one queue is seen by what the guest has sent through it
        guest.run("(sleep 1; kill $(cat /run/qemu-ga.pid)) > /dev/null 2>&1 &");
        await().atMost(BOOT_TIME)
                .until(() -> servers.queues(id).at("/nics/1/active/evidence").asText(), "tap"::equals);
        assertThat(servers.queues(id).at("/nics/1/verdict").asText()).isEqualTo("OK");
        assertThat(servers.queues(id).at("/nics/1/reason").asText())
                .startsWith("the NIC has one queue, and it is in use, by the host's view of the tap; the plan takes ");
        servers.delete(id);
    }

    /** Starts the domain again with a first NIC that does not offer VIRTIO_NET_F_MQ. */
    private static void withoutMultiqueue(String id) {
        String xml = Sandbox.virsh("dumpxml", "--inactive", id).sound();
        String override = """
                <qemu:override><qemu:device alias='net0'><qemu:frontend>\
                <qemu:property name='mq' type='bool' value='false'/>\
                </qemu:frontend></qemu:device></qemu:override></domain>""";
        try {
            Path file = Files.createTempFile("without-multiqueue", ".xml");
            Files.writeString(
                    file,
                    xml.replaceFirst("<domain ", "<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0' ")
                            .replace("</domain>", override));
            Sandbox.virsh("destroy", id).sound();
            Sandbox.virsh("define", file.toString()).sound();
            Sandbox.virsh("start", id).sound();
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitReply(String address) {
        await("a reply from " + address).atMost(BOOT).until(() -> replies(address));
    }

    /** By ICMP: only root may, who runs these tests. */
    private static boolean replies(String address) {
        try {
            return InetAddress.getByName(address).isReachable(REPLY_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
