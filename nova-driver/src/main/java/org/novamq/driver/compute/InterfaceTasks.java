package org.novamq.driver.compute;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.libvirt.DetachFrom;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
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

    InterfaceTasks(Hypervisor hypervisor, InstanceStore store, DomainLife domains, Timeouts timeouts) {
        this.hypervisor = hypervisor;
        this.store = store;
        this.domains = domains;
        this.timeouts = timeouts;
    }

    void attach(Instance instance, Blueprint next, String nic) {
        int index = next.indexOf(nic).orElseThrow();
        if (!instance.hasInterface(next.mac(index))) {
            attach(instance.uuid(), next, index);
        }
        done(instance, next);
    }

    /** A call that was too slow for its deadline may have done it all the same. */
    private void attach(UUID uuid, Blueprint next, int index) {
        try {
            hypervisor.attachDevice(uuid, xml(next, index));
        } catch (HypervisorException e) {
            if (!store.get(uuid).hasInterface(next.mac(index))) {
                throw e;
            }
        }
    }

    /** From the guest first: should it refuse, the definition is still what the domain really has. */
    void detach(Instance instance, Blueprint next, String nic) {
        UUID uuid = instance.uuid();
        OptionalInt index = instance.record().blueprint().indexOf(nic);
        if (index.isPresent()) {
            release(instance, index.getAsInt());
            removeFromDefinition(uuid, xml(instance.record().blueprint(), index.getAsInt()));
        }
        done(instance, next);
    }

    boolean isPlugged(Instance instance, String nic) {
        Blueprint blueprint = instance.record().blueprint();
        return instance.hasInterface(blueprint.mac(blueprint.indexOf(nic).orElseThrow()));
    }

    /** Out, and in again with other queues; if it cannot go in so, it goes in as it was. */
    void replug(Instance instance, Blueprint next, String nic) {
        UUID uuid = instance.uuid();
        Blueprint before = instance.record().blueprint();
        int index = next.indexOf(nic).orElseThrow();
        String mac = next.mac(index);
        int wanted = next.nicPlan(index).path("granted").asInt();
        Optional<LiveInterface> there = instance.interfaces().stream()
                .filter(live -> live.mac().equals(mac))
                .findFirst();
        if (there.isPresent() && there.get().queues() == wanted) {
            done(instance, next);
            return;
        }
        if (there.isPresent()) {
            release(instance, index);
        }
        removeFromDefinition(uuid, xml(before, index));
        try {
            attach(uuid, next, index);
        } catch (HypervisorException e) {
            if (e.kind() != HypervisorException.Kind.UNAVAILABLE) {
                putBack(uuid, before, index, e);
            }
            throw e;
        }
        done(instance, next);
    }

    private void putBack(UUID uuid, Blueprint before, int index, HypervisorException reason) {
        try {
            attach(uuid, before, index);
        } catch (HypervisorException e) {
            LOG.warn("instance {}: NIC {} cannot be put back: {}", uuid, before.mac(index), e.getMessage());
            reason.addSuppressed(e);
        }
    }

    /** Asks the guest to let go, again and again: while it boots it does not listen. */
    private void release(Instance instance, int index) {
        UUID uuid = instance.uuid();
        Blueprint blueprint = instance.record().blueprint();
        String mac = blueprint.mac(index);
        for (int attempt = 0; attempt < timeouts.detachAttempts(); attempt++) {
            if (!askToLetGo(uuid, xml(blueprint, index))
                    || domains.await(uuid, timeouts.detach(), now -> !now.isOn() || !now.hasInterface(mac))) {
                return;
            }
        }
        throw new InstanceException(
                InstanceException.Reason.CONFLICT,
                "cannot detach NIC " + blueprint.vif(index).path("id").asText() + " from instance " + uuid
                        + ": the guest has not let go of it, asked " + timeouts.detachAttempts() + " times, "
                        + timeouts.detach().toSeconds() + " s each (device_detach_attempts, device_detach_timeout);"
                        + " it stays attached");
    }

    /** False if it has gone already. */
    private boolean askToLetGo(UUID uuid, String xml) {
        Optional<Instance> now = store.find(uuid);
        if (now.isEmpty() || !now.get().isOn()) {
            return false;
        }
        try {
            hypervisor.detachDevice(uuid, xml, DetachFrom.LIVE);
            return true;
        } catch (HypervisorException e) {
            return switch (e.kind()) {
                case DEVICE_MISSING -> false;
                case CONFLICT, FAILED -> true; // it is still busy with the time before
                default -> throw e;
            };
        }
    }

    private void removeFromDefinition(UUID uuid, String xml) {
        try {
            hypervisor.detachDevice(uuid, xml, DetachFrom.CONFIG);
        } catch (HypervisorException e) {
            if (e.kind() != HypervisorException.Kind.DEVICE_MISSING) {
                throw e;
            }
        }
    }

    private void done(Instance instance, Blueprint next) {
        store.update(instance.uuid(), now -> now.record().withBlueprint(next).done());
    }

    private static String xml(Blueprint blueprint, int index) {
        return blueprint.nicPlan(index).path("interface_xml").asText();
    }
}
