package org.novamq.vif.queue;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSet;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.PciId;

/**
 * Linux drivers of PCI devices that are handed to a guest whole, and the MSI vectors that each takes: a fixed number, and
 * a number for each vCPU, at most some. A device never gives more than its table has. Sources are files and functions of
 * Linux (drivers/net/ethernet/ unless the path begins with drivers/), or of the project that is named.
 */
enum AssignedDriver {
    /** mlx5/core/pci_irq.c, mlx5_irq_table_create: num_ports * num_online_cpus() + 1; one port for each function. */
    MLX5(
            "mlx5_core",
            1,
            1,
            HostPciDevice.MAX_VECTORS,
            "15b3:1013 15b3:1014 15b3:1015 15b3:1016 15b3:1017 15b3:1018 15b3:1019 15b3:101a 15b3:101b 15b3:101c"
                    + " 15b3:101d 15b3:101e 15b3:101f 15b3:1021 15b3:1023 15b3:1025 15b3:1027 15b3:2101 15b3:a2d2"
                    + " 15b3:a2d3 15b3:a2d6 15b3:a2dc 15b3:a2df"),
    /** Connect-IB: the rule of mlx5, where one function may have two ports. */
    CONNECT_IB("mlx5_core", 1, 2, HostPciDevice.MAX_VECTORS, "15b3:1011 15b3:1012"),
    /** mlx4/main.c, mlx4_enable_msi_x: num_ports * num_online_cpus() + 1, two ports, at most MAX_MSIX. */
    MLX4("mlx4_core", 1, 2, 64, "15b3:1002 15b3:1003 15b3:1004 15b3:1007"),
    /** intel/iavf/iavf_main.c, iavf_set_interrupt_capability; ice_sriov.h, ICE_NUM_VF_MSIX_MED: 16 queues and one more. */
    IAVF("iavf", 1, 1, 17, "8086:154c 8086:1571 8086:37cd 8086:1889"),
    /** intel/ixgbevf, ixgbevf_set_interrupt_capability and IXGBEVF_MAX_RSS_QUEUES, 2. */
    IXGBEVF(
            "ixgbevf",
            1,
            1,
            3,
            "8086:10ed 8086:1515 8086:1565 8086:15a8 8086:15c5 8086:152e 8086:1530 8086:1564 8086:15a9 8086:57ad"),
    /** intel/igbvf/netdev.c, igbvf_set_interrupt_capability: 3, one to receive, one to send, one for messages. */
    IGBVF("igbvf", 3, 0, 3, "8086:10ca 8086:1520"),
    /** broadcom/bnxt/bnxt.c, bnxt_get_num_msix: one for each ring; bnxt_ulp.h, BNXT_MAX_ROCE_MSIX_VF: two for RoCE. */
    BNXT(
            "bnxt_en",
            2,
            1,
            HostPciDevice.MAX_VECTORS,
            "14e4:1606 14e4:1607 14e4:1608 14e4:1609 14e4:16bd 14e4:16c1 14e4:16c2 14e4:16c3 14e4:16c4 14e4:16c5"
                    + " 14e4:16cb 14e4:16d3 14e4:16dc 14e4:16e1 14e4:16e5 14e4:1806 14e4:1807 14e4:d800"),
    /** amazon/ena/ena_netdev.c, ena_enable_msix: one for each queue, at most one queue for each vCPU, and one more. */
    ENA("ena", 1, 1, HostPciDevice.MAX_VECTORS, "1d0f:0ec2 1d0f:1ec2 1d0f:ec20 1d0f:ec21"),
    /** drivers/crypto/intel/qat/qat_common/adf_vf_isr.c, adf_enable_msi: one MSI message. */
    QAT_VF("qat virtual function", 1, 0, 1, "8086:0443 8086:37c9 8086:19e3"),
    /** open-gpu-kernel-modules, kernel-open/nvidia/nv-msi.c, nv_init_msix: at most NV_RM_MAX_MSIX_LINES. */
    NVIDIA("nvidia", 8, 0, 8, ""),
    /** drivers/nvme/host/pci.c, nvme_setup_irqs and nvme_max_io_queues: num_possible_cpus() and one more. */
    NVME("nvme", 1, 1, HostPciDevice.MAX_VECTORS, "");

    private static final String NVIDIA_VENDOR = "10de";

    /** PCI Code and ID Assignment Specification: base class 03h is a display controller. */
    private static final int DISPLAY = 0x03;

    /** Base class 01h, subclass 08h: non-volatile memory; the nvme driver finds its devices by class. */
    private static final int NON_VOLATILE_MEMORY = 0x0108;

    private final String text;
    private final int fixed;
    private final int perVcpu;
    private final int most;
    private final ImmutableSet<String> ids;

    AssignedDriver(String text, int fixed, int perVcpu, int most, String ids) {
        this.text = text;
        this.fixed = fixed;
        this.perVcpu = perVcpu;
        this.most = most;
        this.ids = ImmutableSet.copyOf(Splitter.on(' ').omitEmptyStrings().split(ids));
    }

    /** The driver of a device, where its rule is known. */
    static Optional<AssignedDriver> of(HostPciDevice device) {
        if (device.classCode().filter(code -> code >> 8 == NON_VOLATILE_MEMORY).isPresent()) {
            return Optional.of(NVME);
        }
        boolean maybeDisplay =
                device.classCode().map(code -> code >> 16 == DISPLAY).orElse(true);
        boolean nvidia =
                device.id().filter(id -> id.vendor().equals(NVIDIA_VENDOR)).isPresent();
        if (nvidia) {
            return maybeDisplay ? Optional.of(NVIDIA) : Optional.empty();
        }
        return device.id().flatMap(AssignedDriver::byId);
    }

    private static Optional<AssignedDriver> byId(PciId id) {
        return Arrays.stream(values())
                .filter(driver -> driver.ids.contains(id.text()))
                .findFirst();
    }

    /** The driver's name, as {@code lspci -k} prints it. */
    String text() {
        return text;
    }

    /** The ids of its devices; empty for a driver that finds them by class. */
    Set<String> ids() {
        return ids;
    }

    /**
     * Vectors that the driver takes in a guest of a flavor.
     *
     * @param table the device's own number, where it is known: it replaces the usual one of {@link #IAVF}
     */
    int vectors(Flavor flavor, Optional<Integer> table) {
        int cpus = this == NVME ? flavor.maxVcpus().orElse(flavor.vcpus()) : flavor.vcpus();
        int limit = this == IAVF ? table.orElse(most) : Math.min(most, table.orElse(most));
        return Math.min(fixed + perVcpu * cpus, limit);
    }
}
