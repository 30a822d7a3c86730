package org.novamq.driver.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.novamq.vif.request.HostLimits;

/** The migration check's question: whose limits hold. */
class RecreationJsonTest {
    private static final HostLimits TWO = HostLimits.builder().maxQueues(2).build();
    private static final String REQUEST = """
            {"instance": {"uuid": "b7c95471-0b82-469f-8962-7b9dabbe3ed5", "name": "vm"}, "flavor": {"vcpus": 4},
             "image": {}, "virt_type": "kvm",
             "nics": [{"vif": {"id": "p1", "address": "fa:16:3e:00:00:01", "type": "bridge",
                               "network": {"id": "n1", "bridge": "br0"}}, "queues": 4}]""";
    private static final String PLAN =
            "{\"nics\": [{\"granted\": 4, \"driver\": {\"name\": \"vhost\", \"queues\": 4}}]}";

    private static JsonNode check(String ofRequest, String ofQuestion) {
        String question = "{\"request\": " + REQUEST + ofRequest + "}, \"plan\": " + PLAN + ofQuestion + "}";
        return RecreationJson.check(Json.parseObject(question), TWO);
    }

    @Test
    void theHostThatIsNamedAndNothingOfTheOneThatIsAsked() {
        assertThat(check("", ", \"host\": {}").path("possible").asBoolean()).isTrue();
    }

    @Test
    void elseTheOneThatIsAsked() {
        JsonNode answer = check("", "");
        assertThat(answer.path("possible").asBoolean()).isFalse();
        assertThat(answer.at("/reasons/0/message").asText())
                .isEqualTo("NIC p1 has 4 queues and would have 2: max_queues is 2 (max_queues of the deployer)");
    }

    @Test
    void withWhatTheRequestItselfSaysOfIt() {
        assertThat(check(", \"host\": {\"max_queues\": 8}", "").path("possible").asBoolean())
                .isTrue();
    }
}
