package org.novamq.vif.backend;

import java.util.Optional;

/**
 * The host's side of a NIC, after Nova's VIF type has been understood: one kind per {@code <interface type=…>} of
 * libvirt, and one for a device that is handed over whole.
 */
public sealed interface Backend {
    /**
     * {@code type='ethernet'}: a tap that someone else connects.
     *
     * @param target the tap's name; absent where Nova sets none and libvirt names it
     * @param mtu bytes
     * @param shaped whether the flavor's bandwidth applies: some switches do that themselves
     */
    record Ethernet(Optional<String> target, TapMode tap, Optional<Integer> mtu, boolean shaped) implements Backend {}

    /**
     * {@code type='bridge'}: a tap that libvirt connects to a Linux bridge or, with a port, to Open vSwitch.
     *
     * @param bridge the host's bridge
     * @param target the tap's name
     * @param mtu bytes
     */
    record Bridge(String bridge, String target, Optional<Integer> mtu, Optional<VirtualPort> port) implements Backend {}

    /**
     * {@code type='vhostuser'}: a socket to a switch in user space.
     *
     * @param path the socket
     * @param mode {@code server} or {@code client}, QEMU's side
     * @param target the name in Open vSwitch
     */
    record VhostUser(String path, String mode, String target) implements Backend {}

    /**
     * {@code type='direct'}: a macvtap over a host NIC or a virtual function.
     *
     * @param device the host's NIC
     * @param mode {@code vepa}, {@code bridge}, {@code private} or {@code passthrough}
     * @param vlan 0 to 4094; absent for none
     * @param forcesVirtio the VIF type sets the model whatever the image says, as Nova does for vif_type=macvtap
     * @param namesVhost the VIF type names the vhost driver even where no queues are asked for, as Nova does for VFs
     */
    record Direct(
            String device,
            String mode,
            Optional<Integer> vlan,
            Optional<VirtualPort> port,
            boolean forcesVirtio,
            boolean namesVhost)
            implements Backend {}

    /**
     * {@code type='hostdev'}: a virtual function handed to the guest, with a MAC.
     *
     * @param vlan 0 to 4094; absent for none
     * @param shaped whether Nova writes {@code <bandwidth>} here (it does on its older path; libvirt ignores it)
     */
    record VirtualFunction(PciAddress address, Optional<Integer> vlan, Optional<VirtualPort> port, boolean shaped)
            implements Backend {}

    /** {@code <hostdev>}: a whole PCI device handed to the guest. */
    record PciDevice(PciAddress address) implements Backend {}

    /**
     * {@code type='vdpa'}: a virtio datapath in hardware.
     *
     * @param path the vhost-vdpa device
     */
    record Vdpa(String path) implements Backend {}

    /** Whether Nova writes the flavor's {@code <bandwidth>} for such a NIC. */
    default boolean isShaped() {
        if (this instanceof Ethernet ethernet) {
            return ethernet.shaped();
        }
        return this instanceof Bridge
                || this instanceof Direct
                || (this instanceof VirtualFunction function && function.shaped());
    }

    /** Whether the guest drives the hardware itself: no virtio, no queues of ours. */
    default boolean isAssigned() {
        return this instanceof VirtualFunction || this instanceof PciDevice;
    }

    /** Whether a tun/tap device of the kernel carries the queues, with the kernel's limit on them. */
    default boolean isTap() {
        return this instanceof Ethernet || this instanceof Bridge;
    }

    /** Whether the kernel's vhost-net can serve the queues. */
    default boolean canUseVhostNet() {
        return isTap() || this instanceof Direct;
    }
}
