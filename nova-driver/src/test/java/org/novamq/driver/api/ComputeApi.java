package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.novamq.driver.glance.FakeGlance;
import org.novamq.driver.json.Json;

/** What tests of {@code /v1/instances} stand on: a service, a Glance, and an instance for each test, in a nova-compute's words. */
abstract class ComputeApi {
    static final byte[] KERNEL = "kernel".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path directory;

    static FakeGlance glance;
    static TestService service;

    UUID kernel;
    String id;

    @BeforeAll
    static void start() throws Exception {
        glance = new FakeGlance();
        service = new TestService(directory, """
                glance_endpoint: %s/
                glance_timeout: 30
                """.formatted(glance.endpoint()));
    }

    @AfterAll
    static void stop() {
        service.close();
        glance.close();
    }

    @BeforeEach
    void prepare() {
        kernel = glance.add(KERNEL);
        id = UUID.randomUUID().toString();
    }

    String path() {
        return "/v1/instances/" + id;
    }

    String path(String more) {
        return path() + more;
    }

    void make(String keys) throws Exception {
        HttpResponse<String> answer = put(body(keys));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
    }

    HttpResponse<String> put(String body) throws Exception {
        return service.send(
                service.json(path()).header("X-Auth-Token", FakeGlance.TOKEN).PUT(BodyPublishers.ofString(body)));
    }

    /** The usual body; the keys given replace or add to its own. */
    String body(String keys) {
        String usual = """
                {"request": {"instance": {"uuid": "%s", "name": "one"}, "virt_type": "qemu",
                             "flavor": {"name": "small", "vcpus": 4, "memory_mb": 64},
                             "image": {"properties": {"os_command_line": "quiet"}}, "nics": [%s]},
                 "image": {"kernel": {"id": "%s", "disk_format": "aki", "hash_algo": "sha512", "hash_value": "%s"}}}
                """.formatted(
                        id, nic("p1", 2), kernel, FakeGlance.sha512(KERNEL).value());
        var body = Json.parseObject(usual);
        body.setAll(Json.parseObject("{" + keys + "}"));
        return body.toString();
    }

    static String nic(String port, int queues) {
        return """
                {"vif": {"id": "%s", "address": "fa:16:3e:00:00:0%s", "type": "bridge", "devname": "tap%s",
                         "network": {"id": "n", "bridge": "lo", "label": "blue"}}, "queues": %d}
                """.formatted(port, port.substring(1), port, queues);
    }

    JsonNode awaitIdle() {
        return await().until(
                        () -> Json.parseObject(service.get(path()).body()),
                        instance -> instance.path("task").isNull()
                                && !instance.path("status").asText().equals("BUILD"));
    }

    /** A refused body by all its problems; anything else by Nova's message. */
    static void refuses(HttpResponse<String> answer, int status, String message) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        StringBuilder told = new StringBuilder();
        for (JsonNode problem : Json.parseObject(answer.body()).path("problems")) {
            told.append(problem.path("field").asText())
                    .append(": ")
                    .append(problem.path("message").asText())
                    .append('\n');
        }
        assertThat(told.isEmpty() ? answer.body() : told.toString()).contains(message);
    }
}
