package org.novamq.tests.vif;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.novamq.driver.json.Json;

/** The cases that were executed on Nova itself ({@code cases/nova_vif_cases.json}), as requests of ours. */
final class NovaCases {
    private static final String RESOURCE = "/cases/nova_vif_cases.json";
    private static final String INSTANCE = "00000000-0000-0000-0000-000000000002";

    /** What the cases' {@code host} has that a request's knows too. */
    private static final List<String> HOST_KEYS = List.of(
            "kernel_release",
            "max_queues",
            "rx_queue_size",
            "tx_queue_size",
            "use_virtio_for_bridges",
            "pci_netdev_name",
            "vdpa_device_path");

    private NovaCases() {}

    /**
     * One of them.
     *
     * @param novaXml the element that Nova wrote; absent where it refused
     * @param definedByLibvirt whether libvirt 9.0 accepted Nova's
     */
    record Case(String id, ObjectNode request, Optional<String> novaXml, boolean definedByLibvirt) {
        @Override
        public String toString() {
            return id;
        }
    }

    static List<Case> all() {
        List<Case> cases = new ArrayList<>();
        for (JsonNode node : read()) {
            cases.add(new Case(
                    node.get("id").textValue(),
                    request(node),
                    Optional.ofNullable(node.get("expect").get("xml_interface")).map(JsonNode::textValue),
                    node.path("libvirt_9_0").path("define").asText().equals("accepted")));
        }
        return cases;
    }

    private static ArrayNode read() {
        try (InputStream file = Objects.requireNonNull(NovaCases.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            return (ArrayNode) Json.MAPPER.readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode request(JsonNode node) {
        ObjectNode request = Json.MAPPER.createObjectNode();
        request.putObject("instance").put("uuid", INSTANCE).put("name", "guest");
        request.putObject("flavor")
                .put("name", "f")
                .put("vcpus", node.get("vcpus").intValue());
        request.withObject("/flavor").set("extra_specs", node.get("extra_specs"));
        request.putObject("image").set("properties", node.get("image_props"));
        request.set("virt_type", node.get("virt_type"));
        request.putArray("nics").addObject().set("vif", vif(node.get("vif")));
        ObjectNode host = request.putObject("host").put("msi_vector_budget", "off");
        HOST_KEYS.forEach(key -> host.set(
                key,
                node.get("host").path(key).isMissingNode()
                        ? null
                        : node.get("host").get(key)));
        return request;
    }

    /** The cases have the MTU beside the bridge; a VIF of Nova's has it in {@code meta}. */
    private static ObjectNode vif(JsonNode node) {
        ObjectNode vif = node.deepCopy();
        ObjectNode network = (ObjectNode) vif.get("network");
        Optional.ofNullable(network.remove("mtu"))
                .ifPresent(mtu -> network.withObject("/meta").set("mtu", mtu));
        return vif;
    }
}
