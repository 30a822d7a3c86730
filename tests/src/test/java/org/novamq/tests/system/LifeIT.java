package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is done to instances that live, with a real guest that answers the power button and lets go of NICs. */
class LifeIT {
    @RegisterExtension
    static final TestHost host = TestHost.named("life", LifeIT::scene);

    private final Servers servers = host.servers();

    static void scene(Scene scene) {
        scene.setting("shutdown_timeout", 8)
                .setting("wait_soft_reboot_seconds", 20)
                .setting("device_detach_timeout", 3)
                .setting("device_detach_attempts", 3)
                .setting("hotplug_nics", 2)
                .flavor("guest2", 2, 256, 0)
                .flavor("disk1", 1, 64, 1)
                .flavor("disk2", 2, 64, 2);
    }

    @Test
    void poweredOffAndOnAgainItKeepsItsPlan() {
        String id = bootGuest(4, 2);
        Guest.await(id);
        String plan = planned(id);
        servers.act(id, "{\"os-stop\": null}", "SHUTOFF");
        assertThat(host.client()
                        .post(Servers.path(id) + "/action", "{\"os-stop\": null}")
                        .refusal(409, "conflictingRequest"))
                .isEqualTo("Cannot 'stop' instance " + id + " while it is in vm_state stopped");
        servers.act(id, "{\"os-start\": null}", "ACTIVE");
        assertThat(planned(id)).isEqualTo(plan);
        assertThat(Guest.await(id).run("ls -d /sys/class/net/eth*").lines()).hasSize(2);
        servers.delete(id);
    }

    @Test
    void softRebootLeavesTheDefinitionAndHardRebootMakesItAnew() {
        String id = bootGuest(2, 1);
        String before = bootId(id);
        String addresses = String.join(" ", LiveDomain.of(id).texts("//interface/address/@bus"));
        servers.act(id, "{\"reboot\": {\"type\": \"SOFT\"}}", "ACTIVE");
        assertThat(bootId(id)).isNotEqualTo(before);
        assertThat(String.join(" ", LiveDomain.of(id).texts("//interface/address/@bus")))
                .isEqualTo(addresses);

        String second = bootId(id);
        servers.act(id, "{\"reboot\": {\"type\": \"HARD\"}}", "ACTIVE");
        assertThat(bootId(id)).isNotEqualTo(second);
        assertThat(servers.granted(id)).containsExactly(2, 1);
        servers.delete(id);
    }

    @Test
    void pausedAndSuspendedItGoesOnWhereItWas() {
        String id = bootGuest(4, 1);
        String before = bootId(id);
        servers.act(id, "{\"pause\": null}", "PAUSED");
        servers.act(id, "{\"unpause\": null}", "ACTIVE");
        servers.act(id, "{\"suspend\": null}", "SUSPENDED");
        assertThat(Footprint.tapsNow()).isEmpty();
        servers.act(id, "{\"resume\": null}", "ACTIVE");
        assertThat(bootId(id)).isEqualTo(before);
        assertThat(servers.granted(id)).containsExactly(4, 1);
        servers.delete(id);
    }

    @Test
    void nicsComeAndGoInWhatTheOthersLeave() {
        String id = bootGuest(4, 1);
        Guest guest = Guest.await(id);
        String nic = servers.attach(id, "admin", 3);
        assertThat(servers.granted(id)).containsExactly(4, 1, 3);
        assertThat(LiveDomain.of(id).texts("//interface/driver/@queues")).containsExactly("4", "3");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> guest.run("ls -d /sys/class/net/eth*").lines().count() == 3);
        assertThat(guest.run("ethtool -l eth2 | grep Combined")).containsPattern("3\\s+Combined:\\s+3");

        String last = servers.attach(id, "data", 1);
        assertThat(host.client()
                        .post(Servers.interfacesPath(id), "{\"interfaceAttachment\": {\"net_id\": \"data\"}}")
                        .refusal(409, "conflictingRequest"))
                .contains("root ports for 4 NICs");
        servers.detach(id, nic);
        servers.detach(id, last);
        assertThat(servers.granted(id)).containsExactly(4, 1);
        assertThat(guest.run("ls -d /sys/class/net/eth*").lines()).hasSize(2);
        assertThat(Footprint.tapsNow()).hasSize(2);

