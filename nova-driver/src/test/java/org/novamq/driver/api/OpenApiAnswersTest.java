package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novamq.driver.glance.FakeGlance;
import org.novamq.driver.json.Json;

/** {@code specs/openapi.yaml}: an object whose keys it lists has these keys, and no others. */
class OpenApiAnswersTest {
    private static final byte[] KERNEL = "kernel".getBytes(StandardCharsets.UTF_8);

    private final UUID id = UUID.randomUUID();

    @TempDir
    private Path directory;

    @Test
    void answersHaveTheKeysOfTheDocument() throws Exception {
        JsonNode schemas = new YAMLMapper()
                .readTree(Path.of("..", "specs", "openapi.yaml").toFile())
                .at("/components/schemas");
        try (FakeGlance glance = new FakeGlance();
                TestService service = new TestService(directory, "glance_endpoint: " + glance.endpoint())) {
            String path = "/v1/instances/" + id;
            HttpResponse<String> accepted = service.send(service.json(path)
                    .header("X-Auth-Token", FakeGlance.TOKEN)
                    .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(body(glance.add(KERNEL)))));
            check(schemas, "Instance", Json.parseObject(accepted.body()));
            await().until(() -> service.get(path).body(), body -> body.contains("\"status\":\"ACTIVE\""));

            check(schemas, "Instance", json(service, path));
            check(
                    schemas,
                    "InstanceBrief",
                    json(service, "/v1/instances").path("instances").get(0));
            check(schemas, "Host", json(service, "/v1/host"));
            check(schemas, "Diagnostics", json(service, path + "/diagnostics"));
            JsonNode queues = json(service, path + "/queues");
            check(schemas, "Queues", queues);
            assertThat(queues.path("nics")).hasSize(1);
            check(schemas, "Plan", json(service, path).path("plan"));
        }
    }

    private static JsonNode json(TestService service, String path) throws Exception {
        return Json.parseObject(service.get(path).body());
    }

    /** What is required is there; where the list is closed, nothing else is. */
    private static void check(JsonNode schemas, String name, JsonNode answer) {
        check(schemas, name, schemas.path(name), answer);
    }

    private static void check(JsonNode schemas, String at, JsonNode given, JsonNode answer) {
        JsonNode schema =
                given.has("$ref") ? schemas.path(given.path("$ref").asText().replaceFirst(".*/", "")) : given;
        List<String> keys = new ArrayList<>();
        answer.fieldNames().forEachRemaining(keys::add);
        List<String> known = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(known::add);
        if (answer.isObject() && !known.isEmpty()) {
            List<String> required = new ArrayList<>();
            schema.path("required").forEach(key -> required.add(key.asText()));
            assertThat(keys).as(at).containsAll(required);
            if (schema.path("additionalProperties").isBoolean()) {
                assertThat(known).as(at).containsAll(keys);
            }
        }
        for (String key : known) {
            if (answer.has(key)) {
                check(schemas, at + "." + key, schema.at("/properties/" + key), answer.get(key));
            }
        }
        for (JsonNode item : answer.isArray() ? answer : Json.MAPPER.createArrayNode()) {
            check(schemas, at + "[]", schema.path("items"), item);
        }
    }

    private String body(UUID kernel) {
        return """
                {"request": {"instance": {"uuid": "%s", "name": "one"}, "virt_type": "qemu", "image": {},
                             "flavor": {"vcpus": 2, "memory_mb": 64},
                             "nics": [{"vif": {"id": "p1", "address": "fa:16:3e:00:00:01", "type": "bridge",
                                               "network": {"id": "n", "bridge": "lo"}}, "queues": 2}]},
                 "image": {"kernel": {"id": "%s", "disk_format": "aki", "hash_algo": "sha512", "hash_value": "%s"}}}
                """.formatted(id, kernel, FakeGlance.sha512(KERNEL).value());
    }
}
