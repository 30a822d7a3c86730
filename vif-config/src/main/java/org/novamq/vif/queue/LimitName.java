package org.novamq.vif.queue;

import java.util.Locale;

/** What can lower a NIC's wish, in the order in which it is applied. */
public enum LimitName {
    /** Only virtio has queues, and a guest's driver may know only so many. */
    MODEL,
    /** What the host's side of the NIC can carry. */
    BACKEND,
    /** vCPUs online at boot: a queue beyond them is never used. */
    VCPUS,
    /** Queues that the kernel gives one tap. */
    HOST_TAP,
    /** The deployer's maximum per NIC. */
    MAX_QUEUES,
    /** The deployer's maximum per NIC on this network. */
    NETWORK,
    /** The deployer's maximum over all instances of the host. */
    HOST,
    /** The guest's MSI vectors. */
    MSI_VECTORS,
    /** KVM's interrupt routes for one VM. */
    IRQ_ROUTES,
    /** The deployer's maximum of vhost-net's memory for one instance. */
    VHOST_MEMORY;

    /** The name in answers. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
