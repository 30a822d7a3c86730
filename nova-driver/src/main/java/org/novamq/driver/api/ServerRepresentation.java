package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.json.Json;

/** A server in Nova's JSON (nova/api/openstack/compute/views/servers.py, microversion 2.1). */
final class ServerRepresentation {
    private ServerRepresentation() {}

    /** The answer to a boot. */
    static ObjectNode accepted(UUID uuid) {
        ObjectNode server = Json.MAPPER.createObjectNode().put("id", uuid.toString());
        link(server, uuid);
        server.put("OS-DCF:diskConfig", "MANUAL");
        return server;
    }

    /** One line of the short list. */
    static ObjectNode brief(Instance instance) {
        ObjectNode server = Json.MAPPER
                .createObjectNode()
                .put("id", instance.uuid().toString())
                .put("name", instance.record().name());
        link(server, instance.uuid());
        return server;
    }

    static ObjectNode full(Instance instance) {
        InstanceRecord record = instance.record();
        ObjectNode server = brief(instance)
                .put("status", instance.status().name())
                .put("created", record.created())
                .put("updated", record.created());
        server.putObject("image").put("id", record.blueprint().image());
        server.putObject("flavor").put("id", record.blueprint().flavor());
        server.put("config_drive", record.blueprint().configDrive() ? "True" : "");
        server.putObject("addresses");
        server.set("metadata", Json.MAPPER.valueToTree(record.metadata()));
        server.put("OS-EXT-SRV-ATTR:instance_name", instance.domainName())
                .put("OS-EXT-STS:power_state", instance.power().code())
                .put("OS-EXT-STS:vm_state", instance.vmState())
                .put("OS-EXT-STS:task_state", instance.taskState());
        Fault fault = record.fault();
        if (fault != null && record.stage() == Stage.ERROR) {
            server.putObject("fault")
                    .put("code", fault.code())
                    .put("message", fault.message())
                    .put("created", fault.created());
        }
        return server;
    }

    private static void link(ObjectNode server, UUID uuid) {
        ArrayNode links = server.putArray("links");
        links.addObject().put("rel", "self").put("href", "/v2.1/servers/" + uuid);
    }
}
