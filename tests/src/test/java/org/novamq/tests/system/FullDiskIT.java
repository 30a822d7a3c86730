package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No room for disks. */
class FullDiskIT {
    private static final int PIECE = 4096;

    @RegisterExtension
    static final TestHost host = TestHost.named(
            "full-disk",
            scene -> scene.setting("shutdown_timeout", 1)
                    .flavor("disk1", 1, 64, 1)
                    .flavor("disk2", 2, 64, 2));

    private final Servers servers = host.servers();

    @BeforeAll
    static void mountSmallDisk() {
        Program.run(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "size=1m,mode=0755",
                        "novamq",
                        host.instances().toString())
                .sound();
    }

    @AfterAll
    static void unmount() {
        Program.run("umount", "--lazy", host.instances().toString()).sound();
    }

    @Test
    void bootFailsWithReasonAndLeavesOnlyTheDefinition() throws IOException {
        Path filler = host.instances().resolve("filler");
        fill(filler);
        Program.Result boot =
                host.novamq("boot", "full", "--image=blank", "--flavor=tiny", "--nic=net-id=data", "--wait");
        assertThat(boot.status()).as(boot.toString()).isEqualTo(1);
        String id = servers.ids().get(0);
        JsonNode server = servers.show(id);
        assertThat(server.path("status").asText()).isEqualTo("ERROR");
        assertThat(server.at("/fault/message").asText())
                .contains(host.instances().resolve(id).toString(), "No space left on device", "bytes are free");
        assertThat(boot.err()).contains("No space left on device");
        assertThat(Footprint.filesBelow(host.instances())).containsExactly("", "filler");
        assertThat(Footprint.tapsNow()).isEmpty();
        assertThat(Sandbox.domains()).isEqualTo(List.of(id));
        assertThat(Sandbox.virsh("list", "--uuid").sound()).isBlank();
        servers.delete(id);
        Files.delete(filler);
        String next = servers.boot(new ServerBody("next").nic("data"));
        servers.awaitActive(next);
        servers.delete(next);
    }

    /** What could not be made is taken back, and the instance is what it was. */
    @Test
    void resizeAndRebuildThatFindNoRoomAreUndone() throws IOException {
        String id = servers.boot(new ServerBody("squeezed").flavor("disk1").nic("data"));
        servers.awaitActive(id);
        Path filler = host.instances().resolve("filler");
        fill(filler);
        for (String action :
                List.of("{\"resize\": {\"flavorRef\": \"disk2\"}}", "{\"rebuild\": {\"imageRef\": \"blank\"}}")) {
            servers.act(id, action);
            JsonNode server = servers.awaitStatus(id, "ACTIVE");
            assertThat(server.at("/flavor/id").asText()).isEqualTo("disk1");
            assertThat(host.client()
                            .get("/v1/instances/" + id)
                            .expect(200)
                            .at("/fault/message")
                            .asText())
                    .contains("No space left on device");
            assertThat(Footprint.filesBelow(host.instances()))
                    .containsExactlyInAnyOrder("", "filler", id, id + "/console.log", id + "/disk");
        }
        Files.delete(filler);
        servers.act(id, "{\"resize\": {\"flavorRef\": \"disk2\"}}", "VERIFY_RESIZE");
        servers.delete(id);
    }

    private static void fill(Path file) {
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[PIECE]);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
    }
}