        String again = servers.attach(id, "data", 2);
        servers.act(id, "{\"reboot\": {\"type\": \"HARD\"}}", "ACTIVE");
        assertThat(servers.granted(id)).containsExactly(4, 1, 2);
        servers.act(id, "{\"os-stop\": null}", "SHUTOFF");
        servers.detach(id, again);
        servers.attach(id, "data", 2);
        servers.act(id, "{\"os-start\": null}", "ACTIVE");
        assertThat(LiveDomain.of(id).count("//interface")).isEqualTo(3);
        servers.delete(id);
    }

    /** Paused it cannot let go, and it does as soon as it can. */
    @Test
    void aGuestThatDoesNotLetGoKeepsItsNicUntilItDoes() {
        String id = bootGuest(2, 1);
        Guest.await(id);
        String nic = host.client()
                .get(Servers.interfacesPath(id))
                .expect(200)
                .at("/interfaceAttachments/1/port_id")
                .asText();
        servers.act(id, "{\"pause\": null}", "PAUSED");
        host.client().delete(Servers.interfacesPath(id) + "/" + nic).expect(202);
        servers.awaitIdle(id);
        assertThat(LiveDomain.of(id).count("//interface")).isEqualTo(2);
        assertThat(servers.granted(id)).containsExactly(2, 1);
        JsonNode instance = host.client().get("/v1/instances/" + id).expect(200);
        assertThat(instance.at("/fault/message").asText()).contains("has not let go of it, asked 3 times, 3 s each");
        servers.act(id, "{\"unpause\": null}", "ACTIVE");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> LiveDomain.of(id).count("//interface") == 1
                        && servers.granted(id).equals(List.of(2)));
        servers.awaitIdle(id);
        assertThat(Footprint.tapsNow()).hasSize(1);
        assertThat(Sandbox.virsh("dumpxml", "--inactive", id).sound().split("<interface ", -1))
                .hasSize(2);
        servers.delete(id);
    }

    @Test
    void moreQueuesForARunningNicOnlyByAReplugThatWasAskedFor() {
        String id = bootGuest(2, 1);
        Guest guest = Guest.await(id);
        String nic = host.client()
                .get(Servers.interfacesPath(id))
                .expect(200)
                .at("/interfaceAttachments/0/port_id")
                .asText();
        String path = "/v1/instances/" + id + "/nics/" + nic + "/queues";
        host.client().put(path, "{\"queues\": 1}").expect(200);
        assertThat(guest.run("ethtool -l eth0 | grep Combined")).containsPattern("2\\s+Combined:\\s+1");
        assertThat(host.client().put(path, "{\"queues\": 4}").refusal(409, "conflictingRequest"))
                .contains("with replug it is taken out of the guest and put in again");
        assertThat(host.client().put(path, "{\"queues\": 4, \"replug\": true}").status())
                .isEqualTo(202);
        await().atMost(Duration.ofSeconds(30)).until(() -> servers.granted(id).get(0) == 4);
        servers.awaitIdle(id);
        assertThat(LiveDomain.of(id).texts("//interface/driver/@queues")).containsExactly("4");
        await().atMost(Duration.ofSeconds(20))
                .until(() -> guest.run("ls -d /sys/class/net/eth*").lines().count() == 2);
        servers.delete(id);
    }

    @Test
    void resizedAndConfirmedOrReverted() {
        String id = servers.boot(new ServerBody("resized").flavor("disk1").nic("data", 4));
        servers.awaitActive(id);
        assertThat(servers.granted(id)).containsExactly(1);
        servers.act(id, "{\"resize\": {\"flavorRef\": \"disk2\"}}", "VERIFY_RESIZE");
        assertThat(servers.granted(id)).containsExactly(2);
        assertThat(diskBytes(id)).isEqualTo(2L << 30);
        servers.act(id, "{\"revertResize\": null}", "ACTIVE");
        assertThat(servers.granted(id)).containsExactly(1);
        assertThat(diskBytes(id)).isEqualTo(1L << 30);
        assertThat(servers.show(id).at("/flavor/id").asText()).isEqualTo("disk1");

        servers.act(id, "{\"resize\": {\"flavorRef\": \"disk2\"}}", "VERIFY_RESIZE");
        servers.act(id, "{\"confirmResize\": null}", "ACTIVE");
        assertThat(diskBytes(id)).isEqualTo(2L << 30);
        assertThat(host.client()
                        .post(Servers.path(id) + "/action", "{\"resize\": {\"flavorRef\": \"disk1\"}}")
                        .refusal(400, "badRequest"))
                .contains("cannot resize the disk down");
        servers.delete(id);
    }

    @Test
    void rebuiltFromAnotherImageItHasThatImagesPlan() {
        String id = servers.boot(new ServerBody("rebuilt").flavor("guest2").nic("data", 2));
        servers.awaitActive(id);
        servers.act(id, "{\"rebuild\": {\"imageRef\": \"demo\"}}", "ACTIVE");
        Guest.await(id);
        assertThat(servers.queues(id).at("/vectors/origin").asText()).contains("debian");
        servers.act(id, "{\"rebuild\": {\"imageRef\": \"blank\"}}", "ACTIVE");
        assertThat(servers.show(id).at("/image/id").asText()).isEqualTo("blank");
        servers.delete(id);
    }

    @Test
    void metadataIsTheUsersOwn() {
        String id = servers.boot(new ServerBody("told").nic("data"));
        servers.awaitActive(id);
        String path = Servers.path(id) + "/metadata";
        host.client()
                .post(path, "{\"metadata\": {\"a\": \"1\", \"b\": \"<2>\"}}")
                .expect(200);
        host.client().delete(path + "/a").expect(204);
        assertThat(host.client().get(path).expect(200).path("metadata").toString())
                .isEqualTo("{\"b\":\"<2>\"}");
        host.client().get(path + "/a").refusal(404, "itemNotFound");
        servers.delete(id);
    }

    /** Not before the next hard reboot; until then it is told. */
    @Test
    void aChangedConfigurationDoesNotTouchARunningGuest() {
        String id = servers.boot(new ServerBody("drifting").flavor("guest4").nic("data", 4));
        servers.awaitActive(id);
        assertThat(servers.queues(id).path("drift")).isEmpty();
        host.service().stop();
        host.service().startChanged(scene -> scene.replace("\"hotplug_nics\"", "\"max_queues\": 2, \"hotplug_nics\""));
        JsonNode drift = servers.queues(id).path("drift");
        assertThat(drift.at("/0/message").asText())
                .endsWith("has 4 queues and would have 2: max_queues is 2 (max_queues of the deployer)");
        assertThat(servers.granted(id)).containsExactly(4);
        JsonNode instance = host.client().get("/v1/instances/" + id).expect(200);
        String question = "{\"request\": " + instance.path("request") + ", \"plan\": " + instance.path("plan")
                + ", \"host\": {\"max_queues\": 4}}";
        assertThat(host.client()
                        .post("/v1/plans/check", question)
                        .expect(200)
                        .path("possible")
                        .asBoolean())
                .isTrue();
        servers.act(id, "{\"reboot\": {\"type\": \"HARD\"}}", "ACTIVE");
        assertThat(servers.granted(id)).containsExactly(2);
        assertThat(servers.queues(id).path("drift")).isEmpty();
        host.service().stop();
        host.service().startChanged(scene -> scene.replace("\"max_queues\": 2, ", ""));
        servers.delete(id);
    }

    private String bootGuest(int first, int second) {
        String id = servers.boot(new ServerBody("living")
                .image("demo")
                .flavor("guest4")
                .nic("data", first)
                .nic("admin", second));
        servers.awaitActive(id);
        return id;
    }

    /** Of the guest's kernel: another after every boot. */
    private static String bootId(String id) {
        return Guest.await(id).run("cat /proc/sys/kernel/random/boot_id").strip();
    }

    private String planned(String id) {
        return servers.queues(id).path("nics").findValues("planned").toString();
    }

    private static long diskBytes(String id) {
        String json = Program.run(
                        "qemu-img", "info", "--force-share", "--output=json", host.instances() + "/" + id + "/disk")
                .sound();
        return new Client.Answer(0, json).json().path("virtual-size").asLong();
    }
}
