package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.Task;
import org.novamq.driver.json.Json;

/** The JSON of {@code GET /v1/instances/{id}}: the instance's record, as its domain's metadata keeps it. */
final class InstanceRepresentation {
    private InstanceRepresentation() {}

    static ObjectNode of(Instance instance) {
        InstanceRecord record = instance.record();
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("id", instance.uuid().toString())
                .put("name", record.name())
                .put("status", instance.status().name())
                .put("domain", instance.domainName())
                .put("created", record.created())
                .put("launched", record.launched())
                .put("image", record.blueprint().image())
                .put("flavor", record.blueprint().flavor())
                .put("nic_slots", record.blueprint().nicSlots());
        Task task = record.task();
        body.put("task", task == null ? null : task.action().text());
        body.set("fault", fault(record.fault()));
        body.set("request", record.request());
        body.set("plan", record.plan());
        return body;
    }

    private static com.fasterxml.jackson.databind.JsonNode fault(@org.jspecify.annotations.Nullable Fault fault) {
        return fault == null
                ? Json.MAPPER.nullNode()
                : Json.MAPPER
                        .createObjectNode()
                        .put("code", fault.code())
                        .put("message", fault.message())
                        .put("created", fault.created());
    }
}
