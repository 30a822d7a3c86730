package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.DomainDocument;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.instance.Task;
import org.novamq.driver.libvirt.Domain;

/**
 * What all domains of a host have together, running or not, ours or not: one that is off may be started at any time. An
 * instance that is being built or changed counts with what it is to have.
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

    /** The same without one of them. */
    static HostUsage of(List<Domain> domains, UUID but) {
        return of(domains.stream().filter(domain -> !domain.uuid().equals(but)).toList());
    }

    private static HostUsage of(DomainDocument document) {
        Optional<InstanceRecord> record = document.record().flatMap(InstanceRecord::ifReadable);
        HostUsage usage = new HostUsage(1, record.isPresent() ? 1 : 0, 0, 0, 0, 0);
        Optional<Blueprint> toCome = record.flatMap(HostUsage::toCome);
        if (toCome.isPresent()) {
            for (JsonNode nic : toCome.get().plan().path("nics")) {
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

    /** What has been promised and is not in the domain yet. */
    private static Optional<Blueprint> toCome(InstanceRecord record) {
        return record.stage() == Stage.BUILDING
                ? Optional.of(record.blueprint())
                : Optional.ofNullable(record.task()).map(Task::next);
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
