package org.novamq.vif.request;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A kind of device beside the NICs, and the MSI vectors that one of it takes in a Linux guest. Measured on QEMU 7.2
 * with Linux 6.1 and 6.12; the rule behind the numbers is drivers/virtio/virtio_pci_common.c, vp_find_vqs.
 */
public enum DeviceKind {
    /** virtio-blk: one for its configuration, and one managed interrupt on every vCPU however few its queues are. */
    DISK(1, 1),
    /** virtio-scsi: configuration, control and event, and the managed request queues. */
    SCSI(3, 1),
    /** virtio-serial wants one per port and falls back to two. */
    SERIAL(2, 0),
    RNG(2, 0),
    /** Has no MSI-X: one line, shared. */
    BALLOON(0, 0),
    INPUT(2, 0),
    GPU(3, 0),
    FS(3, 0),
    /** Wants four, is offered three, so shares two. */
    VSOCK(2, 0, 3),
    CRYPTO(2, 0),
    P9("9p", 2),
    /** qemu-xhci offers 16; the guest takes one per vCPU and one more. */
    USB(1, 1, 16),
    /** QEMU's controller offers 65; the guest takes one per vCPU that can be online, and one more. */
    NVME(1, 1, 65),
    AHCI(1, 0),
    ROOT_PORT(1, 0),
    /** pci-bridge, or pcie-to-pci-bridge where the machine hot-plugs by ACPI: no message and no line of its own. */
    PCI_BRIDGE(0, 0),
    /** pcie-to-pci-bridge of q35 before 6.1: Linux' shpchp takes a message of its hot-plug controller. */
    SHPC_BRIDGE(1, 0),
    /** A device without MSI that takes a line of the IO-APIC: qxl, a USB 1 or 2 controller, an LSI SCSI controller. */
    INTX(0, 0),
    /** An SR-IOV virtual function that is no NIC of the plan; queue.AssignedVectors has the rule and its sources. */
    VF(1, 1),
    /** Any other PCI device that is handed over whole, with the same rule. */
    PCI(1, 1),
    /**
     * A mediated device. NVIDIA's guest driver enables at most 8 MSI-X messages (open-gpu-kernel-modules, nv.h,
     * NV_RM_MAX_MSIX_LINES); i915's has one MSI message.
     */
    VGPU(8, 0),
    /** Set aside for interrupts of NICs while the guest moves them between its vCPUs; see queue.MovedInterrupts. */
    IRQ_MOVE(0, 0),
    /** Set aside for a NIC that may be hot-plugged later, with one queue; libvirt gives such a NIC four. */
    HOTPLUG_NIC(3, 0, 4);

    private static final int AS_USED = 0;

    private final String text;
    private final int fixed;
    private final int perVcpu;
    private final int offered;

    DeviceKind(int fixed, int perVcpu) {
        this(fixed, perVcpu, AS_USED);
    }

    DeviceKind(int fixed, int perVcpu, int offered) {
        this.text = name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.fixed = fixed;
        this.perVcpu = perVcpu;
        this.offered = offered;
    }

    DeviceKind(String text, int fixed) {
        this.text = text;
        this.fixed = fixed;
        this.perVcpu = 0;
        this.offered = AS_USED;
    }

    /** The name in requests and answers. */
    public String text() {
        return text;
    }

    /** Vectors that the guest takes for one such device, with so many vCPUs, all of them online. */
    public int used(int vcpus) {
        int wanted = Math.min(HostPciDevice.MAX_VECTORS, fixed + perVcpu * vcpus);
        return offered == AS_USED ? wanted : Math.min(offered, wanted);
    }

    /** Vectors that the guest of a flavor takes for one such device. */
    public int used(Flavor flavor) {
        return used(cpus(flavor));
    }

    /** Vectors that one such device of a flavor's guest has. */
    public int offered(Flavor flavor) {
        return offered(cpus(flavor));
    }

    /** Linux, drivers/nvme/host/pci.c, nvme_max_io_queues: num_possible_cpus(), also of vCPUs that are not online. */
    private int cpus(Flavor flavor) {
        return this == NVME ? flavor.maxVcpus().orElse(flavor.vcpus()) : flavor.vcpus();
    }

    /** Whether such a device of the host may be handed over whole, so that its PCI address says more about it. */
    public boolean isHandedOver() {
        return this == VF || this == PCI || this == NVME;
    }

    /** Vectors that the device has, which is what a KVM host routes. */
    public int offered(int vcpus) {
        return offered == AS_USED ? used(vcpus) : offered;
    }

    public static Optional<DeviceKind> of(String name) {
        return Arrays.stream(values()).filter(kind -> kind.text.equals(name)).findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(DeviceKind::text).toList();
    }
}
