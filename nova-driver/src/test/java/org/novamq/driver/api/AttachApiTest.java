package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.novamq.driver.json.Json;

/** Attachments for which those that run leave too little. libvirt's test driver makes no others. */
@Timeout(120)
class AttachApiTest extends ComputeApi {
    @AfterEach
    void deleteIt() {
        await().until(() -> service.delete(path()).statusCode(), status -> status == 204);
    }

    @Test
    void aNicWithoutRoomForOneQueueIsAConflict() throws Exception {
        JsonNode before = makeWith("{\"mq:vector_budget\": \"14\"}");

        refuses(
                service.put(path("/nics/p2"), nic("p2", 4)),
                409,
                "cannot attach NIC p2: with one queue the instance takes");

        assertThat(awaitIdle()).isEqualTo(before);
    }

    @Test
    void underStrictANicThatFallsShortIsRefusedByItsOwnField() throws Exception {
        JsonNode before = makeWith("{\"mq:vector_budget\": \"24\", \"mq:strict\": \"1\"}");

        refuses(
                service.put(path("/nics/p2"), nic("p2", 4)),
                400,
                "queues: cannot give NIC p2 the 4 queues that it asks for: 2 fit, msi_vectors is 24");

        assertThat(awaitIdle()).isEqualTo(before);
    }

    /** Its one NIC has 4 queues where they fit: 9 of 22 vectors, and 3 are set aside for another. */
    private JsonNode makeWith(String extraSpecs) throws Exception {
        ObjectNode body = Json.parseObject(body(""));
        ((ObjectNode) body.at("/request/flavor")).set("extra_specs", Json.parseObject(extraSpecs));
        ((ObjectNode) body.at("/request/nics/0")).put("queues", 4);
        assertThat(put(body.toString()).statusCode()).isEqualTo(202);
        return awaitIdle();
    }
}
