package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.novamq.tests.TestGuest;

/** An instance's life as a nova-compute leads it, over {@code /v1/instances}, with images from Glance and a real guest. */
class NovaComputeIT {
    private static final Path CACHE = Path.of("/run/novamq/it/nova/cache");
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final Glance GLANCE = new Glance();

    @RegisterExtension
    static final TestHost host = TestHost.named(
            "nova",
            scene -> scene.setting("glance_endpoint", GLANCE.endpoint())
                    .setting("glance_timeout", 30)
                    .setting("image_cache_path", CACHE.toString())
                    .setting("device_detach_timeout", 3)
                    .setting("hotplug_nics", 2));

    private String id = "";

    @BeforeEach
    void choose() {
        id = UUID.randomUUID().toString();
    }

    @Test
    void fromItsFirstBootToItsEnd() {
        ObjectNode body = body();
        expect(put("", body), 202);
        expect(put("", body), 200);
        awaitIdle("ACTIVE");
        expect(put("", body), 200);
        assertThat(LiveDomain.of(id).text("/domain/name")).isEqualTo("instance-0000002a");
        checkImages(body);
        Guest guest = Guest.await(id);
        checkQueues(guest, 4, 2);

        hotPlug(guest);
        hardReboot();
        powerStates();
        rescue();
        hotUnplug();
        look();

        assertThat(host.client().delete(path("")).status()).isEqualTo(202);
        assertThat(host.client().delete(path("")).status()).isIn(202, 204);
        await().atMost(LIMIT).until(() -> host.client().delete(path("")).status() == 204);
        assertThat(host.client().get(path("")).status()).isEqualTo(404);
    }

    /** Each of them once, over the cache. */
    private void checkImages(ObjectNode body) {
        for (JsonNode image : body.path("image")) {
            assertThat(GLANCE.asked(image.path("id").asText())).isEqualTo(1);
        }
        JsonNode disk = body.at("/image/disk");
        assertThat(LiveDomain.of(id).text("//disk/backingStore/source/@file"))
                .isEqualTo(CACHE.resolve(disk.path("id").asText() + "-sha512-"
                                + disk.path("hash_value").asText())
                        .toString());
        assertThat(Footprint.filesBelow(CACHE)).hasSize(1 + body.path("image").size());
    }

    private void hotPlug(Guest guest) {
        JsonNode attached = expect(put("/nics/port-c", nic("c", "br-data", 3)), 200);
        assertThat(attached.at("/provisioned/queues").asInt()).isEqualTo(3);
        assertThat(attached.at("/provisioned/target").asText()).isEqualTo("tapc");
        expect(put("/nics/port-c", nic("c", "br-data", 3)), 200);
        await().atMost(LIMIT)
                .until(() -> guest.run("ls -d /sys/class/net/eth*").lines().count() == 3);
        checkQueues(guest, 4, 2, 3);
    }

    /** The port of the first NIC says something else by now; the others keep what they have. */
    private void hardReboot() {
        ObjectNode reboot = Client.JSON.createObjectNode().put("type", "HARD").put("id", "req-1");
        reboot.putArray("nics").add(nic("a", "br-data", 1)).add(tagged("b")).add(nic("c", "br-data", 3));
        String before = bootId();
        expect(post("/reboot", reboot), 202);
        JsonNode instance = awaitIdle("ACTIVE");
        assertThat(instance.at("/plan/nics").findValuesAsText("granted")).containsExactly("1", "2", "3");
        checkQueues(Guest.await(id), 1, 2, 3);
        assertThat(LiveDomain.of(id).text("/domain/name")).isEqualTo("instance-0000002a");
        String after = bootId();
        assertThat(after).isNotEqualTo(before);

        expect(post("/reboot", reboot), 202);
        awaitIdle("ACTIVE");
        assertThat(bootId()).as("the same reboot is done once").isEqualTo(after);
    }

    private void powerStates() {
        String before = bootId();
        becomes("{\"power_state\": \"paused\"}", "PAUSED", "paused");
        becomes("{\"power_state\": \"running\"}", "ACTIVE", "running");
        becomes("{\"power_state\": \"suspended\"}", "SUSPENDED", "suspended");
        assertThat(Footprint.tapsNow()).isEmpty();
        becomes("{\"power_state\": \"running\"}", "ACTIVE", "running");
        assertThat(bootId()).as("it goes on where it was").isEqualTo(before);
        becomes("{\"power_state\": \"shutdown\", \"timeout\": 10}", "SHUTOFF", "shutdown");
        becomes(
                "{\"power_state\": \"running\", \"nics\": [" + nic("a", "br-data", 4) + ", " + tagged("b") + "]}",
                "ACTIVE",
                "running");
        checkQueues(Guest.await(id), 4, 2);
    }

