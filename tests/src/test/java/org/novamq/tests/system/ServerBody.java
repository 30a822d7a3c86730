package org.novamq.tests.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.UUID;

/** The body of {@code POST /v2.1/servers}. Not thread-safe. */
final class ServerBody {
    private final ObjectNode root = Client.JSON.createObjectNode();
    private final ObjectNode server = root.putObject("server");
    private final ArrayNode networks;

    ServerBody(String name) {
        server.put("name", name).put("imageRef", "blank").put("flavorRef", "tiny");
        networks = server.putArray("networks");
    }

    ServerBody image(String reference) {
        server.put("imageRef", reference);
        return this;
    }

    ServerBody flavor(String reference) {
        server.put("flavorRef", reference);
        return this;
    }

    ServerBody uuid(UUID uuid) {
        server.put("uuid", uuid.toString());
        return this;
    }

    ServerBody configDrive() {
        server.put("config_drive", true);
        return this;
    }

    /** A NIC that asks for nothing. */
    ServerBody nic(String network) {
        networks.addObject().put("uuid", network);
        return this;
    }

    ServerBody nic(String network, int queues) {
        networks.addObject().put("uuid", network).put("queues", queues);
        return this;
    }

    /** A NIC whose wish is this piece of JSON. */
    ServerBody nicAsking(String network, String json) {
        ObjectNode nic = networks.addObject().put("uuid", network);
        nic.set("queues", new Client.Answer(0, json).json());
        return this;
    }

    JsonNode json() {
        return root;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s", root);
    }
}
