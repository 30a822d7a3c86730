package org.novamq.tests.system;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What goes wrong around a running service, each for real. */
class FaultsIT {
    private static final int LOAD = 6;
    private static final int MANY = 50;
    private static final int SIDE_BY_SIDE = 2;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final TestHost host = TestHost.named("faults", FaultsIT::scene);

    private final Servers servers = host.servers();

    static void scene(Scene scene) {
        scene.setting("shutdown_timeout", 1)
                .flavor("disk1", 1, 64, 1)
                .flavor("nano", 1, 32, 0)
                .image(
                        "panics",
                        kernel("console=ttyS0 quiet panic=1 rdinit=/nonexistent init=/nonexistent root=/nonexistent"));
    }

    /** The test guest's properties with another command line. */
    private static String[] kernel(String commandLine) {
        String[] properties = Scene.guestProperties();
        for (int i = 0; i < properties.length; i += 2) {
            if (properties[i].equals("os_command_line")) {
                properties[i + 1] = commandLine;
            }
        }
        return properties;
    }

    /** Within a second, because the state is libvirt's and nobody remembers another. */
    @Test
    void aKilledQemuIsAnInstanceThatIsOff() {
        String id = boot("blank", "tiny");
        long killed = System.nanoTime();
        LiveDomain.kill(id);
        servers.awaitStatus(id, "SHUTOFF");
        assertThat(Duration.ofNanos(System.nanoTime() - killed)).isLessThan(Duration.ofSeconds(5));
        assertThat(Footprint.tapsNow()).isEmpty();
        servers.act(id, "{\"os-start\": null}", "ACTIVE");
        assertThat(LiveDomain.of(id).count("//interface")).isEqualTo(1);
        servers.delete(id);
    }

    @Test
    void qemuKilledInTheMiddleOfAStopIsAStop() {
        String id = boot("blank", "tiny");
        servers.act(id, "{\"os-stop\": null}");
        LiveDomain.kill(id);
        servers.awaitStatus(id, "SHUTOFF");
        servers.delete(id);
    }

    /** It restarts itself for ever; that is its own affair, and it can be stopped. */
    @Test
    void aGuestThatPanicsAgainAndAgainCanBeStoppedAndDeleted() {
        String id = boot("panics", "guest1");
        await().atMost(LIMIT).until(() -> console(id).split("Kernel panic", -1).length > 2);
        assertThat(servers.show(id).path("status").asText()).isEqualTo("ACTIVE");
        servers.act(id, "{\"os-stop\": null}", "SHUTOFF");
        servers.delete(id);
    }

    @Test
    void aBaseImageThatVanishesIsSaidAndUndone() throws IOException {
        String id = boot("blank", "disk1");
        Path base = host.images().resolve("blank.raw");
        Path away = base.resolveSibling("away");
        servers.act(id, "{\"os-stop\": null}", "SHUTOFF");
        Files.move(base, away);
        servers.act(id, "{\"os-start\": null}");
        servers.awaitStatus(id, "SHUTOFF");
        JsonNode fault = host.client().get("/v1/instances/" + id).expect(200).path("fault");
        assertThat(fault.path("message").asText()).contains("blank.raw");
        assertThat(host.client()
                        .post(
                                Servers.PATH,
                                new ServerBody("no base")
                                        .flavor("disk1")
                                        .nic("data")
                                        .json())
                        .refusal(400, "badRequest"))
                .contains("there is no such file");
        Files.move(away, base);
        servers.act(id, "{\"os-start\": null}", "ACTIVE");
        servers.delete(id);
    }

    /** Half a line, and something that is no JSON. */
    @Test
    void anAgentThatAnswersGarbageIsNotBelieved() {
        String id = boot("demo", "guest1");
        Guest.await(id)
                .run("(sleep 1; kill $(cat /run/qemu-ga.pid); sleep 1; while :; do"
                        + " echo '{\"return\": [{\"name\": 7, garbage'; sleep 0.1;"
                        + " done > /dev/virtio-ports/org.qemu.guest_agent.0) > /dev/null 2>&1 &");
        await().atMost(LIMIT)
                .until(() -> servers.queues(id)
                        .at("/nics/0/active/evidence")
                        .asText()
                        .equals("tap"));
        assertThat(servers.queues(id).at("/nics/0/verdict").asText()).isIn("OK", "UNKNOWN");
        servers.delete(id);
    }

