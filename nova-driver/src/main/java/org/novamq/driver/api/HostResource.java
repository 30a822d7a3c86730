package org.novamq.driver.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.compute.HostUsage;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.disk.DiskSpace;
import org.novamq.driver.host.CpuStats;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.HostInfo;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.vif.queue.Ledger;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.VirtType;

/** {@code GET /v1/host}: what the host is, what its instances have together, what its deployer allows, what is left. */
@Path("/v1/host")
@Produces(MediaType.APPLICATION_JSON)
public final class HostResource {
    private static final long KIB_PER_MIB = 1024;

    private final ComputeDriver driver;
    private final Hypervisor hypervisor;
    private final VirtType virtType;
    private final HostLimits limits;

    /** Reports on one host and the limits that boots are planned under. */
    public HostResource(ComputeDriver driver, Hypervisor hypervisor, VirtType virtType, HostLimits limits) {
        this.driver = driver;
        this.hypervisor = hypervisor;
        this.virtType = virtType;
        this.limits = limits;
    }

    /** Totals over all domains of the host, ours or not. */
    @GET
    public ObjectNode host() {
        HostUsage usage = driver.hostUsage();
        ObjectNode body = Json.MAPPER.createObjectNode();
        HostInfo info = hypervisor.hostInfo();
        body.set("hypervisor", hypervisor(info).put("virt_type", virtType.text()));
        body.putObject("totals")
                .put("domains", usage.domains())
                .put("instances", usage.instances())
                .put("nics", usage.nics())
                .put("queues", usage.queues())
                .put("vhost_threads", usage.vhostThreads())
                .put("vhost_memory_kib", usage.vhostThreads() * Ledger.VHOST_KIB_PER_QUEUE)
                .put("nic_vectors", usage.nicVectors());
        body.set("resources", resources(info, driver.diskSpace()));
        body.set("cpu_stats", Json.MAPPER.valueToTree(CpuStats.read()));
        body.set("limits", limits());
        Optional<Integer> left = limits.hostMaxQueues().map(max -> Math.max(0, max - usage.queues()));
        body.putObject("headroom").set("queues", Json.number(left));
        return body;
    }

    private static ObjectNode hypervisor(HostInfo host) {
        return Json.MAPPER
                .createObjectNode()
                .put("uri", host.uri())
                .put("hostname", host.hostname())
                .put("libvirt_version", host.libvirtVersion().toString())
                .put("type", host.hypervisorType())
                .put("version", host.hypervisorVersion().toString())
                .put("cpus", host.cpus())
                .put("memory_kib", host.memoryKib());
    }

    /** What Nova asks a host for, in Nova's units. */
    private static ObjectNode resources(HostInfo host, DiskSpace disk) {
        return Json.MAPPER
                .createObjectNode()
                .put("vcpus", host.cpus())
                .put("memory_mb", host.memoryKib() / KIB_PER_MIB)
                .put("disk_gb", disk.totalBytes() / BaseImageCheck.GIB)
                .put("disk_free_gb", disk.freeBytes() / BaseImageCheck.GIB)
                .put("hypervisor_version", host.hypervisorVersion().encoded());
    }

    private ObjectNode limits() {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.set("host_max_queues", Json.number(limits.hostMaxQueues()));
        body.set("max_queues", Json.number(limits.maxQueues()));
        body.put("vhostuser_max_queues", limits.vhostuserMaxQueues());
        body.set("networks", Json.MAPPER.valueToTree(limits.networkMaxQueues()));
        body.put("msi_vector_budget", limits.vectorBudget().text());
        body.put("irq_routes", Ledger.KVM_MAX_IRQ_ROUTES);
        body.set("vhost_memory_limit_kib", Json.number(limits.vhostMemoryLimitKib()));
        body.put("hotplug_nics", limits.hotplugNics());
        body.put("policy", limits.policy().text()).put("strict", limits.strict());
        body.put("kernel_release", limits.kernelRelease().orElse("")).put("vhost_net", limits.vhostNet());
        return body;
    }
}
