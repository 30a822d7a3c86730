package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.novamq.driver.compute.Diagnostics;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.DomainStats;

/** The JSON of {@code GET /v1/instances/{id}/diagnostics}: Nova's own keys and units (nova/objects/diagnostics.py). */
final class DiagnosticsRepresentation {
    private static final long KIB_PER_MIB = 1024;

    private DiagnosticsRepresentation() {}

    static ObjectNode of(Diagnostics diagnostics) {
        Instance instance = diagnostics.instance();
        Blueprint blueprint = instance.record().blueprint();
        Optional<DomainStats> stats = diagnostics.stats();
        ObjectNode body = Json.MAPPER
                .createObjectNode()
                .put("state", instance.powerState())
                .put("driver", "libvirt")
                .put("hypervisor", blueprint.request().path("virt_type").asText())
                .put("hypervisor_os", "linux")
                .put("uptime", diagnostics.uptime().toSeconds())
                .put("config_drive", blueprint.configDrive())
                .put("num_cpus", blueprint.request().at("/flavor/vcpus").asInt())
                .put("num_nics", instance.interfaces().size())
                .put("num_disks", diagnostics.disks().size());
        ObjectNode memory = body.putObject("memory_details");
        stats.ifPresent(known ->
                memory.put("maximum", known.maxMemoryKib() / KIB_PER_MIB).put("used", known.memoryKib() / KIB_PER_MIB));
        ArrayNode cpus = body.putArray("cpu_details");
        ArrayNode nics = body.putArray("nic_details");
        instance.interfaces().forEach(nic -> nics.add(nic(nic, stats)));
        ArrayNode disks = body.putArray("disk_details");
        stats.ifPresent(known -> {
            for (int i = 0; i < known.cpuNanos().size(); i++) {
                cpus.addObject().put("id", i).put("time", known.cpuNanos().get(i));
            }
            known.disks().forEach(disk -> disks.add(disk(disk)));
        });
        return body;
    }

    /** One without figures is listed by its MAC alone, as in Nova. */
    private static ObjectNode nic(LiveInterface nic, Optional<DomainStats> stats) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("mac_address", nic.mac());
        stats.stream()
                .flatMap(known -> known.nics().stream())
                .filter(known -> nic.target().equals(Optional.of(known.device())))
                .findFirst()
                .ifPresent(known -> {
                    add(body, "rx_", known.received());
                    add(body, "tx_", known.sent());
                });
        return body;
    }

    private static void add(ObjectNode body, String direction, DomainStats.Traffic traffic) {
        body.put(direction + "octets", traffic.bytes())
                .put(direction + "packets", traffic.packets())
                .put(direction + "errors", traffic.errors())
                .put(direction + "drop", traffic.dropped());
    }

    private static ObjectNode disk(DomainStats.Disk disk) {
        return Json.MAPPER
                .createObjectNode()
                .put("read_requests", disk.readRequests())
                .put("read_bytes", disk.readBytes())
                .put("write_requests", disk.writeRequests())
                .put("write_bytes", disk.writeBytes())
                .put("errors_count", disk.errors());
    }
}
