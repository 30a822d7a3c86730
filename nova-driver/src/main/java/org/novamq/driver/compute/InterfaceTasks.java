package org.novamq.driver.compute;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.libvirt.DetachFrom;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts NICs in and takes them out. A NIC is known by its MAC: that is how libvirt finds it in a domain, and what is
 * there already tells how far an interrupted task had come.
 */
final class InterfaceTasks {
    private static final Logger LOG = LoggerFactory.getLogger(InterfaceTasks.class);

    private final Hypervisor hypervisor;
    private final InstanceStore store;
    private final DomainLife domains;
    private final Timeouts timeouts;

    /** In their domains by now, after whoever attached them was told that they are not. */
    private final Set<Stray> strays = ConcurrentHashMap.newKeySet();

    /** A device that came late. */
    private record Stray(UUID uuid, Nic nic) {
        boolean is(UUID instance, String mac) {
            return uuid.equals(instance) && nic.mac().equals(mac);
        }
    }

    /** A NIC as libvirt takes it. */
    private record Nic(String id, String mac, String xml) {
        static Nic of(Blueprint blueprint, int index) {
            return new Nic(
                    blueprint.vif(index).path("id").asText(),
                    blueprint.mac(index),
                    blueprint.nicPlan(index).path("interface_xml").asText());
        }

        static Nic of(Blueprint blueprint, String id) {
            return of(blueprint, blueprint.indexOf(id).orElseThrow());
        }
    }

    InterfaceTasks(Hypervisor hypervisor, InstanceStore store, DomainLife domains, Timeouts timeouts) {
        this.hypervisor = hypervisor;
        this.store = store;
        this.domains = domains;
        this.timeouts = timeouts;
    }

    void attach(Instance instance, Blueprint next, String id) {
        Nic nic = Nic.of(next, id);
        if (!instance.hasInterface(nic.mac()) || removedStray(instance.uuid(), nic)) {
            attach(instance.uuid(), nic);
        }
        done(instance, next);
    }

    /** A call that was too slow for its deadline may have done it all the same, or may do it yet. */
    private void attach(UUID uuid, Nic nic) {
        try {
            hypervisor.attachDevice(uuid, nic.xml(), () -> arrived(uuid, nic));
        } catch (HypervisorException e) {
            if (!store.get(uuid).hasInterface(nic.mac())) {
                throw e;
            }
        }
    }

    private void arrived(UUID uuid, Nic nic) {
        LOG.warn("instance {}: NIC {} has come after its attach was given up", uuid, nic.mac());
        strays.add(new Stray(uuid, nic));
    }

    /** From the guest first: should it refuse, the definition is still what the domain really has. */
    void detach(Instance instance, Blueprint next, String id) {
        UUID uuid = instance.uuid();
        Blueprint before = instance.record().blueprint();
        OptionalInt index = before.indexOf(id);
        if (index.isPresent()) {
            Nic nic = Nic.of(before, index.getAsInt());
            try {
                release(uuid, nic);
            } catch (InstanceException e) {
                store.update(uuid, now -> now.record().withLeaving(id));
                throw e;
            }
            removeFromDefinition(uuid, nic);
        }
        done(instance, next);
    }

    boolean isPlugged(Instance instance, String id) {
        return instance.hasInterface(Nic.of(instance.record().blueprint(), id).mac());
    }

    /** Out, and in again with other queues; if it cannot go in so, it goes in as it was. */
    void replug(Instance instance, Blueprint next, String id) {
        UUID uuid = instance.uuid();
        Nic before = Nic.of(instance.record().blueprint(), id);
        Nic after = Nic.of(next, id);
        int wanted =
                next.nicPlan(next.indexOf(id).orElseThrow()).path("granted").asInt();
        Optional<LiveInterface> there = instance.interfaces().stream()
                .filter(live -> live.mac().equals(after.mac()))
                .findFirst();
        if (there.isPresent() && there.get().queues() == wanted) {
            done(instance, next);
            return;
        }
        if (there.isPresent()) {
            release(uuid, before);
        }
        removeFromDefinition(uuid, before);
        try {
            attach(uuid, after);
        } catch (HypervisorException e) {
            if (e.kind() != Kind.UNAVAILABLE) {
                putBack(uuid, before, e);
            }
            throw e;
        }
        done(instance, next);
    }

