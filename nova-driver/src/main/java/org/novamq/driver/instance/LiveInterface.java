package org.novamq.driver.instance;

import java.util.Optional;

/**
 * A NIC as the domain really has it.
 *
 * @param type {@code bridge}, {@code ethernet}, {@code direct}, {@code vhostuser}, …
 * @param mac lower case
 * @param target the host's device
 * @param virtio whether its model is virtio, and so whether it has queues at all
 * @param driver the driver's name, {@code vhost} or {@code qemu}; absent leaves the choice to libvirt
 * @param queues queue pairs; libvirt drops a 1, so absent reads as 1
 * @param address where the guest finds it, {@code 0000:01:00.0}; absent for what is not on its PCI bus
 */
public record LiveInterface(
        String type,
        String mac,
        Optional<String> target,
        boolean virtio,
        Optional<String> driver,
        int queues,
        Optional<String> address) {

    /** Whether a tap of the host carries it, whose queues the host can see. */
    public boolean isTap() {
        return type.equals("bridge") || type.equals("ethernet") || type.equals("network");
    }

    /** Whether the kernel's vhost-net serves it: it does for taps and macvtap unless the driver says otherwise. */
    public boolean usesVhostNet(String virtType) {
        return virtio
                && virtType.equals("kvm")
                && (isTap() || type.equals("direct"))
                && !driver.equals(Optional.of("qemu"));
    }

    /** Whether a switch in user space carries it. */
    public boolean isVhostUser() {
        return type.equals("vhostuser");
    }
}
