package org.novamq.vif.frontend;

import java.util.Optional;

/**
 * libvirt's {@code <driver>} of an interface. libvirt keeps it only beside {@code <model type='virtio'/>}.
 *
 * @param name {@code vhost} or {@code qemu}; absent leaves the choice to libvirt
 * @param queues queue pairs; libvirt drops a 1, and absent means 1
 * @param packed the packed ring layout
 * @param rxQueueSize descriptors of each receive queue
 * @param txQueueSize descriptors of each transmit queue
 */
public record DriverElement(
        Optional<String> name,
        Optional<Integer> queues,
        boolean packed,
        Optional<Integer> rxQueueSize,
        Optional<Integer> txQueueSize) {

    /** No driver element at all. */
    public static final DriverElement NONE =
            new DriverElement(Optional.empty(), Optional.empty(), false, Optional.empty(), Optional.empty());

    DriverElement withName(String newName) {
        return new DriverElement(Optional.of(newName), queues, packed, rxQueueSize, txQueueSize);
    }
}
