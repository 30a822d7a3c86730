package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.driver.glance.FakeGlance;
import org.novamq.driver.json.Json;

/** What a nova-compute does between the making of an instance and its start: its config drive, and a start that waits. */
@Timeout(120)
class StartApiTest {
    private static final byte[] KERNEL = "kernel".getBytes(StandardCharsets.UTF_8);
    private static final String USER_DATA = "openstack/latest/user_data";

    @TempDir
    private static Path directory;

    private static FakeGlance glance;
    private static TestService service;

    private UUID kernel;
    private String id;

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

    @AfterEach
    void deleteIt() {
        await().until(() -> service.delete(path("")).statusCode(), status -> status == 204);
    }

    /** libvirt's test driver knows no flags of a start: that it refuses one shows that ours arrives. */
    @Test
    void oneThatIsOffStartsPaused() throws Exception {
        make("\"power_on\": false");
        JsonNode refused = wish("{\"power_state\": \"paused\", \"nics\": [" + nic("p2", 4) + "]}");
        assertThat(refused.at("/fault/message").asText()).contains("paused").contains("unsupported flags (0x1)");
        assertThat(refused.at("/plan/nics/0/granted").asInt()).isEqualTo(4);
        assertThat(wish("{\"power_state\": \"running\"}").path("status").asText())
                .isEqualTo("ACTIVE");
    }

    @Test
    void aShutdownMayBeAskedForAgainAndAgain() throws Exception {
        make("\"power_on\": true");
        assertThat(wish("{\"power_state\": \"shutdown\", \"timeout\": 3, \"retry_interval\": 1}")
                        .path("power_state")
                        .asText())
                .isEqualTo("shutdown");
        refuses(
                service.put(path("/power-state"), "{\"power_state\": \"running\", \"retry_interval\": 1}"),
                400,
                "it goes with power_state shutdown alone");
    }

    @Test
    void itSaysWhereTheGuestFindsItsNics() throws Exception {
        make("\"power_on\": false");
        JsonNode nic = awaitIdle().at("/interfaces/0");
        assertThat(nic.path("port_id").asText()).isEqualTo("p1");
        assertThat(nic.path("net_id").asText()).isEqualTo("n");
        assertThat(nic.path("mac_addr").asText()).isEqualTo("fa:16:3e:00:00:01");
        assertThat(nic.has("address")).isTrue();
    }

    @Test
    void aConfigDriveHoldsWhatItWasGivenLast() throws Exception {
        make("\"power_on\": false, \"config_drive\": true");
        assertThat(give(USER_DATA, "Zmlyc3Q=").statusCode()).isEqualTo(204);
        assertThat(give(USER_DATA, "c2VjcmV0").statusCode()).isEqualTo(204);
        wish("{\"power_state\": \"running\"}");
        refuses(give(USER_DATA, "c2VjcmV0"), 409, "it is ACTIVE");
        Path given = directory.resolve("instances").resolve(id).resolve("disk.config.given");
        assertThat(Files.readString(given, StandardCharsets.ISO_8859_1))
                .contains("secret")
                .doesNotContain("first");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(given)))
                .isEqualTo("rw-------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "a/./b", "a//b", "a/", "..", "a b", ""})
    void noPathLeadsOutOfTheDriveAndNoSecretIsTold(String path) throws Exception {
        make("\"power_on\": false, \"config_drive\": true");
        HttpResponse<String> answer = give(path, "c2VjcmV0");
        refuses(answer, 400, "cannot put");
        assertThat(answer.body()).doesNotContain("c2VjcmV0");
    }

    @Test
    void aConfigDriveThatCannotBeIsRefused() throws Exception {
        make("\"power_on\": false");
        refuses(give(USER_DATA, "c2VjcmV0"), 409, "it was made without one");
        refuses(give(USER_DATA, "no base64!"), 400, "files[0].content");
    }

    private HttpResponse<String> give(String path, String content) throws Exception {
        String body = "{\"files\": [{\"paths\": [\"" + path + "\", \"ec2/latest/user-data\"], \"content\": \"" + content
                + "\"}]}";
        return service.put(path("/config-drive"), body);
    }

    private void make(String keys) throws Exception {
        HttpResponse<String> answer = service.send(service.json(path(""))
                .header("X-Auth-Token", FakeGlance.TOKEN)
                .PUT(BodyPublishers.ofString(body(keys))));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        awaitIdle();
    }

    private String body(String keys) {
        String usual = """
                {"request": {"instance": {"uuid": "%s", "name": "one"}, "virt_type": "qemu", "image": {},
                             "flavor": {"vcpus": 4, "memory_mb": 64}, "nics": [%s]},
                 "image": {"kernel": {"id": "%s", "disk_format": "aki", "hash_algo": "sha512", "hash_value": "%s"}}}
                """.formatted(
                        id, nic("p1", 2), kernel, FakeGlance.sha512(KERNEL).value());
        var body = Json.parseObject(usual);
        body.setAll(Json.parseObject("{" + keys + "}"));
        return body.toString();
    }

    private static String nic(String port, int queues) {
        return """
                {"vif": {"id": "%s", "address": "fa:16:3e:00:00:0%s", "type": "bridge",
                         "network": {"id": "n", "bridge": "lo"}}, "queues": %d}
                """.formatted(port, port.substring(1), queues);
    }

    private JsonNode wish(String body) throws Exception {
        HttpResponse<String> accepted = service.put(path("/power-state"), body);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return awaitIdle();
    }

    private JsonNode awaitIdle() {
        return await().until(
                        () -> Json.parseObject(service.get(path("")).body()),
                        instance -> instance.path("task").isNull());
    }

    private static void refuses(HttpResponse<String> answer, int status, String message) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains(message);
    }

    private String path(String below) {
        return "/v1/instances/" + id + below;
    }
}
