package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
                new Running("blank", "disk1") {
                    @Override
                    public void request(String id) {
                        host.client().put("/v1/instances/" + id + "/rescue", body, Glance.TOKEN);
                    }

                    @Override
                    public void check(String id) {
                        checkRescued(id);
                    }
                },
                5);
    }

    @Test
    void unrescue() {
        String body = rescueBody();
        atEveryStep(
                new Running("blank", "disk1") {
                    @Override
                    public String prepare() {
                        String id = super.prepare();
                        host.client()
                                .put("/v1/instances/" + id + "/rescue", body, Glance.TOKEN)
                                .expect(202);
                        await().atMost(LIMIT)
                                .until(() -> isSettled(id)
                                        && servers.show(id)
                                                .path("status")
                                                .asText()
                                                .equals("RESCUE"));
                        return id;
                    }

                    @Override
                    public void request(String id) {
                        host.client().delete("/v1/instances/" + id + "/rescue");
                    }

                    @Override
                    public void check(String id) {
                        checkRescued(id);
                    }
                },
                4);
    }

    private static String rescueBody() {
        ObjectNode body = Client.JSON.createObjectNode();
        body.putObject("image")
                .set("disk", GLANCE.add(Images.qcow2(DIRECTORY.resolve("rescue.qcow2"), "16M"), "qcow2"));
        return body.toString();
    }

    /** From the rescue's disk with its own beside it, or from its own alone. */
    private void checkRescued(String id) {
        String status = servers.show(id).path("status").asText();
        assertThat(status).isIn("ACTIVE", "RESCUE");
        List<String> disks = LiveDomain.of(id).texts("//disk[@device='disk']/source/@file").stream()
                .map(file -> Path.of(file).getFileName().toString())
                .toList();
        assertThat(disks)
                .containsExactlyElementsOf(status.equals("RESCUE") ? List.of("disk.rescue", "disk") : List.of("disk"));
        checkNics(id, Set.of(1));
    }
}
