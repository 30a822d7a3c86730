package org.novamq.driver.instance;

import com.google.common.util.concurrent.Striped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
import org.novamq.driver.libvirt.HypervisorException;
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
    private final Duration patience;
    private final Supplier<String> now;
    private final Striped<Lock> locks = Striped.lazyWeakLock(LOCKS);

    /** Their deletion was promised. */
    private final Set<UUID> condemned = ConcurrentHashMap.newKeySet();

    /** What holds of those whose definition got lost on its way, and may arrive yet with a record that is no longer true. */
    private final Map<UUID, Held> held = new ConcurrentHashMap<>();

    /**
     * What was written since then.
     *
     * @param gone whether there is to be no such domain
     * @param document the last definition; absent where the one that is lost is as good
     * @param record the last record beside it; absent where its own holds
     */
    private record Held(boolean gone, Optional<String> document, Optional<InstanceRecord> record) {
        static final Held NOTHING = new Held(false, Optional.empty(), Optional.empty());
        static final Held GONE = new Held(true, Optional.empty(), Optional.empty());

        static Held defined(String document) {
            return new Held(false, Optional.of(document), Optional.empty());
        }

        Held with(InstanceRecord written) {
            return new Held(gone, document, Optional.of(written));
        }
    }

    /** @param now what time it is, as records have it */
    public InstanceStore(Hypervisor hypervisor, Supplier<String> now) {
        this(hypervisor, now, Turn.PATIENCE);
    }

    /** @param patience how long a write waits for one that is under way */
    InstanceStore(Hypervisor hypervisor, Supplier<String> now, Duration patience) {
        this.hypervisor = hypervisor;
        this.now = now;
        this.patience = patience;
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
        return find(uuid).orElseThrow(() -> notFound(uuid));
    }

    /**
     * The record in its stored definition. A domain that has come back from saved memory has the record of then instead.
     *
     * @throws InstanceException NOT_FOUND
     */
    public InstanceRecord stored(UUID uuid) {
        return DomainDocument.parse(hypervisor.storedXml(uuid))
                .record()
                .map(InstanceRecord::fromJson)
                .orElseThrow(() -> notFound(uuid));
    }

    private static InstanceException notFound(UUID uuid) {
        return new InstanceException(InstanceException.Reason.NOT_FOUND, "Instance " + uuid + " could not be found.");
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

    /** Defines a new instance's domain; one whose answer gets lost was never asked for. */
    public void claim(UUID uuid, String domainXml) {
        alone(uuid, () -> {
            define(uuid, domainXml, Held.GONE);
            return uuid;
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
                define(uuid, domainXml, Held.NOTHING);
            }
            return wanted;
        });
    }

    /** @param otherwise what holds if the answer gets lost */
    private void define(UUID uuid, String domainXml, Held otherwise) {
        try {
            hypervisor.define(domainXml, () -> arrived(uuid));
            held.replace(uuid, Held.defined(domainXml));
        } catch (HypervisorException e) {
            if (e.kind() == HypervisorException.Kind.TIMEOUT) {
                held.merge(uuid, otherwise, (before, now) -> now.gone() ? now : before);
            }
            throw e;
        }
    }

    /**
     * A definition that was given up as lost stands now, over whatever has been written since. Nobody waits for this, so it
     * waits for as long as it takes.
     */
    private void arrived(UUID uuid) {
        Lock lock = locks.get(uuid);
        lock.lock();
        try {
            Held holds = held.getOrDefault(uuid, Held.NOTHING);
            LOG.warn("the definition of domain {} has come late: {}", uuid, holds.gone() ? "undone" : "corrected");
            if (holds.gone()) {
                hypervisor.destroy(uuid);
                hypervisor.undefine(uuid);
            }
            holds.document().ifPresent(document -> hypervisor.define(document, () -> arrived(uuid)));
            holds.record().ifPresent(record -> write(uuid, record));
        } catch (HypervisorException e) {
            LOG.warn("domain {} has a definition that is no longer true: {}", uuid, e.getMessage());
        } finally {
            lock.unlock();
        }
    }

    /** Writes down that an instance is to be deleted; from then on it is, and only why it is still there is news. */
    public void condemn(UUID uuid) {
        alone(uuid, () -> {
            boolean first = condemned.add(uuid);
            try {
                write(uuid, get(uuid).record().withFault(null));
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
            held.replace(uuid, Held.GONE);
            return uuid;
        });
    }

    /** One whose deletion was promised stays on its way out. */
    private void write(UUID uuid, InstanceRecord wanted) {
        InstanceRecord record =
                (condemned.contains(uuid) ? wanted.withStage(Stage.DELETING) : wanted).updatedAt(now.get());
        hypervisor.setMetadata(
                uuid,
                new DomainMetadata(
                        InstanceMetadata.PREFIX,
                        InstanceMetadata.NAMESPACE,
                        InstanceMetadata.element(record.toJson())));
        held.computeIfPresent(uuid, (unused, before) -> before.with(record));
    }

    /** One write of an instance's record at a time; a build holds this only while it writes. */
    private <T> T alone(UUID uuid, Supplier<T> work) {
        return Turn.take(locks.get(uuid), patience, "write down what becomes of instance " + uuid, work);
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
                            document.interfaces(),
                            document.disks()));
        } catch (IllegalArgumentException e) {
            // somebody edited it: one such domain must not hide all the others
            LOG.warn("domain {} is left alone: {}", domain.name(), e.getMessage());
            return Optional.empty();
        }
    }
}
