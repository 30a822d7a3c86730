package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The service is killed, and started again. */
class KillIT {
    @RegisterExtension
    static final TestHost host = TestHost.named("kill");

    private final Servers servers = host.servers();

    @ParameterizedTest(name = "{0} ms after the answer")
    @ValueSource(ints = {0, 50, 150, 400, 1000})
    void spawnThatWasCutOffIsActiveOrErrorAndCanBeDeleted(int millis) {
        String id = servers.boot(body("cut off"));
        await().pollDelay(Duration.ofMillis(millis)).until(() -> true);
        host.service().kill();
        host.service().start();
        assertThat(servers.ids()).containsExactly(id);
        JsonNode server = servers.awaitBuilt(id);
        if (server.path("status").asText().equals("ERROR")) {
            assertThat(server.at("/fault/message").asText()).contains(id, "stopped");
            assertThat(Footprint.filesBelow(host.instances()))
                    .as("of an instance in ERROR")
                    .containsExactly("");
            assertThat(Footprint.tapsNow()).isEmpty();
        } else {
            assertThat(server.path("status").asText()).isEqualTo("ACTIVE");
        }
        servers.delete(id);
    }

    @Test
    void instancesOutliveTheService() {
        String id = servers.boot(body("outlives"));
        servers.awaitActive(id);
        JsonNode before = servers.show(id);
        host.service().kill();
        assertThat(host.novamq("list").status())
                .as("exit code without a service")
                .isEqualTo(3);
        host.service().start();
        assertThat(servers.show(id)).isEqualTo(before);
        servers.delete(id);
    }

    /** 204 is a promise. */
    @Test
    void deletionThatWasPromisedHappensAfterTheKill() {
        String id = servers.boot(body("deleted"));
        servers.awaitActive(id);
        host.client().delete(Servers.path(id)).expect(204);
        host.service().kill();
        host.service().start();
        servers.awaitGone(id);
    }

    /** The same while it is still being built. */
    @Test
    void deletionOfAnInstanceInBuildHappensAfterTheKill() {
        String id = servers.boot(body("deleted in BUILD"));
        host.client().delete(Servers.path(id)).expect(204);
        host.service().kill();
        host.service().start();
        servers.awaitGone(id);
    }

    private static ServerBody body(String name) {
        return new ServerBody(name).nic("data", 1);
    }
}
