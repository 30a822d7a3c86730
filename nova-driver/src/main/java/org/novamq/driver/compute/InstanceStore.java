package org.novamq.driver.compute;

import com.google.common.util.concurrent.Striped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
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

    private static final int LOCKS = 1 << 12;

    private final Hypervisor hypervisor;
    private final Striped<Lock> locks = Striped.lazyWeakLock(LOCKS);

    /** Their deletion was promised. */
    private final Set<UUID> condemned = ConcurrentHashMap.newKeySet();

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

    /** Writes how far an instance has come; one whose deletion was promised stays on its way out. */
    void save(UUID uuid, InstanceRecord record) {
        alone(uuid, () -> {
            write(uuid, condemned.contains(uuid) ? record.withStage(Stage.DELETING) : record);
            return uuid;
        });
    }

    /**
     * Redefines an instance's domain; the document brings a record with it, which must not replace that of a deletion.
     *
     * @return false, and nothing is done, if the instance's deletion was promised meanwhile
     */
    boolean define(UUID uuid, String domainXml) {
        return alone(uuid, () -> {
            boolean wanted = !condemned.contains(uuid);
            if (wanted) {
                hypervisor.define(domainXml);
            }
            return wanted;
        });
    }

    /** Writes down that an instance is to be deleted; from then on nothing else is written of it. */
    void condemn(Instance instance) {
        UUID uuid = instance.uuid();
        alone(uuid, () -> {
            write(uuid, instance.record().withStage(Stage.DELETING));
            condemned.add(uuid);
            return uuid;
        });
    }

    /** Removes the last trace of an instance. */
    void forget(UUID uuid) {
        alone(uuid, () -> {
            hypervisor.undefine(uuid);
            condemned.remove(uuid);
            return uuid;
        });
    }

    private void write(UUID uuid, InstanceRecord record) {
        hypervisor.setMetadata(
                uuid,
                new DomainMetadata(
                        InstanceMetadata.PREFIX,
                        InstanceMetadata.NAMESPACE,
                        InstanceMetadata.element(record.toJson())));
    }

    /** One write of an instance's record at a time; a build holds this only while it writes. */
    private <T> T alone(UUID uuid, Supplier<T> work) {
        Lock lock = locks.get(uuid);
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
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
