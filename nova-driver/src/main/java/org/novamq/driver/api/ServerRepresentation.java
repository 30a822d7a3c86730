package org.novamq.driver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.HashCode;
import jakarta.ws.rs.core.UriInfo;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.Instance.Status;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.json.Json;

/**
 * A server in Nova's JSON (nova/api/openstack/compute/views/servers.py, microversion 2.1): all keys that it has for an
 * administrator, and no others. What this service does not know (it has no Keystone, so no projects and users; no key
 * pairs, zones, volumes or addresses) has the value that Nova gives where there is none.
 */
final class ServerRepresentation {
    private static final String NO_PROJECT = "";
    private static final Set<Status> IN_PROGRESS = EnumSet.of(Status.ACTIVE, Status.BUILD, Status.VERIFY_RESIZE);

    private final Supplier<String> hostname;

    /** @param hostname as libvirt knows it */
    ServerRepresentation(Supplier<String> hostname) {
        this.hostname = hostname;
    }

    /** The answer to a boot. */
    static ObjectNode accepted(UUID uuid, UriInfo uri) {
        ObjectNode server = Json.MAPPER.createObjectNode().put("id", uuid.toString());
        link(server, uuid, uri);
        server.put("OS-DCF:diskConfig", "MANUAL");
        return server;
    }

    /** One line of the short list. */
    static ObjectNode brief(Instance instance, UriInfo uri) {
        ObjectNode server = Json.MAPPER
                .createObjectNode()
                .put("id", instance.uuid().toString())
                .put("name", instance.record().name());
        link(server, instance.uuid(), uri);
        return server;
    }

    /** What the answer to a rebuild has. */
    ObjectNode core(Instance instance, UriInfo uri) {
        InstanceRecord record = instance.record();
        ObjectNode server = brief(instance, uri)
                .put("status", instance.status().name())
                .put("tenant_id", NO_PROJECT)
                .put("user_id", "")
                .put("hostId", hostId(hostname.get()))
                .put("created", record.created())
                .put("updated", Optional.ofNullable(record.updated()).orElse(record.created()))
                .put("accessIPv4", "")
                .put("accessIPv6", "")
                .put("OS-DCF:diskConfig", "MANUAL");
        server.set("image", reference("images", record.blueprint().image(), uri));
        server.set("flavor", reference("flavors", record.blueprint().flavor(), uri));
        server.set("addresses", addresses(record.blueprint()));
        server.set("metadata", Json.MAPPER.valueToTree(record.metadata()));
        if (IN_PROGRESS.contains(instance.status())) {
            server.put("progress", 0);
        }
        Fault fault = record.fault();
        if (fault != null && record.stage() == Stage.ERROR) {
            server.putObject("fault")
                    .put("code", fault.code())
                    .put("message", fault.message())
                    .put("created", fault.created());
        }
        return server;
    }

    ObjectNode full(Instance instance, UriInfo uri) {
        InstanceRecord record = instance.record();
        ObjectNode server = core(instance, uri)
                .put("config_drive", record.blueprint().configDrive() ? "True" : "")
                .putNull("key_name")
                .put("OS-EXT-AZ:availability_zone", "")
                .put("OS-EXT-SRV-ATTR:host", hostname.get())
                .put("OS-EXT-SRV-ATTR:hypervisor_hostname", hostname.get())
                .put("OS-EXT-SRV-ATTR:instance_name", instance.domainName())
                .put("OS-EXT-STS:power_state", instance.power().code())
                .put("OS-EXT-STS:vm_state", instance.vmState())
                .put("OS-EXT-STS:task_state", instance.taskState())
                .put("OS-SRV-USG:launched_at", usage(record.launched()))
                .putNull("OS-SRV-USG:terminated_at");
        server.putArray("os-extended-volumes:volumes_attached");
        return server;
    }

    /** As nova/utils.py generate_hostid, from what project and host are here. */
    private static String hostId(String host) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-224").digest((NO_PROJECT + host).getBytes(StandardCharsets.UTF_8));
            return HashCode.fromBytes(hash).toString();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-224", e);
        }
    }

    /** These times alone have no zone in Nova, and microseconds. */
    private static @Nullable String usage(@Nullable String time) {
        return time == null ? null : time.replace("Z", ".000000");
    }

    /** Its networks; their addresses are somebody else's business. */
    private static ObjectNode addresses(Blueprint blueprint) {
        ObjectNode addresses = Json.MAPPER.createObjectNode();
        for (int i = 0; i < blueprint.nicCount(); i++) {
            JsonNode label = blueprint.vif(i).at("/network/label");
            if (label.isTextual()) {
                addresses.putArray(label.textValue());
            }
        }
        return addresses;
    }

    private static ObjectNode reference(String collection, String id, UriInfo uri) {
        ObjectNode reference = Json.MAPPER.createObjectNode().put("id", id);
        bookmark(reference.putArray("links"), collection, id, uri);
        return reference;
    }

    private static void link(ObjectNode server, UUID uuid, UriInfo uri) {
        ArrayNode links = server.putArray("links");
        links.addObject()
                .put("rel", "self")
                .put(
                        "href",
                        uri.getBaseUriBuilder()
                                .path("/v2.1/servers/{id}")
                                .build(uuid)
                                .toString());
        bookmark(links, "servers", uuid.toString(), uri);
    }

    /** A name for good, without a version; not an address, in Nova neither. */
    private static void bookmark(ArrayNode links, String collection, String id, UriInfo uri) {
        links.addObject()
                .put("rel", "bookmark")
                .put(
                        "href",
                        uri.getBaseUriBuilder()
                                .path("/{collection}/{id}")
                                .build(collection, id)
                                .toString());
    }
}