    /** The second is told what the first does, and nothing is done twice. */
    @Test
    void twoRequestsForOneInstanceAtOnce() throws Exception {
        String id = boot("blank", "tiny");
        List<Integer> stops =
                AtOnce.call(2, () -> host.client().post(Servers.path(id) + "/action", "{\"os-stop\": null}")).stream()
                        .map(Client.Answer::status)
                        .sorted()
                        .toList();
        assertThat(stops).containsExactly(202, 409);
        servers.awaitStatus(id, "SHUTOFF");
        servers.act(id, "{\"os-start\": null}", "ACTIVE");
        List<Integer> attaches = AtOnce.call(
                        2,
                        () -> host.client()
                                .post(Servers.interfacesPath(id), "{\"interfaceAttachment\": {\"net_id\": \"admin\"}}"))
                .stream()
                .map(Client.Answer::status)
                .sorted()
                .toList();
        assertThat(attaches).containsExactly(200, 409);
        assertThat(LiveDomain.of(id).count("//interface")).isEqualTo(2);
        servers.delete(id);
    }

    /** What was accepted before is done after; what was not is 503; nothing hangs. */
    @Test
    void libvirtdKilledUnderLoad() throws Exception {
        List<String> ids = AtOnce.call(LOAD, () -> servers.boot(new ServerBody("loaded").nic("data", 1)));
        ids.forEach(servers::awaitActive);
        ExecutorService callers = Executors.newFixedThreadPool(LOAD);
        try {
            List<Future<Integer>> reboots = ids.stream()
                    .map(id -> callers.submit(() -> host.client()
                            .post(Servers.path(id) + "/action", "{\"reboot\": {\"type\": \"HARD\"}}")
                            .status()))
                    .toList();
            Sandbox.libvirtd("restart");
            for (Future<Integer> reboot : reboots) {
                assertThat(reboot.get()).isIn(202, 503);
            }
        } finally {
            callers.shutdownNow();
        }
        await().atMost(LIMIT).until(() -> host.client().get(Servers.PATH).status() == 200);
        for (String id : ids) {
            servers.awaitIdle(id);
            JsonNode server = servers.show(id);
            assertThat(server.path("status").asText()).as(server.toString()).isIn("ACTIVE", "ERROR");
        }
        ids.forEach(servers::delete);
    }

    /** A hand that changes the definition: shown, and gone at the next hard reboot. */
    @Test
    void aDomainThatWasChangedByHandIsBuiltAnew() {
        String id = boot("blank", "tiny");
        String domain = LiveDomain.name(id);
        String mac = LiveDomain.of(id).text("//interface/mac/@address");
        Sandbox.virsh("detach-interface", domain, "bridge", "--mac", mac, "--config")
                .sound();
        assertThat(servers.granted(id)).containsExactly(1);
        servers.act(id, "{\"reboot\": {\"type\": \"HARD\"}}", "ACTIVE");
        assertThat(LiveDomain.of(id).text("//interface/mac/@address")).isEqualTo(mac);

        Sandbox.virsh("destroy", domain).sound();
        servers.awaitStatus(id, "SHUTOFF");
        Sandbox.virsh("start", domain).sound();
        servers.awaitStatus(id, "ACTIVE");
        Sandbox.virsh("suspend", domain).sound();
        servers.awaitStatus(id, "PAUSED");
        servers.delete(id);
    }

    /** No more side by side than allowed, and none lost. */
    @Test
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
    void fiftyBootsAtOnce() throws Exception {
        List<String> ids = AtOnce.call(
                MANY,
                () -> servers.boot(new ServerBody("one of fifty").flavor("nano").nic("data", 1)));
        assertThat(ids).doesNotHaveDuplicates();
        Set<String> paused = new HashSet<>();
        Set<Integer> sideBySide = new HashSet<>();
        await().atMost(Duration.ofMinutes(5)).until(() -> {
            Set<String> begun = ids.stream()
                    .filter(id -> Files.isDirectory(host.instances().resolve(id)))
                    .collect(toSet());
            Set<String> building = idsOf("BUILD");
            sideBySide.add((int) building.stream().filter(begun::contains).count());
            idsOf("ACTIVE").stream().filter(paused::add).forEach(id -> servers.act(id, "{\"pause\": null}"));
            return building.isEmpty();
        });
        assertThat(sideBySide).contains(SIDE_BY_SIDE).allMatch(count -> count <= SIDE_BY_SIDE);
        assertThat(paused).containsExactlyInAnyOrderElementsOf(ids);
        ids.forEach(servers::delete);
    }

    private static Set<String> idsOf(String status) {
        JsonNode list = host.client().get(Servers.PATH + "/detail").expect(200).path("servers");
        return StreamSupport.stream(list.spliterator(), false)
                .filter(server -> server.path("status").asText().equals(status))
                .map(server -> server.path("id").asText())
                .collect(toSet());
    }

    private String boot(String image, String flavor) {
        String id = servers.boot(
                new ServerBody("faulty").image(image).flavor(flavor).nic("data", 1));
        servers.awaitActive(id);
        return id;
    }

    private static String console(String id) {
        return host.client()
                .post(Servers.path(id) + "/action", "{\"os-getConsoleOutput\": {}}")
                .expect(200)
                .path("output")
                .asText();
    }
}
