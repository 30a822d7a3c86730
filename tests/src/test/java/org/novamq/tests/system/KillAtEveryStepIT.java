package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The service ends between every two steps of an operation and is started again: what was begun is finished, undone, or in
 * ERROR with the reason; and once the instance is deleted nothing is left.
 */
class KillAtEveryStepIT {
    private static final int MORE_STEPS_THAN_ANY_HAS = 30;
    private static final Duration LIMIT = Duration.ofSeconds(90);

    @RegisterExtension
    static final TestHost host = TestHost.named(
            "steps",
            scene -> scene.setting("shutdown_timeout", 1)
                    .setting("device_detach_timeout", 5)
                    .flavor("disk1", 1, 64, 1)
                    .flavor("disk2", 2, 64, 2));

    private final Servers servers = host.servers();
    private final KillSwitch killSwitch = new KillSwitch(Path.of("/run/novamq/it/steps"));

    /** What is done while the service may end at any moment, and what must hold afterwards. */
    private interface Operation {
        /** An instance in the state that it needs; null where it makes its own. */
        String prepare();

        void request(String id);

        /** Whether nothing more will happen. */
        boolean isSettled(String id);

        void check(String id);
    }

    @AfterEach
    void disarm() {
        killSwitch.disarm();
        host.service().stop();
        host.service().start();
    }

    /** Ends it after the first step, the second, … until the operation has no more. */
    private void atEveryStep(Operation operation, int atLeast) {
        int step = 1;
        boolean ended = true;
        restart(step);
        while (ended) {
            assertThat(step).isLessThan(MORE_STEPS_THAN_ANY_HAS);
            String id = operation.prepare();
            killSwitch.arm();
            request(operation, id);
            await().atMost(LIMIT)
                    .ignoreException(UncheckedIOException.class)
                    .until(() -> !host.service().isAlive() || operation.isSettled(id));
            ended = killSwitch.disarm();
            if (ended) {
                host.service().awaitEnd();
                restart(step + 1);
                await("step " + step + " to be settled").atMost(LIMIT).until(() -> operation.isSettled(id));
            }
            operation.check(id);
            if (host.client().get(Servers.path(id)).status() == 200) {
                servers.delete(id);
            }
            assertThat(Footprint.tapsNow()).as("after step %s", step).isEmpty();
            assertThat(Footprint.filesBelow(host.instances()))
                    .as("after step %s", step)
                    .containsExactly("");
            assertThat(Sandbox.domains()).as("after step %s", step).isEmpty();
            step++;
        }
        assertThat(step - 2).as("steps after which it was ended").isGreaterThanOrEqualTo(atLeast);
    }

    /** The service that recovers from one end is the one that is ended next. */
    private void restart(int endAfter) {
        host.service().stop();
        host.service().startWith(killSwitch.after(endAfter));
    }

    /** The connection breaks when the service ends. */
    private static void request(Operation operation, String id) {
        try {
            operation.request(id);
        } catch (UncheckedIOException e) {
            assertThat(e.getCause()).isNotNull();
        }
    }

    @Test
    void spawn() {
        String fixed = UUID.randomUUID().toString();
        atEveryStep(
                new Operation() {
                    @Override
                    public String prepare() {
                        return fixed;
                    }

                    @Override
                    public void request(String id) {
                        servers.boot(new ServerBody("spawned")
                                .uuid(UUID.fromString(id))
                                .nic("data", 1));
                    }

                    @Override
                    public boolean isSettled(String id) {
                        Client.Answer answer = host.client().get(Servers.path(id));
                        return answer.status() == 404
                                || !answer.json().at("/server/status").asText().equals("BUILD");
                    }

                    @Override
                    public void check(String id) {
                        Client.Answer answer = host.client().get(Servers.path(id));
                        if (answer.status() == 200
                                && answer.json().at("/server/status").asText().equals("ERROR")) {
                            assertThat(answer.json().at("/server/fault/message").asText())
                                    .contains("stopped in between");
                            assertThat(Footprint.tapsNow()).isEmpty();
                        }
                    }
                },
                4);
    }

    @Test
    void attach() {
        atEveryStep(
                new Running("blank", "tiny") {
                    @Override
                    public void request(String id) {
                        host.client()
                                .post(Servers.interfacesPath(id), "{\"interfaceAttachment\": {\"net_id\": \"admin\"}}");
                    }

                    @Override
                    public void check(String id) {
                        checkNics(id, Set.of(1, 2));
                    }
                },
                3);
    }

    @Test
    void detach() {
        atEveryStep(
                new Running("demo", "guest1") {
                    @Override
                    public String prepare() {
                        String id = super.prepare();
                        Guest.await(id);
                        servers.attach(id, "admin", 1);
                        return id;
                    }

                    @Override
                    public void request(String id) {
                        JsonNode nics =
                                host.client().get(Servers.interfacesPath(id)).expect(200);
                        String nic = nics.at("/interfaceAttachments/1/port_id").asText();
                        host.client().delete(Servers.interfacesPath(id) + "/" + nic);
                    }

                    @Override
                    public void check(String id) {
                        checkNics(id, Set.of(1, 2));
                    }
                },
                4);
    }

