package org.novamq.driver.instance;

import com.google.common.util.concurrent.Striped;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
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
public final class InstanceStore {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceStore.class);

    private static final int LOCKS = 1 << 12;

    private final Hypervisor hypervisor;
    private final Striped<Lock> locks = Striped.lazyWeakLock(LOCKS);

    /** Their deletion was promised. */
    private final Set<UUID> condemned = ConcurrentHashMap.newKeySet();

    public InstanceStore(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    /** Our instance of this uuid. */
    public Optional<Instance> find(UUID uuid) {
        return hypervisor.find(uuid).flatMap(InstanceStore::instance);
    }

    /**
     * The same, where it must be there.
     *
     * @throws InstanceException NOT_FOUND
     */
    public Instance get(UUID uuid) {
        return find(uuid)
                .orElseThrow(() -> new InstanceException(
                        InstanceException.Reason.NOT_FOUND, "Instance " + uuid + " could not be found."));
    }

    /** All of ours, by domain name. */
    public List<Instance> list() {
        return hypervisor.list().stream()
                .map(InstanceStore::instance)
                .flatMap(Optional::stream)
                .toList();
    }

    /** Writes how far an instance has come. */
    public void save(UUID uuid, InstanceRecord record) {
        alone(uuid, () -> {
            write(uuid, record);
            return uuid;
        });
    }

    /**
     * Changes an instance's record, while nobody else does.
     *
     * @param change from the instance as it is to its new record; what it throws leaves all as it was
     * @throws InstanceException NOT_FOUND
     */
    public InstanceRecord update(UUID uuid, Function<Instance, InstanceRecord> change) {
        return alone(uuid, () -> {
            InstanceRecord changed = change.apply(get(uuid));
            write(uuid, changed);
            return changed;
        });
    }

    /**
     * Redefines an instance's domain; the document brings a record with it, which must not replace that of a deletion.
     *
     * @return false, and nothing is done, if the instance's deletion was promised meanwhile
     */
    public boolean define(UUID uuid, String domainXml) {
        return alone(uuid, () -> {
            boolean wanted = !condemned.contains(uuid);
            if (wanted) {
                hypervisor.define(domainXml);
            }
            return wanted;
        });
    }

    /** Writes down that an instance is to be deleted; from then on nothing else is written of it. */
    public void condemn(UUID uuid) {
        alone(uuid, () -> {
            boolean first = condemned.add(uuid);
            try {
                write(uuid, get(uuid).record());
            } catch (RuntimeException e) {
                if (first) {
                    condemned.remove(uuid);
                }
                throw e;
            }
            return uuid;
        });
    }

    /** Whether its deletion was promised: whoever waits for it to do something need not. */
    public boolean isCondemned(UUID uuid) {
        return condemned.contains(uuid);
    }

    /** All of which that is still to be kept. */
    public Set<UUID> condemned() {
        return Set.copyOf(condemned);
    }

    /** Whether its deletion was promised, and libvirt knows it no more: the answer to its last step was lost. */
    public boolean isGone(UUID uuid) {
        return condemned.contains(uuid) && hypervisor.find(uuid).isEmpty();
    }

    /** Removes the last trace of an instance. */
    public void forget(UUID uuid) {
        alone(uuid, () -> {
            hypervisor.undefine(uuid);
            condemned.remove(uuid);
            return uuid;
        });
    }

    /** One whose deletion was promised stays on its way out. */
    private void write(UUID uuid, InstanceRecord wanted) {
        InstanceRecord record = condemned.contains(uuid) ? wanted.withStage(Stage.DELETING) : wanted;
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
                            domain.saved(),
                            InstanceRecord.fromJson(record),
                            document.interfaces()));
        } catch (IllegalArgumentException e) {
            // somebody edited it: one such domain must not hide all the others
            LOG.warn("domain {} is left alone: {}", domain.name(), e.getMessage());
            return Optional.empty();
        }
    }
}
