package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.novamq.driver.libvirt.Domain;

/**
 * What all domains of a host have together, running or not, ours or not: one that is off may be started at any time. An
 * instance that is still being built counts with its plan.
 *
 * @param domains of the host
 * @param instances of them ours
 * @param nics virtio NICs
 * @param queues their queue pairs
 * @param vhostThreads kernel threads that vhost-net runs for them once all run: one a queue pair, under KVM alone
 * @param nicVectors MSI vectors that their devices have
 */
public record HostUsage(int domains, int instances, int nics, int queues, int vhostThreads, int nicVectors) {
    static final HostUsage NONE = new HostUsage(0, 0, 0, 0, 0, 0);

    static HostUsage of(List<Domain> domains) {
        HostUsage total = NONE;
        for (Domain domain : domains) {
            total = total.plus(of(DomainDocument.parse(domain.xml())));
        }
        return total;
    }

    private static HostUsage of(DomainDocument document) {
        Optional<InstanceRecord> record = document.record().map(InstanceRecord::fromJson);
        HostUsage usage = new HostUsage(1, record.isPresent() ? 1 : 0, 0, 0, 0, 0);
        boolean placeholder = record.map(r -> r.stage() == Stage.BUILDING).orElse(false)
                && document.interfaces().isEmpty();
        if (placeholder) {
            for (JsonNode nic : record.orElseThrow().plan().path("nics")) {
                String driver = nic.at("/driver/name").asText();
                usage = usage.withNic(nic.path("granted").asInt(), driver.equals("vhost"));
            }
            return usage;
        }
        for (LiveInterface nic : document.interfaces()) {
            boolean vhost = document.virtType().equals("kvm") && !nic.driver().equals(Optional.of("qemu"));
            usage = nic.virtio() ? usage.withNic(nic.queues(), vhost) : usage;
        }
        return usage;
    }

    /** libvirt gives a virtio NIC of N queues 2N+2 vectors (src/qemu/qemu_command.c). */
    private HostUsage withNic(int granted, boolean vhost) {
        int threads = vhost ? granted : 0;
        return plus(new HostUsage(0, 0, 1, granted, threads, 2 * granted + 2));
    }

    private HostUsage plus(HostUsage other) {
        return new HostUsage(
                domains + other.domains,
                instances + other.instances,
                nics + other.nics,
                queues + other.queues,
                vhostThreads + other.vhostThreads,
                nicVectors + other.nicVectors);
    }
}
