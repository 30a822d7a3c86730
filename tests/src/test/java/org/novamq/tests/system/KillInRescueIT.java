package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The service ends between every two steps of a rescue and of the way back. */
@EnabledIfSystemProperty(named = "novamq.full", matches = "true")
class KillInRescueIT extends KilledAtEveryStep {
    private static final Path DIRECTORY = Path.of("/run/novamq/it/rescue");
    private static final Glance GLANCE = new Glance();

    @RegisterExtension
    static final TestHost host = TestHost.named(
            "rescue",
            scene -> scene.setting("glance_endpoint", GLANCE.endpoint())
                    .setting("image_cache_path", DIRECTORY.resolve("cache").toString())
                    .flavor("disk1", 1, 64, 1));

    KillInRescueIT() {
        super(host, DIRECTORY);
    }

    @Test
    void rescue() {
        String body = rescueBody();
        atEveryStep(
                new WithDrive() {
                    @Override
                    public void request(String id) {
                        host.client().put("/v1/instances/" + id + "/rescue", body, Glance.TOKEN);
                    }

                    @Override
                    public void check(String id) {
                        JsonNode instance = show(id);
                        if (instance.path("status").asText().equals("ACTIVE")) {
                            assertThat(instance.at("/fault/message").asText())
                                    .contains("the service was stopped before it began");
                            checkOwn(id);
                        } else {
                            assertThat(instance.path("status").asText()).isEqualTo("RESCUE");
                            assertThat(disks(id)).containsExactly("disk.rescue", "disk", "disk.config.rescue");
                            checkNics(id, Set.of(1));
                        }
                    }
                },
                7);
    }

    @Test
    void unrescue() {
        String body = rescueBody();
        atEveryStep(
                new WithDrive() {
                    @Override
                    public String prepare() {
                        String id = super.prepare();
                        host.client()
                                .put("/v1/instances/" + id + "/rescue", body, Glance.TOKEN)
                                .expect(202);
                        await().atMost(LIMIT)
                                .until(() -> show(id).path("status").asText().equals("RESCUE") && isSettled(id));
                        return id;
                    }

                    @Override
                    public void request(String id) {
                        host.client().delete("/v1/instances/" + id + "/rescue");
                    }

                    @Override
                    public void check(String id) {
                        assertThat(show(id).path("status").asText()).isEqualTo("ACTIVE");
                        checkOwn(id);
                    }
                },
                5);
    }

    private abstract class WithDrive extends Running {
        WithDrive() {
            super("blank", "disk1");
        }

        @Override
        ServerBody body() {
            return super.body().configDrive();
        }
    }

    private static String rescueBody() {
        ObjectNode body = Client.JSON.createObjectNode();
        body.putObject("image")
                .set("disk", GLANCE.add(Images.qcow2(DIRECTORY.resolve("rescue.qcow2"), "16M"), "qcow2"));
        ObjectNode file = body.putObject("config_drive").putArray("files").addObject();
        file.put("content", "e30=").putArray("paths").add("openstack/latest/meta_data.json");
        return body.toString();
    }

    private void checkOwn(String id) {
        assertThat(disks(id)).containsExactly("disk", "disk.config");
        assertThat(Footprint.filesBelow(host.instances())).noneMatch(file -> file.endsWith(".rescue"));
        checkNics(id, Set.of(1));
    }

    private static List<String> disks(String id) {
        return LiveDomain.of(id).texts("//disk/source/@file").stream()
                .map(file -> Path.of(file).getFileName().toString())
                .toList();
    }

    private static JsonNode show(String id) {
        return host.client().get("/v1/instances/" + id).expect(200);
    }
}