    /** From another disk, and its own beside it; its NICs know nothing of it. */
    private void rescue() {
        ObjectNode body = Client.JSON.createObjectNode();
        ObjectNode image = body.putObject("image");
        image.set("disk", GLANCE.add(Images.qcow2(file("rescue"), "24M"), "qcow2"));
        image.set("kernel", GLANCE.add(Sandbox.GUEST.resolve("vmlinuz"), "aki"));
        image.set("ramdisk", GLANCE.add(Sandbox.GUEST.resolve("initramfs"), "ari"));
        expect(put("/rescue", body), 202);
        awaitIdle("RESCUE");
        expect(put("/rescue", body), 200);
        Guest rescued = Guest.await(id);
        assertThat(sectors(rescued, "vda")).as("the rescue's disk").isEqualTo(24 << 11);
        assertThat(sectors(rescued, "vdb")).as("its own disk").isEqualTo(1 << 21);
        assertThat(rescued.run("ls /sys/block/vdb/device/../msi_irqs | wc -l").strip())
                .as("vectors of its own disk")
                .isEqualTo("2");
        checkQueues(rescued, 4, 2);

        expect(host.client().delete(path("/rescue")), 202);
        awaitIdle("ACTIVE");
        Guest own = Guest.await(id);
        assertThat(sectors(own, "vda")).isEqualTo(1 << 21);
        assertThat(own.run("ls /sys/block")).doesNotContain("vdb");
        checkQueues(own, 4, 2);
        assertThat(Footprint.filesBelow(host.instances()).toString()).doesNotContain("rescue");
    }

    private static int sectors(Guest guest, String disk) {
        return Integer.parseInt(guest.run("cat /sys/block/" + disk + "/size").strip());
    }

    private void hotUnplug() {
        assertThat(host.client().delete(path("/nics/port-b")).status()).isEqualTo(202);
        JsonNode instance = awaitIdle("ACTIVE");
        assertThat(instance.at("/plan/nics").findValuesAsText("id")).containsExactly("port-a");
        assertThat(host.client().delete(path("/nics/port-b")).status()).isEqualTo(204);
        assertThat(Footprint.tapsNow()).containsExactly("tapa");
    }

    private void look() {
        await().atMost(LIMIT)
                .until(() -> get("/console-output").path("output").asText().contains("novamq-guest: ready"));
        assertThat(get("/console-output?lines=1")
                        .path("output")
                        .asText()
                        .strip()
                        .lines())
                .hasSize(1);
        JsonNode diagnostics = get("/diagnostics");
        assertThat(diagnostics.path("state").asText()).isEqualTo("running");
        assertThat(diagnostics.path("num_disks").asInt()).isEqualTo(1);
        assertThat(diagnostics.at("/disk_details/0/read_requests").asLong()).isPositive();
        assertThat(diagnostics.at("/nic_details/0/mac_address").asText()).isEqualTo("fa:16:3e:00:00:0a");
        assertThat(diagnostics.at("/nic_details/0").has("rx_octets")).isTrue();
        assertThat(diagnostics.path("cpu_details")).hasSize(4);
        assertThat(diagnostics.at("/cpu_details/0/time").asLong()).isPositive();
        assertThat(diagnostics.at("/memory_details/maximum").asInt()).isEqualTo(256);
        assertThat(host.client()
                        .get("/v1/instances")
                        .expect(200)
                        .at("/instances/0/id")
                        .asText())
                .isEqualTo(id);
        JsonNode resources = host.client().get("/v1/host").expect(200).path("resources");
        assertThat(resources.path("vcpus").asInt())
                .isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(resources.path("hypervisor_version").asInt()).isGreaterThan(1_000_000);
    }

