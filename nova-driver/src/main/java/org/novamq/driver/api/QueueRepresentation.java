package org.novamq.driver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.json.Json;
import org.novamq.driver.proof.QueueReport;
import org.novamq.driver.proof.Verdict;

/** The JSON of {@code GET /v1/instances/{id}/queues}. */
final class QueueRepresentation {
    private QueueRepresentation() {}

    static ObjectNode of(QueueReport report) {
        Instance instance = report.instance();
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("instance")
                .put("id", instance.uuid().toString())
                .put("name", instance.record().name())
                .put("status", instance.status().name());
        body.put("verdict", report.verdict().map(Verdict::name).orElse(null));
        ArrayNode nics = body.putArray("nics");
        report.nics().forEach(nic -> nics.add(nic(nic)));
        JsonNode plan = instance.record().plan();
        body.set("vectors", plan.path("vectors"));
        body.set("warnings", plan.path("warnings"));
        return body;
    }

    private static ObjectNode nic(QueueReport.Nic nic) {
        ObjectNode body = NicRepresentation.of(nic.planned(), nic.mac(), nic.network(), nic.provisioned());
        body.set("active", nic.active().map(QueueRepresentation::active).orElse(Json.MAPPER.nullNode()));
        body.put("verdict", nic.verdict().map(Verdict::name).orElse(null));
        body.put("reason", nic.reason());
        return body;
    }

    private static JsonNode active(QueueReport.Active active) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.set("queues", Json.number(active.queues()));
        body.put("evidence", active.evidence());
        active.max().ifPresent(max -> body.put("max", max));
        active.msiVectors().ifPresent(vectors -> body.put("msi_vectors", vectors));
        active.reason().ifPresent(reason -> body.put("reason", reason));
        return body;
    }
}
