package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.novamq.driver.api.ServerRequestReader.Attachment;
import org.novamq.driver.config.Catalog;
import org.novamq.driver.config.FlavorConfig;
import org.novamq.driver.config.ImageConfig;
import org.novamq.driver.json.Json;
import org.novamq.vif.request.VirtType;

/**
 * A boot as the plan's request: what Neutron would add to each NIC (a port's id, a MAC, a tap's name) is added here.
 * The record keeps it in this form, so that a later plan starts from the same words.
 */
final class PlanRequestJson {
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Neutron's default {@code base_mac}. */
    private static final String BASE_MAC = "fa:16:3e";

    /** Linux: IFNAMSIZ less one, less {@code tap}; Nova takes as much of the port's id. */
    private static final int TAP_ID_LENGTH = 11;

    private PlanRequestJson() {}

    static ObjectNode of(
            UUID uuid,
            String name,
            FlavorConfig flavor,
            ImageConfig image,
            VirtType virtType,
            List<Attachment> attachments) {
        ObjectNode request = Json.MAPPER.createObjectNode();
        request.putObject("instance").put("uuid", uuid.toString()).put("name", name);
        request.set("flavor", flavor(flavor));
        request.set("image", image(image));
        request.put("virt_type", virtType.text());
        ArrayNode nics = request.putArray("nics");
        attachments.forEach(attachment -> nics.add(nic(attachment)));
        return request;
    }

    static ObjectNode flavor(FlavorConfig flavor) {
        ObjectNode size =
                Json.MAPPER.createObjectNode().put("name", flavor.name()).put("vcpus", flavor.vcpus());
        if (flavor.maxVcpus() != null) {
            size.put("max_vcpus", flavor.maxVcpus());
        }
        size.put("memory_mb", flavor.ram());
        size.set("extra_specs", Json.MAPPER.valueToTree(Catalog.orEmpty(flavor.extraSpecs())));
        return size;
    }

    static ObjectNode image(ImageConfig image) {
        ObjectNode properties = Json.MAPPER.createObjectNode();
        properties.set("properties", Json.MAPPER.valueToTree(Catalog.orEmpty(image.properties())));
        return properties;
    }

    static ObjectNode nic(Attachment attachment) {
        String port = UUID.randomUUID().toString();
        ObjectNode nic = Json.MAPPER.createObjectNode();
        ObjectNode vif = nic.putObject("vif")
                .put("id", port)
                .put("address", mac())
                .put("type", "bridge")
                .put("vnic_type", "normal")
                .put("devname", "tap" + port.substring(0, TAP_ID_LENGTH));
        ObjectNode network = vif.putObject("network")
                .put("id", attachment.network().id())
                .put("bridge", attachment.network().bridge())
                .put("label", attachment.network().name());
        if (attachment.network().mtu() != null) {
            network.putObject("meta").put("mtu", attachment.network().mtu());
        }
        for (String key : List.of("queues", "throughput", "tag")) {
            attachment.asked().node(key).ifPresent(value -> nic.set(key, value));
        }
        return nic;
    }

    private static String mac() {
        byte[] tail = new byte[3];
        RANDOM.nextBytes(tail);
        return String.format("%s:%02x:%02x:%02x", BASE_MAC, tail[0], tail[1], tail[2]);
    }
}
