package org.novamq.driver.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.novamq.driver.json.Json;
import org.novamq.image.Problem;
import org.novamq.image.Texts;

/**
 * Reads what the service says of a refusal: Nova's {@code {"badRequest": {"code", "message", "problems"?}}} under any
 * name, the dry run's {@code {"problems": […]}}, or a framework's {@code {"code", "message"}}.
 */
final class ErrorBody {
    private ErrorBody() {}

    /** The problems of a refusal; at least one, whatever the body is. */
    static List<Problem> problems(int status, String body) {
        JsonNode root = parse(body);
        JsonNode fault = root.has("message") || root.has("problems")
                ? root
                : root.properties().stream()
                        .map(java.util.Map.Entry::getValue)
                        .filter(value -> value.has("message"))
                        .findFirst()
                        .orElse(root);
        List<Problem> problems = new ArrayList<>();
        for (JsonNode problem : fault.path("problems")) {
            problems.add(new Problem(
                    problem.path("field").asText(),
                    problem.path("value").asText(),
                    problem.path("message").asText()));
        }
        if (problems.isEmpty()) {
            String message = fault.path("message").asText();
            problems.add(new Problem("", "", message.isEmpty() ? unknown(status, body) : message));
        }
        return problems;
    }

    private static String unknown(int status, String body) {
        return "the service answered " + status + (body.isBlank() ? "" : " " + Texts.quote(body.strip()));
    }

    private static JsonNode parse(String body) {
        try {
            return Json.MAPPER.readTree(body);
        } catch (JsonProcessingException e) {
            return Json.MAPPER.missingNode();
        }
    }
}
