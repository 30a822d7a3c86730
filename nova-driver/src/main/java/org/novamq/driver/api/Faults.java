package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanAnswerWriter;
import org.novamq.image.Problem;

/** Nova's error bodies (nova/api/openstack/wsgi.py Fault): {@code {"badRequest": {"code": 400, "message": …}}}. */
final class Faults {
    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(400, "badRequest"),
            Map.entry(401, "unauthorized"),
            Map.entry(403, "forbidden"),
            Map.entry(404, "itemNotFound"),
            Map.entry(405, "badMethod"),
            Map.entry(409, "conflictingRequest"),
            Map.entry(413, "overLimit"),
            Map.entry(415, "badMediaType"),
            Map.entry(429, "overLimit"),
            Map.entry(501, "notImplemented"),
            Map.entry(503, "serviceUnavailable"));

    private Faults() {}

    static ObjectNode of(int status, String message) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject(NAMES.getOrDefault(status, "computeFault"))
                .put("code", status)
                .put("message", message);
        return body;
    }

    /** The same with every problem by itself, for clients that can show them so. */
    static ObjectNode of(int status, String message, List<Problem> problems) {
        ObjectNode body = of(status, message);
        ((ObjectNode) body.elements().next()).setAll(PlanAnswerWriter.problems(problems));
        return body;
    }
}