    private void putBack(UUID uuid, Nic before, HypervisorException reason) {
        try {
            attach(uuid, before);
        } catch (HypervisorException e) {
            LOG.warn("instance {}: NIC {} cannot be put back: {}", uuid, before.mac(), e.getMessage());
            reason.addSuppressed(e);
        }
    }

    boolean hasStrays(UUID uuid) {
        return strays.stream().anyMatch(stray -> stray.uuid().equals(uuid));
    }

    void forget(UUID uuid) {
        strays.removeIf(stray -> stray.uuid().equals(uuid));
    }

    /** The guest may have been asked to let go of it, and would do so after this attach. */
    private boolean removedStray(UUID uuid, Nic nic) {
        boolean isStray = strays.stream().anyMatch(stray -> stray.is(uuid, nic.mac()));
        if (isStray) {
            release(uuid, nic);
            removeFromDefinition(uuid, nic);
            strays.removeIf(stray -> stray.is(uuid, nic.mac()));
        }
        return isStray;
    }

    /** Asks once; whoever finds them still there asks again. One that its instance has is none. */
    void takeStraysOut(UUID uuid) {
        for (Stray stray : strays) {
            if (stray.uuid().equals(uuid)) {
                removeUnlessExpected(stray);
            }
        }
    }

    private void removeUnlessExpected(Stray stray) {
        Optional<Instance> found = store.find(stray.uuid());
        boolean isExpected = found.filter(
                        instance -> instance.record().expects(stray.nic().id()))
                .isPresent();
        if (!isExpected) {
            removeFromDefinition(stray.uuid(), stray.nic());
        }
        boolean isSettled =
                isExpected ? found.orElseThrow().record().task() == null : !askToLetGo(stray.uuid(), stray.nic());
        if (isSettled) {
            strays.remove(stray);
        }
    }

    /** Asks the guest to let go, again and again: while it boots it does not listen. */
    private void release(UUID uuid, Nic nic) {
        String reason = "";
        for (int attempt = 0; attempt < timeouts.detachAttempts(); attempt++) {
            try {
                if (!askToLetGo(uuid, nic)) {
                    return;
                }
            } catch (HypervisorException e) {
                if (e.kind() != Kind.CONFLICT && e.kind() != Kind.FAILED) {
                    throw e;
                }
                reason = " (" + e.getMessage() + ")"; // often that it is still busy with the time before
            }
            if (domains.await(uuid, timeouts.detach(), now -> !now.isOn() || !now.hasInterface(nic.mac()))) {
                return;
            }
        }
        throw new InstanceException(
                InstanceException.Reason.CONFLICT,
                "cannot detach NIC " + nic.id() + " from instance " + uuid
                        + ": the guest has not let go of it, asked " + timeouts.detachAttempts() + " times, "
                        + timeouts.detach().toSeconds() + " s each (device_detach_attempts, device_detach_timeout)"
                        + reason + "; it stays attached until the guest lets go");
    }

    /** False if it has gone already. */
    private boolean askToLetGo(UUID uuid, Nic nic) {
        Optional<Instance> now = store.find(uuid);
        if (now.isEmpty() || !now.get().isOn()) {
            return false;
        }
        try {
            hypervisor.detachDevice(uuid, nic.xml(), DetachFrom.LIVE);
            return true;
        } catch (HypervisorException e) {
            if (e.kind() == Kind.DEVICE_MISSING) {
                return false;
            }
            throw e;
        }
    }

    private void removeFromDefinition(UUID uuid, Nic nic) {
        try {
            hypervisor.detachDevice(uuid, nic.xml(), DetachFrom.CONFIG);
        } catch (HypervisorException e) {
            if (e.kind() != Kind.DEVICE_MISSING) {
                throw e;
            }
        }
    }

    private void done(Instance instance, Blueprint next) {
        store.update(instance.uuid(), now -> now.record().withBlueprint(next).done());
    }
}
