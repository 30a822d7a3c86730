package org.novamq.driver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.Task;
import org.novamq.driver.json.Json;

/** The JSON of {@code /v1/instances}: the instance's record, as its domain's metadata keeps it, and its power state. */
final class InstanceRepresentation {
    private InstanceRepresentation() {}

    static ObjectNode of(Instance instance) {
        InstanceRecord record = instance.record();
        ObjectNode body = brief(instance)
                .put("created", record.created())
                .put("launched", record.launched())
                .put("image", record.blueprint().image())
                .put("flavor", record.blueprint().flavor())
                .put("nic_slots", record.blueprint().nicSlots());
        body.set("fault", fault(record.fault()));
        body.set("warnings", record.plan().path("warnings"));
        body.set("interfaces", interfaces(instance));
        body.set("disks", disks(instance));
        body.set("request", record.request());
        body.set("plan", record.plan());
        return body;
    }

    /** What a list of them has. */
    static ObjectNode brief(Instance instance) {
        return Json.MAPPER
                .createObjectNode()
                .put("id", instance.uuid().toString())
                .put("name", instance.record().name())
                .put("domain", instance.domainName())
                .put("status", instance.status().name())
                .put("power_state", instance.powerState())
                .put("task", task(instance.record()));
    }

    private static @Nullable String task(InstanceRecord record) {
        return switch (record.stage()) {
            case BUILDING -> "spawn";
            case DELETING -> "delete";
            case BUILT, RESIZED, ERROR -> {
                Task task = record.task();
                yield task == null ? null : task.action().text();
            }
        };
    }

    /** In the order of the plan; one that the domain does not have is left out. */
    private static ArrayNode interfaces(Instance instance) {
        ArrayNode interfaces = Json.MAPPER.createArrayNode();
        Blueprint blueprint = instance.record().blueprint();
        for (int i = 0; i < blueprint.nicCount(); i++) {
            String mac = blueprint.mac(i);
            JsonNode vif = blueprint.vif(i);
            instance.interfaces().stream()
                    .filter(nic -> nic.mac().equals(mac))
                    .findFirst()
                    .ifPresent(nic -> interfaces
                            .addObject()
                            .put("port_id", vif.path("id").asText())
                            .put("net_id", vif.at("/network/id").asText())
                            .put("mac_addr", mac)
                            .put("address", nic.address().orElse(null)));
        }
        return interfaces;
    }

    private static ArrayNode disks(Instance instance) {
        ArrayNode disks = Json.MAPPER.createArrayNode();
        instance.disks()
                .forEach(disk -> disks.addObject()
                        .put("target", disk.target())
                        .put("bus", disk.bus())
                        .put("address", disk.address().orElse(null)));
        return disks;
    }

    private static JsonNode fault(@Nullable Fault fault) {
        return fault == null
                ? Json.MAPPER.nullNode()
                : Json.MAPPER
                        .createObjectNode()
                        .put("code", fault.code())
                        .put("message", fault.message())
                        .put("created", fault.created());
    }
}
