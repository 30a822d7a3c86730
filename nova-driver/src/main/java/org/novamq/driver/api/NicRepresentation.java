package org.novamq.driver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.json.Json;

/** The JSON of one NIC: what was planned for it, and what the domain has. */
final class NicRepresentation {
    private NicRepresentation() {}

    static ObjectNode of(Instance instance, int index) {
        Blueprint blueprint = instance.record().blueprint();
        String mac = blueprint.mac(index);
        Optional<LiveInterface> live = instance.interfaces().stream()
                .filter(nic -> nic.mac().equals(mac))
                .findFirst();
        String network = blueprint.vif(index).at("/network/label").asText();
        return of(blueprint.nicPlan(index), mac, network, live);
    }

    static ObjectNode of(JsonNode plan, String mac, String network, Optional<LiveInterface> live) {
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("id", plan.path("id").asText())
                .put("mac", mac)
                .put("network", network);
        ObjectNode planned = body.putObject("planned");
        planned.set("queues", plan.path("granted"));
        planned.set("requested", plan.path("requested").path("queues"));
        planned.set("source", plan.path("requested").path("source"));
        planned.set("limits", plan.path("limits"));
        planned.set("vectors", plan.path("vectors"));
        body.set("provisioned", live.map(NicRepresentation::provisioned).orElse(Json.MAPPER.nullNode()));
        return body;
    }

    private static JsonNode provisioned(LiveInterface live) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("queues", live.queues());
        live.target().ifPresent(target -> body.put("target", target));
        return body;
    }
}
