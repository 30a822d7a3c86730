package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.ArrayList;
import java.util.List;
import org.novamq.driver.json.InstanceIds;
import org.novamq.image.Texts;

/** Finds the instance that a user means by its id or its name. */
final class ServerReference {
    private ServerReference() {}

    /**
     * The id of the instance.
     *
     * @throws CommandFailedException if no instance has that name, or several have
     */
    static String resolve(NovaMqClient client, String text) {
        if (InstanceIds.parseUuid(text).isPresent()) {
            return text;
        }
        List<String> ids = new ArrayList<>();
        for (JsonNode server : client.get("/v2.1/servers/detail").path("servers")) {
            if (server.path("name").asText().equals(text)) {
                ids.add(server.path("id").asText());
            }
        }
        if (ids.isEmpty()) {
            throw new CommandFailedException("cannot find an instance of the id or name " + Texts.quote(text));
        }
        if (ids.size() > 1) {
            throw new CommandFailedException("cannot choose an instance by the name " + Texts.quote(text) + ": "
                    + ids.size() + " have it, name one by its id:\n  " + String.join("\n  ", ids));
        }
        return ids.get(0);
    }

    /** What Nova's own answers have no place for: warnings, task, fault. Missing where it is Nova that answers. */
    static JsonNode ours(NovaMqClient client, String id) {
        return client.find("/v1/instances/" + NovaMqClient.segment(id)).orElseGet(MissingNode::getInstance);
    }

    /** The path of an instance in Nova's API. */
    static String path(String id) {
        return "/v2.1/servers/" + NovaMqClient.segment(id);
    }
}
