package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The service ends between every two steps of a suspend and of the way back: both are finished, without a fault, and the
 * user's metadata is that of last.
 */
@EnabledIfSystemProperty(named = "novamq.full", matches = "true")
class KillInSuspendIT extends KilledAtEveryStep {
    @RegisterExtension
    static final TestHost host = TestHost.named("suspend", scene -> {});

    KillInSuspendIT() {
        super(host, Path.of("/run/novamq/it/suspend"));
    }

    @Test
    void suspend() {
        atEveryStep(
                new Running("blank", "tiny") {
                    @Override
                    public void request(String id) {
                        servers.act(id, "{\"suspend\": null}");
                    }

                    @Override
                    public void check(String id) {
                        checkIs(id, "SUSPENDED");
                        assertThat(Footprint.tapsNow()).isEmpty();
                    }
                },
                4);
    }

    @Test
    void resume() {
        atEveryStep(
                new Running("blank", "tiny") {
                    @Override
                    public String prepare() {
                        String id = super.prepare();
                        servers.act(id, "{\"suspend\": null}", "SUSPENDED");
                        host.client()
                                .put(Servers.path(id) + "/metadata", "{\"metadata\": {\"since\": \"then\"}}")
                                .expect(200);
                        return id;
                    }

                    @Override
                    public void request(String id) {
                        servers.act(id, "{\"resume\": null}");
                    }

                    @Override
                    public void check(String id) {
                        JsonNode server = checkIs(id, "ACTIVE");
                        assertThat(server.at("/metadata/since").asText()).isEqualTo("then");
                        checkNics(id, Set.of(1));
                    }
                },
                4);
    }

    private JsonNode checkIs(String id, String status) {
        JsonNode server = servers.show(id);
        assertThat(server.path("status").asText()).isEqualTo(status);
        JsonNode instance = host.client().get("/v1/instances/" + id).expect(200);
        assertThat(instance.at("/fault/message").asText()).isEmpty();
        return server;
    }
}
