package org.novamq.driver.instance;

import java.util.Optional;

/**
 * A NIC as the domain really has it.
 *
 * @param mac lower case
 * @param target the host's device
 * @param virtio whether its model is virtio, and so whether it has queues at all
 * @param driver the driver's name, {@code vhost} or {@code qemu}; absent leaves the choice to libvirt
 * @param queues queue pairs; libvirt drops a 1, so absent reads as 1
 */
public record LiveInterface(String mac, Optional<String> target, boolean virtio, Optional<String> driver, int queues) {}
