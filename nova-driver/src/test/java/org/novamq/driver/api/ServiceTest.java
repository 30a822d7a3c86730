package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.driver.json.Json;

/** Nova's paths, the dry run and the host. */
class ServiceTest {
    @TempDir
    private static Path directory;

    private static TestService service;

    @BeforeAll
    static void start() throws Exception {
        Path kernel = Files.writeString(directory.resolve("vmlinuz"), "kernel");
        service = new TestService(directory, """
                flavors: [{id: f1, name: small, vcpus: 4, ram: 64, disk: 0},
                          {id: f2, name: no-mq, vcpus: 4, ram: 64, disk: 0,
                           extra_specs: {'hw:vif_multiqueue_enabled': 'false'}}]
                images:
                  - {id: k, name: kernel, path: %s, disk_format: aki}
                  - {id: i1, name: demo, properties: {kernel_id: k, hw_vif_multiqueue_enable: 'true'}}
                  - {id: i2, name: gone, path: %s/nowhere.qcow2, disk_format: qcow2}
                  - {id: i3, name: mq, properties: {kernel_id: k, hw_vif_multiqueue_enabled: 'true'}}
                networks: [{id: n1, name: blue, bridge: lo}, {id: n2, name: red, bridge: nosuchbridge}]
                """.formatted(kernel, directory));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void aServerIsBootedShownListedAndDeleted() throws Exception {
        HttpResponse<String> accepted = post("/v2.1/servers", """
                {"server": {"name": "../<&\\"'é", "imageRef": "demo", "flavorRef": "small", "metadata": {"a": "b"},
                            "networks": [{"uuid": "blue", "queues": "3"}, {"uuid": "n1", "throughput": "medium"}]}}""");
        assertThat(accepted.statusCode()).isEqualTo(202);
        JsonNode booted = Json.parseObject(accepted.body()).path("server");
        assertThat(booted.has("warnings"))
                .as("Tempest takes no keys that Nova has not")
                .isFalse();
        assertThat(get("/v1/instances/" + booted.path("id").asText()).body())
                .contains("hw_vif_multiqueue_enable is not a known name", "did you mean 'hw_vif_multiqueue_enabled'?");
        String path = "/v2.1/servers/" + booted.path("id").asText();

        await().until(() -> get(path).body(), body -> body.contains("\"status\":\"ACTIVE\""));
        JsonNode server = Json.parseObject(get(path).body()).path("server");
        assertThat(server.path("name").asText()).isEqualTo("../<&\"'é");
        assertThat(server.at("/metadata/a").asText()).isEqualTo("b");
        assertThat(server.path("OS-EXT-STS:vm_state").asText()).isEqualTo("active");
        assertThat(get("/v2.1/servers").body()).contains(booted.path("id").asText());

        JsonNode queues = Json.parseObject(
                get("/v1/instances/" + booted.path("id").asText() + "/queues").body());
        assertThat(queues.at("/nics/0/planned/queues").asInt()).isEqualTo(3);
        assertThat(queues.at("/nics/0/provisioned/queues").asInt()).isEqualTo(3);
        assertThat(queues.at("/nics/1/planned/queues").asInt()).isEqualTo(2);

        assertThat(delete(path).statusCode()).isEqualTo(204);
        await().until(() -> get(path).statusCode(), status -> status == 404);
        assertThat(directory.resolve("instances")).isEmptyDirectory();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"uuid": "blue", "queues": 0}     | server.networks[0].queues: cannot give a NIC '0' queues
            {"uuid": "blue", "queues": -1}    | server.networks[0].queues: cannot give a NIC '-1' queues
            {"uuid": "blue", "queues": 257}   | a whole number from 1 to 256 is needed
            {"uuid": "blue", "queues": "four"}| server.networks[0].queues: cannot give a NIC 'four' queues
            {"uuid": "blue", "queues": 2.5}   | server.networks[0].queues: cannot give a NIC '2.5' queues
            {"uuid": "blu"}                   | cannot find the network 'blu' (did you mean 'blue'?)
            {"uuid": "red"}                   | cannot connect a NIC to the bridge 'nosuchbridge'
            {"uuid": "blue", "port": "x"}     | this service has no Neutron
            {"uuid": "blue", "queue": 2}      | cannot use the key 'queue'
            {"uuid": "blue", "queues": 2, "throughput": "low"} | cannot take both queues and throughput
            {"uuid": "blue", "tag": "queues=x"} | cannot read the tag 'queues=x'
            """)
    void aBadNicIsRefused(String network, String message) throws Exception {
        refuses(boot("demo", "small", network), 400, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            gone  | small | there is no such file
            nope  | small | cannot find the image 'nope'
            demo  | smal  | cannot find the flavor 'smal' (did you mean 'small'?)
            mq    | no-mq | FlavorImageConflict
            demo  | no-mq | the flavor's hw:vif_multiqueue_enabled reads as false
            """)
    void aBadReferenceOrConflictIsRefused(String image, String flavor, String message) throws Exception {
        refuses(boot(image, flavor, "{\"uuid\": \"blue\", \"queues\": 2}"), 400, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"server":              | cannot read the request as JSON
            []                      | a JSON object is needed, not a list
            {"server": {}, "x": 1}  | cannot use the key 'x'
            {"server": {"name": "a\\nb", "imageRef": "demo", "flavorRef": "small", "networks": "none"}} | every character must be printable
            {"server": {"name": "a", "name": "b"}} | Duplicate field 'name'
            """)
    void aBadBodyIsRefused(String body, String message) throws Exception {
        refuses(post("/v2.1/servers", body), 400, message);
    }

    @Test
    void aNameWithABlankAtAnEndIsRefusedWhereverOneIsGiven() throws Exception {
        String message = "name: cannot use the name 'a ': it must not begin or end with a blank";
        refuses(post("/v2.1/servers", """
                {"server": {"name": "a ", "imageRef": "demo", "flavorRef": "small", "networks": "none"}}"""), 400, message);
        refuses(post("/v2.1/servers/22222222-2222-3333-4444-555555555555/action", """
                {"rebuild": {"imageRef": "demo", "name": "a "}}"""), 400, message);
    }

    @Test
    void aSecondServerOfTheSameUuidIsAConflict() throws Exception {
        String body = """
                {"server": {"uuid": "22222222-2222-3333-4444-555555555555", "name": "a", "imageRef": "demo",
                            "flavorRef": "small", "networks": "none"}}""";
        assertThat(post("/v2.1/servers", body).statusCode()).isEqualTo(202);

        HttpResponse<String> second = post("/v2.1/servers", body);

        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("\"conflictingRequest\":{\"code\":409", "there is one of this uuid already");
        String path = "/v2.1/servers/22222222-2222-3333-4444-555555555555";
        assertThat(delete(path).statusCode()).isEqualTo(204);
        await().until(() -> get(path).statusCode(), status -> status == 404);
    }

    @Test
    void aLargeBodyIsRefusedHoweverItIsSent() throws Exception {
        String large = " ".repeat(BodyLimit.MAX_BYTES + 1);

        assertThat(post("/v1/plans", large).statusCode()).isEqualTo(413);
        HttpResponse<String> chunked = service.send(service.json("/v1/plans")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(large.getBytes(StandardCharsets.UTF_8)))));
        assertThat(chunked.statusCode()).isEqualTo(413);
        assertThat(chunked.body()).contains("\"overLimit\":{\"code\":413");
    }

    @Test
    void aBodyThatIsNotWhatItsHeadersSayIsTheCallersFault() throws Exception {
        HttpResponse<String> answer = service.send(service.json("/v1/plans")
                .header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("it is not what its headers say");
    }

    @Test
    void aNameIsUtf8WhateverTheHeaderSays() throws Exception {
        HttpResponse<String> bogus = service.send(service.request("/v1/plans")
                .header("Content-Type", "application/json; charset=bogus")
                .POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(bogus.statusCode()).isEqualTo(400);
        assertThat(bogus.body()).contains("instance");

        HttpResponse<String> torn = service.send(service.json("/v2.1/servers")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[] {'{', '"', (byte) 0xff, '"', '}'})));
        assertThat(torn.statusCode()).isEqualTo(400);
        assertThat(torn.body()).contains("it is not UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v2.1/servers/%ZZ", "/v2.1/servers/a%2Fb"})
    void aMalformedPathIsRefusedInNovasWords(String path) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 400")
                    .contains("application/json", "{\"badRequest\":{\"code\":400");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"\":\"b\"}", "{\"a/b\":\"c\"}", "{\"a\":null}", "{\"a\":1}"})
    void metadataThatCannotBeKeptIsRefused(String metadata) throws Exception {
        refuses(post("/v2.1/servers", """
                {"server": {"name": "x", "imageRef": "demo", "flavorRef": "small", "networks": "none", "metadata": %s}}""".formatted(metadata)), 400, "cannot keep the metadata");
    }

    @Test
    void metadataBeyondTheQuotaIsForbiddenFromTheStart() throws Exception {
        ObjectNode metadata = Json.MAPPER.createObjectNode();
        for (int i = 0; i < 129; i++) {
            metadata.put("k" + i, "v");
        }
        HttpResponse<String> answer = post("/v2.1/servers", """
                {"server": {"name": "x", "imageRef": "demo", "flavorRef": "small", "networks": "none", "metadata": %s}}""".formatted(metadata));
        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("Maximum number of metadata items exceeds 128");
    }

    @Test
    void theHostSaysWhatItsInstancesHaveTogether() throws Exception {
        JsonNode host = Json.parseObject(get("/v1/host").body());

        assertThat(host.at("/totals/queues").asInt()).isZero();
        assertThat(host.at("/limits/msi_vector_budget").asText()).isEqualTo("auto");
        assertThat(host.at("/hypervisor/uri").asText()).startsWith("test:///");
        assertThat(host.at("/headroom/queues").isNull()).isTrue();
        assertThat(host.at("/resources/vcpus").asInt()).isEqualTo(4);
        assertThat(host.at("/resources/memory_mb").asInt()).isEqualTo(8000);
        assertThat(host.at("/resources/disk_gb").asLong())
                .isGreaterThanOrEqualTo(host.at("/resources/disk_free_gb").asLong())
                .isEqualTo(Files.getFileStore(directory).getTotalSpace() >> 30);
        assertThat(host.at("/resources/hypervisor_version").isInt()).isTrue();
    }

    @Test
    void aDryRunAnswersWithAPlanOrWithProblems() throws Exception {
        HttpResponse<String> plan = post("/v1/plans", """
                {"instance": {"uuid": "11111111-2222-3333-4444-555555555555", "name": "x"}, "flavor": {"vcpus": 2},
                 "image": {}, "virt_type": "kvm", "nics": []}""");
        assertThat(plan.statusCode()).isEqualTo(200);
        assertThat(plan.body()).startsWith("{\"nics\":[],\"vectors\":{\"budget\":166,");

        HttpResponse<String> refused = post("/v1/plans", "{}");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(Json.parseObject(refused.body()).path("problems")).hasSize(5);
    }

    @Test
    void whatIsNotThereIsNotFoundInNovasWords() throws Exception {
        assertThat(get("/v2.1/servers/nope").body())
                .isEqualTo("{\"itemNotFound\":{\"code\":404,\"message\":\"Instance 'nope' could not be found.\"}}");
        assertThat(get("/nowhere").statusCode()).isEqualTo(404);
        assertThat(delete("/v2.1/servers").body()).startsWith("{\"badMethod\":{\"code\":405");
    }

    private static HttpResponse<String> boot(String image, String flavor, String network) throws Exception {
        return post("/v2.1/servers", """
                {"server": {"name": "x", "imageRef": "%s", "flavorRef": "%s", "networks": [%s]}}""".formatted(image, flavor, network));
    }

    /** A refusal says why and leaves nothing behind. */
    private static void refuses(HttpResponse<String> answer, int status, String message) throws Exception {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Json.parseObject(answer.body()).at("/badRequest/message").asText())
                .contains(message);
        assertThat(get("/v2.1/servers").body()).isEqualTo("{\"servers\":[]}");
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return service.post(path, body);
    }

    private static HttpResponse<String> get(String path) throws Exception {
        return service.get(path);
    }

    private static HttpResponse<String> delete(String path) throws Exception {
        return service.delete(path);
    }
}
