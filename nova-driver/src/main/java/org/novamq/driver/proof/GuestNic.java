package org.novamq.driver.proof;

import java.util.Optional;

/**
 * A NIC as the guest itself shows it.
 *
 * @param name the guest's name of it
 * @param mac its own MAC in lower case: the permanent one where the guest tells it, else the present one
 * @param driver its driver in the guest
 * @param multiqueue whether its virtio driver has negotiated VIRTIO_NET_F_MQ; absent where the guest does not show it
 * @param msiVectors MSI vectors that its PCI device has taken; absent where the guest does not show them
 * @param channels its queues by {@code ethtool -l}
 * @param complaint why {@code channels} is absent, in words; empty where it is present
 */
record GuestNic(
        String name,
        String mac,
        Optional<String> driver,
        Optional<Boolean> multiqueue,
        Optional<Integer> msiVectors,
        Optional<Channels> channels,
        String complaint) {

    /** The message of {@code ethtool} for a driver that has no channels (errno EOPNOTSUPP, in the C locale). */
    static final String NOT_SUPPORTED = "Operation not supported";

    /**
     * Queue pairs of a NIC in the guest.
     *
     * @param active in use, from 1
     * @param max that could be in use, from {@code active}
     */
    record Channels(int active, int max) {
        Channels {
            if (active < 1 || active > max) {
                throw new IllegalArgumentException("cannot use " + active + " of " + max + " queues");
            }
        }
    }

    /** Whether it may be a NIC that the domain has as virtio, or as another model. */
    boolean fits(boolean virtio) {
        return driver.map(name -> name.startsWith("virtio") == virtio).orElse(true);
    }

    /**
     * Why the driver cannot use more than one queue, in words; empty where it can. A driver without multiqueue has not
     * negotiated the feature; Linux before 3.8 has no channels at all, later ones have one (drivers/net/virtio_net.c).
     */
    Optional<String> oneQueueOnly() {
        if (multiqueue.equals(Optional.of(false))) {
            return Optional.of("its virtio features");
        }
        if (channels.isPresent()) {
            return channels.filter(found -> found.max() == 1).map(found -> "a maximum of 1 in ethtool -l");
        }
        return multiqueue.isEmpty() && complaint.contains(NOT_SUPPORTED)
                ? Optional.of("ethtool -l: " + NOT_SUPPORTED)
                : Optional.empty();
    }
}
