package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novamq.driver.json.Json;

/** A server has the keys of Nova's, which strict clients hold it to, and says of itself what is true. */
class ServerRepresentationTest {
    /** Nova's at 2.1 in the answer to a rebuild, but for the password; Tempest takes no others there. */
    private static final List<String> CORE = keys("""
            id name status tenant_id user_id hostId image flavor created updated addresses accessIPv4 accessIPv6 links
            metadata progress OS-DCF:diskConfig""");

    /** An administrator's at 2.1, but for the security groups: Neutron's, and absent in Nova too where there are none. */
    private static final Iterable<String> FULL = Iterables.concat(CORE, keys("""
            config_drive key_name OS-EXT-AZ:availability_zone OS-EXT-SRV-ATTR:host OS-EXT-SRV-ATTR:hypervisor_hostname
            OS-EXT-SRV-ATTR:instance_name OS-EXT-STS:power_state OS-EXT-STS:vm_state OS-EXT-STS:task_state
            OS-SRV-USG:launched_at OS-SRV-USG:terminated_at os-extended-volumes:volumes_attached"""));

    @TempDir
    private static Path directory;

    private static TestService service;
    private static JsonNode accepted;
    private static String path;

    @BeforeAll
    static void boot() throws Exception {
        Path kernel = Files.writeString(directory.resolve("vmlinuz"), "kernel");
        service = new TestService(directory, """
                flavors: [{id: f1, name: small, vcpus: 4, ram: 64, disk: 0}]
                images:
                  - {id: k, name: kernel, path: %s, disk_format: aki}
                  - {id: a/b, name: demo, properties: {kernel_id: k}}
                networks: [{id: n1, name: blue, bridge: lo}]
                """.formatted(kernel));
        accepted = server(service.post("/v2.1/servers", """
                {"server": {"name": "one", "imageRef": "demo", "flavorRef": "small"}}"""));
        path = "/v2.1/servers/" + accepted.path("id").asText();
        await().until(() -> shown().path("status").asText().equals("ACTIVE"));
    }

    @AfterAll
    static void stop() {
        service.close();
    }

    @Test
    void itHasNovasKeysAndNoOthers() throws Exception {
        assertThat(accepted.fieldNames()).toIterable().containsOnly("id", "links", "OS-DCF:diskConfig");
        assertThat(shown().fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(FULL);
        assertThat(Json.parseObject(service.get("/v2.1/servers/detail").body()).at("/servers/0"))
                .isEqualTo(shown());
        assertThat(Json.parseObject(service.get("/v2.1/servers").body())
                        .at("/servers/0")
                        .fieldNames())
                .toIterable()
                .containsOnly("id", "name", "links");
    }

    @Test
    void itsLinksAreWhole() throws Exception {
        String base = "http://127.0.0.1:" + service.port();
        assertThat(shown().path("links")).isEqualTo(accepted.path("links"));
        assertThat(shown().path("links").toString())
                .isEqualTo("[{\"rel\":\"self\",\"href\":\"%s\"},{\"rel\":\"bookmark\",\"href\":\"%s\"}]"
                        .formatted(base + path, base + path.replace("/v2.1", "")));
        assertThat(shown().path("flavor").toString())
                .isEqualTo("{\"id\":\"f1\",\"links\":[{\"rel\":\"bookmark\",\"href\":\"" + base + "/flavors/f1\"}]}");
        assertThat(shown().at("/image/links/0/href").asText()).isEqualTo(base + "/images/a%2Fb");
    }

    @Test
    void itsHostIsTheOneThatItRunsOn() throws Exception {
        String host = Json.parseObject(service.get("/v1/host").body())
                .at("/hypervisor/hostname")
                .asText();
        byte[] ofNoProject = MessageDigest.getInstance("SHA-224").digest(host.getBytes(StandardCharsets.UTF_8));
        assertThat(host).isNotEmpty();
        assertThat(shown().path("OS-EXT-SRV-ATTR:host").asText()).isEqualTo(host);
        assertThat(shown().path("hostId").asText()).isEqualTo(HexFormat.of().formatHex(ofNoProject));
        assertThat(shown().path("tenant_id").asText()).isEmpty();
        assertThat(shown().path("user_id").asText()).isEmpty();
        assertThat(shown().path("addresses").toString()).isEqualTo("{\"blue\":[]}");
    }

    @Test
    void itWasUpdatedWhenSomethingOfItWasWritten() throws Exception {
        String created = shown().path("created").asText();
        assertThat(shown().path("OS-SRV-USG:launched_at").asText()).matches("[0-9-]{10}T[0-9:]{8}\\.000000");

        await().until(() -> {
            service.post(path + "/metadata", "{\"metadata\": {\"a\": \"b\"}}");
            return shown().path("updated").asText().compareTo(created) > 0;
        });

        assertThat(shown().path("created").asText()).isEqualTo(created);
    }

    @Test
    void aRebuildAnswersWithLess() throws Exception {
        JsonNode rebuilt = server(service.post(path + "/action", "{\"rebuild\": {\"imageRef\": \"demo\"}}"));

        assertThat(rebuilt.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(CORE);
        await().until(() -> shown().path("OS-EXT-STS:task_state").isNull());
    }

    private static JsonNode shown() throws Exception {
        return server(service.get(path));
    }

    private static JsonNode server(HttpResponse<String> answer) {
        return Json.parseObject(answer.body()).path("server");
    }

    private static List<String> keys(String text) {
        return ImmutableList.copyOf(Splitter.onPattern("\\s+").split(text));
    }
}
