package org.novamq.driver.compute;

import java.util.UUID;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Instances whose deletion was promised, on their way out. To be called by one at a time; each step may be taken twice. */
final class Deletions {
    private static final Logger LOG = LoggerFactory.getLogger(Deletions.class);

    private final Hypervisor hypervisor;
    private final InstanceStore store;
    private final InstanceFiles files;
    private final Times times;

    Deletions(Hypervisor hypervisor, InstanceStore store, InstanceFiles files, Times times) {
        this.hypervisor = hypervisor;
        this.store = store;
        this.files = files;
        this.times = times;
    }

    /**
     * Ends it and removes what it has left. A later instance of the same uuid was promised nothing.
     *
     * @return whether there was something to remove
     */
    boolean removeIfPromised(UUID uuid) {
        boolean deleting = store.find(uuid)
                .filter(found -> found.record().stage() == Stage.DELETING)
                .isPresent();
        if (deleting) {
            destroy(uuid);
        }
        return (deleting || store.isGone(uuid)) && remove(uuid);
    }

    /** Removes what is left of one that libvirt does not run any more. */
    boolean remove(UUID uuid) {
        files.delete(uuid);
        store.forget(uuid);
        LOG.info("instance {} is gone", uuid);
        return true;
    }

    /** A QEMU that cannot be killed is said to whoever waits for its end. */
    private void destroy(UUID uuid) {
        try {
            hypervisor.destroy(uuid);
        } catch (HypervisorException e) {
            if (e.kind() != HypervisorException.Kind.UNAVAILABLE) {
                Fault fault = times.fault("cannot delete instance " + uuid + " yet: " + e.getMessage());
                store.update(uuid, now -> now.record().withFault(fault));
            }
            throw e;
        }
    }
}
