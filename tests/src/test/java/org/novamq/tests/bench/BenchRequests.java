package org.novamq.tests.bench;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.UUID;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/** The request that is measured, for us and for Nova alike: bridge NICs, 8 vCPUs, kvm, multiqueue by the image. */
final class BenchRequests {
    private static final int VCPUS = 8;

    private BenchRequests() {}

    static ObjectNode json(int nics) {
        ObjectNode request = Json.MAPPER.createObjectNode().put("virt_type", "kvm");
        request.putObject("instance").put("uuid", new UUID(0, 1).toString()).put("name", "bench");
        request.putObject("flavor").put("name", "m1.bench").put("vcpus", VCPUS).put("memory_mb", 2048);
        request.putObject("image").putObject("properties").put("hw_vif_multiqueue_enabled", "true");
        request.putObject("host").put("kernel_release", "6.1.0-13-amd64");
        ArrayNode list = request.putArray("nics");
        for (int i = 0; i < nics; i++) {
            addVif(list.addObject().putObject("vif"), i);
        }
        return request;
    }

    private static void addVif(ObjectNode vif, int index) {
        String id = new UUID(1, index).toString();
        vif.put("id", id)
                .put("address", String.format("fa:16:3e:00:%02x:%02x", index >> 8, index & 0xff))
                .put("type", "bridge")
                .put("vnic_type", "normal")
                .put("devname", "tap" + id.substring(id.length() - 11));
        ObjectNode network = vif.putObject("network");
        network.put("id", new UUID(2, index).toString())
                .put("bridge", "br" + index)
                .put("label", "blue");
        network.putObject("meta").put("mtu", 1500);
    }

    static PlanRequest planRequest(int nics) {
        return PlanRequestReader.read(json(nics), HostLimits.DEFAULT).request();
    }
}
