package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.DomainDocument;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.instance.Resized;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.instance.Task;
import org.novamq.driver.libvirt.Domain;
import org.novamq.vif.queue.Nic;

/**
 * What all domains of a host have together, running or not, ours or not: one that is off may be started at any time. An
 * instance that is being built or changed, or whose resize may be reverted, counts with the most that it may come to have.
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
        String virtType = document.virtType();
        HostUsage most = of(document.interfaces(), virtType);
        for (Blueprint promised : record.map(HostUsage::promised).orElse(List.of())) {
            most = most.orMore(of(interfaces(promised), virtType));
        }
        return most.plus(new HostUsage(1, record.isPresent() ? 1 : 0, 0, 0, 0, 0));
    }

    private static HostUsage of(List<LiveInterface> interfaces, String virtType) {
        HostUsage total = NONE;
        for (LiveInterface nic : interfaces) {
            if (nic.virtio()) {
                int threads = nic.usesVhostNet(virtType) ? nic.queues() : 0;
                total = total.plus(new HostUsage(0, 0, 1, nic.queues(), threads, Nic.virtioVectors(nic.queues())));
            }
        }
        return total;
    }

    /** What an instance may come to without being asked about it again. One that could not be built never runs. */
    private static List<Blueprint> promised(InstanceRecord record) {
        List<Blueprint> promised = new ArrayList<>();
        if (record.stage() == Stage.BUILDING || record.launched() != null) {
            promised.add(record.blueprint());
        }
        Optional.ofNullable(record.task()).map(Task::next).ifPresent(promised::add);
        Optional.ofNullable(record.resized()).map(Resized::from).ifPresent(promised::add);
        Optional.ofNullable(record.rescued()).ifPresent(promised::add);
        return promised;
    }

    /** As they will be in the domain. */
    private static List<LiveInterface> interfaces(Blueprint blueprint) {
        List<LiveInterface> interfaces = new ArrayList<>();
        for (JsonNode nic : blueprint.plan().path("nics")) {
            interfaces.addAll(ifReadable(nic.path("interface_xml").asText()));
        }
        return interfaces;
    }

    /** One that somebody has edited counts as the domain has it. */
    private static List<LiveInterface> ifReadable(String interfaceXml) {
        try {
            return DomainDocument.parse(interfaceXml).interfaces();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private HostUsage orMore(HostUsage other) {
        return new HostUsage(
                Math.max(domains, other.domains),
                Math.max(instances, other.instances),
                Math.max(nics, other.nics),
                Math.max(queues, other.queues),
                Math.max(vhostThreads, other.vhostThreads),
                Math.max(nicVectors, other.nicVectors));
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
