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

    /** An action of Nova's, which must be accepted. */
    void act(String id, String action) {
        Client.Answer answer = client.post(path(id) + "/action", action);
        assertThat(answer.status()).as(answer.toString()).isIn(202, 204);
    }

    /** An action, and the instance once it has a status and nothing is being done to it. */
    JsonNode act(String id, String action, String status) {
        act(id, action);
        return awaitStatus(id, status);
    }

    JsonNode awaitStatus(String id, String status) {
        return await("instance " + id + " to be " + status)
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(
                        () -> show(id),
                        server -> server.path("status").asText().equals(status)
                                && server.path("OS-EXT-STS:task_state").isNull());
    }

    /** Attaches a NIC and returns its id. */
    String attach(String id, String network, int queues) {
        return client.post(
                        interfacesPath(id),
                        "{\"interfaceAttachment\": {\"net_id\": \"" + network + "\", \"queues\": " + queues + "}}")
                .expect(200)
                .at("/interfaceAttachment/port_id")
                .asText();
    }

    /** Detaches a NIC; returns when it is gone. */
    void detach(String id, String nic) {
        client.delete(interfacesPath(id) + "/" + nic).expect(202);
        await("NIC " + nic + " to be gone")
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> client.get(interfacesPath(id) + "/" + nic).status() == 404);
        awaitIdle(id);
    }

    void awaitIdle(String id) {
        await("nothing to be done to " + id)
                .atMost(LIMIT)
                .pollInterval(POLL)
                .until(() -> show(id).path("OS-EXT-STS:task_state").isNull());
    }

    static String interfacesPath(String id) {
        return path(id) + "/os-interface";
    }

    /** What each NIC was granted, in order. */
    List<Integer> granted(String id) {
        List<Integer> granted = new ArrayList<>();
        queues(id)
                .path("nics")
                .forEach(nic -> granted.add(nic.at("/planned/queues").asInt()));
        return granted;
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
