package org.novamq.driver.compute;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.libvirt.Domain;
import org.novamq.driver.libvirt.DomainMetadata;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.vif.xml.InstanceMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Our instances among the host's domains. libvirt is the database: what is not in a domain's metadata does not exist,
 * and a domain without our element is never touched.
 */
final class InstanceStore {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceStore.class);

    private final Hypervisor hypervisor;

    InstanceStore(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /** Our instance of this uuid. */
    Optional<Instance> find(UUID uuid) {
        return hypervisor.find(uuid).flatMap(InstanceStore::instance);
    }

    /** All of ours, by domain name. */
    List<Instance> list() {
        return hypervisor.list().stream()
                .map(InstanceStore::instance)
                .flatMap(Optional::stream)
                .toList();
    }

    void save(UUID uuid, InstanceRecord record) {
        hypervisor.setMetadata(
                uuid,
                new DomainMetadata(
                        InstanceMetadata.PREFIX,
                        InstanceMetadata.NAMESPACE,
                        InstanceMetadata.element(record.toJson())));
    }

    private static Optional<Instance> instance(Domain domain) {
        try {
            DomainDocument document = DomainDocument.parse(domain.xml());
            return document.record()
                    .map(record -> new Instance(
                            domain.uuid(),
                            domain.name(),
                            domain.state(),
                            InstanceRecord.fromJson(record),
                            document.interfaces()));
        } catch (IllegalArgumentException e) {
            // somebody edited it: one such domain must not hide all the others
            LOG.warn("domain {} is left alone: {}", domain.name(), e.getMessage());
            return Optional.empty();
        }
    }
}