    /** Killed in the middle of the download. */
    @Test
    void aServiceThatEndsDuringTheFetchLeavesAnErrorAndNoFile() {
        GLANCE.stall(true);
        ObjectNode body = body();
        expect(put("", body), 202);
        await().atMost(LIMIT).until(() -> Footprint.filesBelow(CACHE).toString().contains(".part"));
        assertThat(get("").path("status").asText()).isEqualTo("BUILD");
        host.service().kill();
        GLANCE.stall(false);
        host.service().start();

        JsonNode instance = awaitIdle("ERROR");
        assertThat(instance.at("/fault/message").asText()).contains("the service was stopped in between");
        await().atMost(LIMIT)
                .until(() -> !Footprint.filesBelow(CACHE).toString().contains(".part"));
        assertThat(put("", body).refusal(409, "conflictingRequest")).contains("stopped in between");
        assertThat(host.client().delete(path("")).status()).isEqualTo(202);
        await().atMost(LIMIT).until(() -> host.client().delete(path("")).status() == 204);
    }

    private ObjectNode body() {
        ObjectNode body = Client.JSON.createObjectNode();
        ObjectNode request = body.putObject("request");
        request.putObject("instance").put("uuid", id).put("name", "of a nova");
        request.putObject("flavor").put("name", "m1").put("vcpus", 4).put("memory_mb", 256);
        request.putObject("image")
                .set(
                        "properties",
                        Client.JSON.valueToTree(Map.of(
                                "kernel_id", "k",
                                "ramdisk_id", "r",
                                "os_command_line", TestGuest.commandLine(Sandbox.GUEST),
                                "os_distro", "debian",
                                "os_version", "12",
                                "hw_qemu_guest_agent", "yes")));
        request.put("virt_type", "qemu");
        request.putArray("nics").add(nic("a", "br-data", 4)).add(tagged("b"));
        body.put("domain", "instance-0000002a").put("root_gb", 1);
        ObjectNode image = body.putObject("image");
        image.set("disk", GLANCE.add(Images.qcow2(file("disk"), "16M"), "qcow2"));
        image.set("kernel", GLANCE.add(Sandbox.GUEST.resolve("vmlinuz"), "aki"));
        image.set("ramdisk", GLANCE.add(Sandbox.GUEST.resolve("initramfs"), "ari"));
        return body;
    }

    private Path file(String name) {
        return CACHE.resolveSibling(id + "-" + name);
    }

    /** By its port's profile, as an administrator asks. */
    private static ObjectNode nic(String letter, String bridge, int queues) {
        ObjectNode nic = vif(letter, bridge);
        ((ObjectNode) nic.get("vif")).putObject("profile").put("queues", String.valueOf(queues));
        return nic;
    }

    /** By its tag, as any user may. */
    private static ObjectNode tagged(String letter) {
        return vif(letter, "br-admin").put("tag", "queues=2");
    }

    private static ObjectNode vif(String letter, String bridge) {
        ObjectNode nic = Client.JSON.createObjectNode();
        nic.putObject("vif")
                .put("id", "port-" + letter)
                .put("address", "fa:16:3e:00:00:0" + letter)
                .put("type", "bridge")
                .put("devname", "tap" + letter)
                .putObject("network")
                .put("id", "net")
                .put("bridge", bridge)
                .put("label", "blue");
        return nic;
    }

    private static void checkQueues(Guest guest, int... combined) {
        for (int i = 0; i < combined.length; i++) {
            assertThat(guest.run("ethtool -l eth" + i + " | grep Combined")).endsWith("\t" + combined[i] + "\n");
        }
    }

    /** Of the guest's kernel: another after every boot. */
    private String bootId() {
        return Guest.await(id).run("cat /proc/sys/kernel/random/boot_id").strip();
    }

    private void becomes(String wish, String status, String powerState) {
        expect(put("/power-state", wish), 202);
        assertThat(awaitIdle(status).path("power_state").asText()).isEqualTo(powerState);
        expect(put("/power-state", wish), 200);
    }

    private JsonNode awaitIdle(String status) {
        JsonNode instance = await().atMost(LIMIT)
                .until(
                        () -> get(""),
                        now -> now.path("task").isNull()
                                && !now.path("status").asText().equals("BUILD"));
        assertThat(instance.path("status").asText()).as(instance.toString()).isEqualTo(status);
        assertThat(List.of("ERROR").contains(status) || instance.path("fault").isNull())
                .as(instance.toString())
                .isTrue();
        return instance;
    }

    private String path(String more) {
        return "/v1/instances/" + id + more;
    }

    private JsonNode get(String more) {
        return host.client().get(path(more)).expect(200);
    }

    private Client.Answer put(String more, Object body) {
        return host.client().put(path(more), body.toString(), Glance.TOKEN);
    }

    private Client.Answer post(String more, Object body) {
        return host.client().post(path(more), body.toString());
    }

    private static JsonNode expect(Client.Answer answer, int status) {
        return answer.expect(status);
    }
}
