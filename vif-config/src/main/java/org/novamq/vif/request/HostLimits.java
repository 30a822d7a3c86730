package org.novamq.vif.request;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.novamq.image.SplitPolicy;
import org.novamq.image.VectorBudget;

/**
 * What the host can do and its deployer allows. Names follow nova.conf where Nova has them.
 *
 * @param kernelRelease {@code uname -r}; kernels before 4 count as Nova counts them while maxQueues is unset
 * @param vcpusLimitQueues whether a NIC gets at most as many queues as there are vCPUs; a queue beyond them is never used,
 *     so only a test of the vectors themselves says false
 * @param maxQueues {@code [libvirt] max_queues}, from 1
 * @param rxQueueSize {@code [libvirt] rx_queue_size}: 256, 512 or 1024 descriptors
 * @param txQueueSize {@code [libvirt] tx_queue_size}, likewise; vhost-user only
 * @param useVirtioForBridges {@code [libvirt] use_virtio_for_bridges}: virtio where the image names no model
 * @param vectorBudget {@code msi_vector_budget}
 * @param vhostMemoryLimitKib {@code vhost_memory_limit_kib} per instance, KiB; vhost-net takes 64 per queue pair
 * @param policy {@code policy}
 * @param strict {@code strict}
 * @param vhostNet whether the host has /dev/vhost-net
 * @param qemuWithoutVhostNet without it: true plans {@code name='qemu'} with a warning, false refuses
 * @param vhostuserMaxQueues the most that a vhost-user backend takes; DPDK's own limit unless set
 * @param hotplugNics NICs that may be hot-plugged later, and for which vectors and root ports are set aside
 * @param vnc whether domains of ours have a screen behind VNC
 * @param pciNetdevNames the host's name of the NIC at a port's {@code pci_slot}, by that slot in lower case
 * @param vdpaDevicePaths the vhost-vdpa device at a port's {@code pci_slot}, by that slot in lower case
 * @param pciDevices what is known of the host's PCI devices, by address in lower case ({@code 0000:0a:00.1})
 * @param networkMaxQueues the deployer's maximum per NIC on a network, by the network's id
 * @param hostMaxQueues {@code host_max_queues}: queues of all instances of the host together
 * @param hostQueuesUsed queues that the host's other instances have
 */
public record HostLimits(
        Optional<String> kernelRelease,
        boolean vcpusLimitQueues,
        Optional<Integer> maxQueues,
        Optional<Integer> rxQueueSize,
        Optional<Integer> txQueueSize,
        boolean useVirtioForBridges,
        VectorBudget vectorBudget,
        Optional<Integer> vhostMemoryLimitKib,
        SplitPolicy policy,
        boolean strict,
        boolean vhostNet,
        boolean qemuWithoutVhostNet,
        int vhostuserMaxQueues,
        int hotplugNics,
        boolean vnc,
        Map<String, String> pciNetdevNames,
        Map<String, String> vdpaDevicePaths,
        Map<String, HostPciDevice> pciDevices,
        Map<String, Integer> networkMaxQueues,
        Optional<Integer> hostMaxQueues,
        int hostQueuesUsed) {

    /** DPDK: {@code VHOST_MAX_QUEUE_PAIRS} in lib/vhost/vhost.h; a backend asked for more hangs the start. */
    public static final int DPDK_MAX_QUEUES = 128;

    /** One NIC more than it booted with, unless the deployer says otherwise. */
    public static final int DEFAULT_HOTPLUG_NICS = 1;

    /** nova.conf: {@code num_pcie_ports} is at most 28, the slots of a PCIe root bus that libvirt leaves free. */
    public static final int MAX_HOTPLUG_NICS = 28;

    /** nova.conf: the choices of {@code rx_queue_size} and {@code tx_queue_size}, in descriptors. */
    public static final List<Integer> RING_SIZES = List.of(256, 512, 1024);

    /** A host that sets no limits of its own. */
    public static final HostLimits DEFAULT = builder().build();

    public HostLimits {
        pciNetdevNames = byLowerCase(pciNetdevNames);
        vdpaDevicePaths = byLowerCase(vdpaDevicePaths);
        pciDevices = Map.copyOf(pciDevices);
        networkMaxQueues = Map.copyOf(networkMaxQueues);
    }

    /** The host's name of the NIC at a PCI slot, however the slot is spelt. */
    public Optional<String> netdevAt(String pciSlot) {
        return Optional.ofNullable(pciNetdevNames.get(pciSlot.toLowerCase(Locale.ROOT)));
    }

    /** The vhost-vdpa device at a PCI slot, however the slot is spelt. */
    public Optional<String> vdpaDeviceAt(String pciSlot) {
        return Optional.ofNullable(vdpaDevicePaths.get(pciSlot.toLowerCase(Locale.ROOT)));
    }

    private static Map<String, String> byLowerCase(Map<String, String> bySlot) {
        Map<String, String> lower = new HashMap<>();
        bySlot.forEach((slot, name) -> lower.put(slot.toLowerCase(Locale.ROOT), name));
        return Map.copyOf(lower);
    }

    /** Returns the facts known of the PCI device at an address; the address's letters may be of either case. */
    public HostPciDevice pciDevice(String slot) {
        return pciDevices.getOrDefault(slot.toLowerCase(Locale.ROOT), HostPciDevice.UNKNOWN);
    }

    /** The kernel's major version, where the release has one. */
    public Optional<Integer> kernelMajor() {
        return kernelRelease
                .map(release -> release.split("\\.", 2)[0])
                .filter(major -> major.matches("[0-9]{1,4}"))
                .map(Integer::valueOf);
    }

    public static HostLimitsBuilder builder() {
        return new HostLimitsBuilder();
    }

    /** A builder that starts from these limits. */
    public HostLimitsBuilder toBuilder() {
        return new HostLimitsBuilder(this);
    }
}
