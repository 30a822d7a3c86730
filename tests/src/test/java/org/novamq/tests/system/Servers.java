package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Instances, from their boot to their end. */
final class Servers {
    static final String PATH = "/v2.1/servers";

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Client client;

    Servers(Client client) {
        this.client = client;
    }

    static String path(String id) {
        return PATH + "/" + id;
    }

    static String queuesPath(String id) {
        return "/v1/instances/" + id + "/queues";
    }

    /** The id of an instance that was accepted. */
    String boot(ServerBody body) {
        return client.post(PATH, body.json()).expect(202).at("/server/id").asText();
    }

    JsonNode show(String id) {
        return client.get(path(id)).expect(200).path("server");
    }

    /** The instance once it is no longer in BUILD. */
    JsonNode awaitBuilt(String id) {
        return await("instance " + id + " to be built")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> show(id), server -> !server.path("status").asText().equals("BUILD"));
    }

    JsonNode awaitActive(String id) {
        JsonNode server = awaitBuilt(id);
        assertThat(server.path("status").asText()).as(server.toString()).isEqualTo("ACTIVE");
        return server;
    }

    /** Returns when it is gone. */
    void delete(String id) {
        client.delete(path(id)).expect(204);
        awaitGone(id);
    }

    void awaitGone(String id) {
        await("instance " + id + " to be gone")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> client.get(path(id)).status() == 404);
    }

    JsonNode queues(String id) {
        return client.get(queuesPath(id)).expect(200);
    }

    List<String> ids() {
        List<String> ids = new ArrayList<>();
        client.get(PATH)
                .expect(200)
                .path("servers")
                .forEach(server -> ids.add(server.path("id").asText()));
        return ids;
    }
}
