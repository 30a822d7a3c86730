package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The service ends between every two steps of an operation and is started again: what was begun is finished, undone, or in
 * ERROR with the reason; and once the instance is deleted nothing is left.
 */
class KillAtEveryStepIT extends KilledAtEveryStep {
    private static final Path DIRECTORY = Path.of("/run/novamq/it/steps");

    @RegisterExtension
    static final TestHost host = TestHost.named(
            "steps",
            scene -> scene.setting("shutdown_timeout", 1)
                    .setting("device_detach_timeout", 5)
                    .flavor("disk1", 1, 64, 1)
                    .flavor("disk2", 2, 64, 2));

    KillAtEveryStepIT() {
        super(host, DIRECTORY);
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
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
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
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
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
}