    @Test
    void resize() {
        atEveryStep(
                new Running("blank", "disk1") {
                    @Override
                    public void request(String id) {
                        servers.act(id, "{\"resize\": {\"flavorRef\": \"disk2\"}}");
                    }

                    @Override
                    public void check(String id) {
                        JsonNode server = servers.show(id);
                        assertThat(server.path("status").asText()).isIn("ACTIVE", "VERIFY_RESIZE");
                        boolean resized = server.path("status").asText().equals("VERIFY_RESIZE");
                        assertThat(server.at("/flavor/id").asText()).isEqualTo(resized ? "disk2" : "disk1");
                        assertThat(LiveDomain.of(id).text("/domain/vcpu")).isEqualTo(resized ? "2" : "1");
                        assertThat(LiveDomain.of(id).texts("//interface")).hasSize(1);
                    }
                },
                6);
    }

    @Test
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
    void revertResize() {
        atEveryStep(
                new Running("blank", "disk1") {
                    @Override
                    public String prepare() {
                        String id = super.prepare();
                        servers.act(id, "{\"resize\": {\"flavorRef\": \"disk2\"}}", "VERIFY_RESIZE");
                        return id;
                    }

                    @Override
                    public void request(String id) {
                        servers.act(id, "{\"revertResize\": null}");
                    }

                    @Override
                    public void check(String id) {
                        JsonNode server = servers.show(id);
                        assertThat(server.path("status").asText()).isIn("ACTIVE", "VERIFY_RESIZE");
                        boolean reverted = server.path("status").asText().equals("ACTIVE");
                        assertThat(LiveDomain.of(id).text("/domain/vcpu")).isEqualTo(reverted ? "1" : "2");
                    }
                },
                5);
    }

    @Test
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
    void hardReboot() {
        atEveryStep(
                new Running("blank", "tiny") {
                    @Override
                    public void request(String id) {
                        servers.act(id, "{\"reboot\": {\"type\": \"HARD\"}}");
                    }

                    @Override
                    public void check(String id) {
                        assertThat(servers.show(id).path("status").asText()).isEqualTo("ACTIVE");
                        checkNics(id, Set.of(1));
                    }
                },
                5);
    }

    /** With the NICs that a nova-compute wants by then: the old ones or the new ones, never something between. */
    @Test
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
    void hardRebootWithOtherNics() {
        atEveryStep(
                new Running("blank", "tiny") {
                    @Override
                    public void request(String id) {
                        JsonNode nic = host.client()
                                .get("/v1/instances/" + id)
                                .expect(200)
                                .at("/request/nics/0");
                        ObjectNode other = nic.deepCopy();
                        ((ObjectNode) other.get("vif"))
                                .put("id", "second")
                                .put("address", "fa:16:3e:00:00:02")
                                .put("devname", "tapsecond");
                        ObjectNode reboot = Client.JSON
                                .createObjectNode()
                                .put("type", "HARD")
                                .put("id", "req-1");
                        reboot.putArray("nics").add(nic).add(other);
                        host.client().post("/v1/instances/" + id + "/reboot", reboot);
                    }

                    @Override
                    public void check(String id) {
                        assertThat(servers.show(id).path("status").asText()).isEqualTo("ACTIVE");
                        checkNics(id, Set.of(1, 2));
                    }
                },
                5);
    }

    @Test
    void delete() {
        atEveryStep(
                new Running("blank", "tiny") {
                    @Override
                    public void request(String id) {
                        host.client().delete(Servers.path(id));
                    }

                    @Override
                    public boolean isSettled(String id) {
                        Client.Answer answer = host.client().get(Servers.path(id));
                        return answer.status() == 404
                                || (answer.status() == 200
                                        && answer.json()
                                                .at("/server/OS-EXT-STS:task_state")
                                                .isNull());
                    }

                    @Override
                    public void check(String id) {
                        // ended before the promise, or kept
                        assertThat(host.client().get(Servers.path(id)).status()).isIn(200, 404);
                    }
                },
                3);
    }

    private void checkNics(String id, Set<Integer> counts) {
        int listed = host.client()
                .get(Servers.interfacesPath(id))
                .expect(200)
                .path("interfaceAttachments")
                .size();
        assertThat(listed).isIn(counts);
        assertThat(LiveDomain.of(id).count("//interface"))
                .as("in the running domain")
                .isEqualTo(listed);
        String stored =
                Sandbox.virsh("dumpxml", "--inactive", LiveDomain.name(id)).sound();
        assertThat(stored.split("<interface ", -1)).as("in the definition").hasSize(listed + 1);
        assertThat(Footprint.tapsNow()).hasSize(listed);
    }

    /** On an instance that runs. */
    private abstract class Running implements Operation {
        private final String image;
        private final String flavor;

        Running(String image, String flavor) {
            this.image = image;
            this.flavor = flavor;
        }

        @Override
        public String prepare() {
            String id = servers.boot(
                    new ServerBody("running").image(image).flavor(flavor).nic("data", 1));
            servers.awaitActive(id);
            return id;
        }

        @Override
        public boolean isSettled(String id) {
            return servers.show(id).path("OS-EXT-STS:task_state").isNull();
        }
    }
}
