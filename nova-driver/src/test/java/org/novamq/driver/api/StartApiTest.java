package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a nova-compute does between the making of an instance and its start: its config drive, and a start that waits. */
@Timeout(120)
class StartApiTest extends ComputeApi {
    private static final String USER_DATA = "openstack/latest/user_data";

    @AfterEach
    void deleteIt() {
        await().until(() -> service.delete(path()).statusCode(), status -> status == 204);
    }

    /** libvirt's test driver knows no flags of a start: that it refuses one shows that ours arrives. */
    @Test
    void oneThatIsOffStartsPaused() throws Exception {
        makeIdle("\"power_on\": false");
        JsonNode refused = wish("{\"power_state\": \"paused\", \"nics\": [" + nic("p2", 4) + "]}");
        assertThat(refused.at("/fault/message").asText()).contains("paused").contains("unsupported flags (0x1)");
        assertThat(refused.at("/plan/nics/0/granted").asInt()).isEqualTo(4);
        assertThat(wish("{\"power_state\": \"running\"}").path("status").asText())
                .isEqualTo("ACTIVE");
    }

    @Test
    void aShutdownMayBeAskedForAgainAndAgain() throws Exception {
        makeIdle("\"power_on\": true");
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
        makeIdle("\"power_on\": false");
        JsonNode nic = awaitIdle().at("/interfaces/0");
        assertThat(nic.path("port_id").asText()).isEqualTo("p1");
        assertThat(nic.path("net_id").asText()).isEqualTo("n");
        assertThat(nic.path("mac_addr").asText()).isEqualTo("fa:16:3e:00:00:01");
        assertThat(nic.has("address")).isTrue();
    }

    @Test
    void aConfigDriveHoldsWhatItWasGivenLast() throws Exception {
        makeIdle("\"power_on\": false, \"config_drive\": true");
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
        makeIdle("\"power_on\": false, \"config_drive\": true");
        HttpResponse<String> answer = give(path, "c2VjcmV0");
        refuses(answer, 400, "cannot put");
        assertThat(answer.body()).doesNotContain("c2VjcmV0");
    }

    @Test
    void aConfigDriveThatCannotBeIsRefused() throws Exception {
        makeIdle("\"power_on\": false");
        refuses(give(USER_DATA, "c2VjcmV0"), 409, "it was made without one");
        refuses(give(USER_DATA, "no base64!"), 400, "files[0].content");
    }

    private HttpResponse<String> give(String path, String content) throws Exception {
        String body = "{\"files\": [{\"paths\": [\"" + path + "\", \"ec2/latest/user-data\"], \"content\": \"" + content
                + "\"}]}";
        return service.put(path("/config-drive"), body);
    }

    private void makeIdle(String keys) throws Exception {
        make(keys);
        awaitIdle();
    }

    private JsonNode wish(String body) throws Exception {
        HttpResponse<String> accepted = service.put(path("/power-state"), body);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        return awaitIdle();
    }
}
