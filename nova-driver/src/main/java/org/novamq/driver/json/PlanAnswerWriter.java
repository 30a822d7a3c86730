package org.novamq.driver.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.novamq.image.Problem;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.NicPlan;
import org.novamq.vif.frontend.DriverElement;
import org.novamq.vif.queue.Ledger;
import org.novamq.vif.queue.Limit;

/** Writes the dry run's answer and its refusal (specs/plan-api.rst), keys in the contract's order. */
public final class PlanAnswerWriter {
    private PlanAnswerWriter() {}

    /** The whole answer. */
    public static ObjectNode plan(InstancePlan plan) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode nics = answer.putArray("nics");
        plan.nics().forEach(nic -> nics.add(nic(nic)));
        Ledger ledger = plan.ledger();
        ObjectNode vectors = answer.putObject("vectors");
        vectors.set("budget", Json.number(ledger.budget()));
        vectors.put("origin", ledger.origin());
        vectors.putObject("lines")
                .put("count", ledger.lines().count())
                .put("board", ledger.lines().board())
                .put("devices", ledger.lines().devices());
        vectors.put("used", ledger.used());
        ArrayNode devices = vectors.putArray("devices");
        ledger.devices()
                .forEach(entry -> devices.addObject()
                        .put("device", entry.kind().text())
                        .put("count", entry.count())
                        .put("vectors", entry.vectors()));
        answer.putObject("irq_routes").put("used", ledger.irqRoutes()).put("limit", Ledger.KVM_MAX_IRQ_ROUTES);
        answer.put("vhost_memory_kib", ledger.vhostMemoryKib());
        plan.warnings().forEach(answer.putArray("warnings")::add);
        return answer;
    }

    /** A refusal. */
    public static ObjectNode problems(List<Problem> problems) {
        ObjectNode answer = Json.MAPPER.createObjectNode();
        ArrayNode list = answer.putArray("problems");
        problems.forEach(problem -> list.addObject()
                .put("field", problem.field())
                .put("value", problem.value())
                .put("message", problem.message()));
        return answer;
    }

    private static ObjectNode nic(NicPlan nic) {
        ObjectNode node = Json.MAPPER.createObjectNode().put("id", nic.id());
        node.putObject("requested")
                .put("queues", nic.requested().queues())
                .put("source", nic.requested().source().text());
        node.set("granted", Json.number(nic.granted()));
        ArrayNode limits = node.putArray("limits");
        nic.limits().forEach(limit -> limits.add(limit(limit)));
        node.set("driver", driver(nic.device().driver()));
        node.putObject("vectors").put("used", nic.usedVectors()).put("reserved", nic.reservedVectors());
        return node.put("interface_xml", nic.interfaceXml());
    }

    private static ObjectNode limit(Limit limit) {
        ObjectNode node =
                Json.MAPPER.createObjectNode().put("limit", limit.name().text()).put("from", limit.from());
        node.set("to", Json.number(limit.to()));
        return node.put("value", limit.value()).put("origin", limit.origin());
    }

    private static com.fasterxml.jackson.databind.JsonNode driver(Optional<DriverElement> driver) {
        if (driver.isEmpty()) {
            return Json.MAPPER.nullNode();
        }
        DriverElement element = driver.get();
        ObjectNode node = Json.MAPPER.createObjectNode();
        element.name().ifPresent(name -> node.put("name", name));
        element.queues().ifPresent(queues -> node.put("queues", queues));
        if (element.packed()) {
            node.put("packed", true);
        }
        element.rxQueueSize().ifPresent(size -> node.put("rx_queue_size", size));
        element.txQueueSize().ifPresent(size -> node.put("tx_queue_size", size));
        return node;
    }
}
