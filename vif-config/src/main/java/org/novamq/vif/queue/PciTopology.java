package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.MachineType;
import org.novamq.vif.request.MachineType.Board;

/**
 * The PCI controllers of a domain of ours. The emitter writes them and the ledger charges them, so that libvirt has none
 * to add. The rules are libvirt's (src/qemu/qemu_domain_address.c): which devices are conventional PCI, which slots the
 * board has taken, and that a domain with a conventional root keeps one slot free.
 *
 * @param rootPorts PCIe root ports: one for each PCIe device, for each NIC to come, and for each bridge; 0 without PCIe
 * @param bridges pcie-to-pci-bridges behind root ports, or pci-bridges where the root is conventional
 */
public record PciTopology(MachineType machine, PciDevices devices, int rootPorts, int bridges) {
    /** Slots 1 to 31 of a pci-bridge and of a pcie-to-pci-bridge; 0 is the bridge's own. */
    static final int BRIDGE_SLOTS = 31;

    /** Slots 2 to 31 of the conventional root; 0 is the host bridge, 1 the PIIX3. */
    static final int ROOT_SLOTS = 30;

    /** Slots 1 to 30 of the PCIe root, for root ports; 31 is the ICH9. */
    static final int PORT_SLOTS = 30;

    /** libvirt gives each of the eight functions of a slot to a root port (VIR_PCI_CONNECT_AGGREGATE_SLOT). */
    static final int PORTS_PER_SLOT = 8;

    /** libvirt keeps one slot of a conventional root free, and adds a bridge rather than fill it. */
    static final int KEPT_FREE = 1;

    /**
     * A bridge's window of I/O ports is a multiple of 4 KiB. SeaBIOS has 36 KiB on i440fx and 60 KiB on q35 for all windows
     * and for the root's own devices (src/fw/pciinit.c, pci_bios_init_root_regions_io); beyond that it stops before the
     * guest's kernel. Measured: 8 bridges boot and 9 do not, on q35 14 do and 15 do not.
     */
    static final int MAX_BRIDGES_OF_I440FX = 8;

    static final int MAX_BRIDGES_OF_Q35 = 14;

    /**
     * Likewise where a full bridge needs 8 KiB, for 31 NICs of 256 ports each. Measured: 4 such bridges boot on i440fx with
     * 14 such NICs on the root and not with 24; on q35 7 do and 8 do not.
     */
    static final int MAX_LARGE_BRIDGES_OF_I440FX = 3;

    static final int MAX_LARGE_BRIDGES_OF_Q35 = 7;

    /** The version of q35 from which QEMU hot-plugs by ACPI also behind bridges (hw/i386/pc_q35.c). */
    private static final int ACPI_HOTPLUG_MAJOR = 6;

    private static final int ACPI_HOTPLUG_MINOR = 1;

    /**
     * A controller of {@code type='pci'}.
     *
     * @param model {@code pci-root}, {@code pcie-root}, {@code pcie-root-port}, {@code pcie-to-pci-bridge} or {@code
     *     pci-bridge}
     */
    public record Controller(int index, String model) {}

    /**
     * More than the machine has.
     *
     * @param what PCI slots or ports
     * @param needed by the instance
     * @param available on the machine
     */
    public record Shortage(String what, int needed, int available) {}

    /** The controllers for these devices on a machine. */
    public static PciTopology of(MachineType machine, PciDevices devices) {
        if (machine.hasRootPorts()) {
            int bridges = divideUp(devices.bridged(), BRIDGE_SLOTS);
            return new PciTopology(machine, devices, devices.express() + devices.hotplugNics() + bridges, bridges);
        }
        if (machine.board() == Board.NO_PCI) {
            return new PciTopology(machine, devices, 0, 0);
        }
        // a bridge takes one slot and gives 31
        int beyondRoot = devices.all() - rootCapacity(devices);
        return new PciTopology(machine, devices, 0, divideUp(Math.max(0, beyondRoot), BRIDGE_SLOTS - 1));
    }

    /** The controllers in the order of their indices; libvirt chooses the slots. */
    public List<Controller> controllers() {
        List<Controller> controllers = new ArrayList<>(1 + rootPorts + bridges);
        if (machine.board() == Board.NO_PCI) {
            return controllers;
        }
        boolean express = machine.hasRootPorts();
        controllers.add(new Controller(0, express ? "pcie-root" : "pci-root"));
        for (int port = 0; port < rootPorts; port++) {
            controllers.add(new Controller(controllers.size(), "pcie-root-port"));
        }
        for (int bridge = 0; bridge < bridges; bridge++) {
            controllers.add(new Controller(controllers.size(), express ? "pcie-to-pci-bridge" : "pci-bridge"));
        }
        return controllers;
    }

    /** The ledger's charge for them. */
    List<DeviceCount> counts() {
        List<DeviceCount> counts = new ArrayList<>(2);
        if (rootPorts > 0) {
            counts.add(new DeviceCount(DeviceKind.ROOT_PORT, rootPorts));
        }
        if (bridges > 0) {
            counts.add(new DeviceCount(bridgeKind(), bridges));
        }
        return counts;
    }

    /** NICs that fit beside the other devices without one controller more, hot-plugged ones included. */
    public int nicSlots() {
        int others = devices.all() - devices.nics() - devices.hotplugNics();
        return machine.board() == Board.I440FX
                ? rootCapacity(devices) + bridges * (BRIDGE_SLOTS - 1) - others
                : devices.nics() + devices.hotplugNics();
    }

    /** The problems of a domain that cannot be defined or booted; empty for one that can. */
    public Optional<Shortage> shortage() {
        if (machine.board() == Board.NO_PCI) {
            return Optional.of(new Shortage("PCI slots", devices.all(), 0));
        }
        if (!machine.hasRootPorts()) {
            int slots = rootCapacity(devices) + maxBridges() * (BRIDGE_SLOTS - 1);
            return shortage("PCI slots", devices.all(), slots);
        }
        return shortage("PCIe root ports", rootPorts, PORTS_PER_SLOT * (PORT_SLOTS - count(devices.video())))
                .or(() -> shortage("conventional PCI slots", devices.bridged(), maxBridges() * BRIDGE_SLOTS));
    }

    private int maxBridges() {
        if (machine.hasRootPorts()) {
            return devices.largeIo() ? MAX_LARGE_BRIDGES_OF_Q35 : MAX_BRIDGES_OF_Q35;
        }
        return devices.largeIo() ? MAX_LARGE_BRIDGES_OF_I440FX : MAX_BRIDGES_OF_I440FX;
    }

    private static Optional<Shortage> shortage(String what, int needed, int available) {
        return needed > available ? Optional.of(new Shortage(what, needed, available)) : Optional.empty();
    }

    /** Linux drives the hot-plug controller of a bridge only where the machine does not hot-plug by ACPI; measured. */
    private DeviceKind bridgeKind() {
        boolean byAcpi = machine.board() != Board.Q35 || !machine.isBefore(ACPI_HOTPLUG_MAJOR, ACPI_HOTPLUG_MINOR);
        return byAcpi ? DeviceKind.PCI_BRIDGE : DeviceKind.SHPC_BRIDGE;
    }

    private static int rootCapacity(PciDevices devices) {
        return ROOT_SLOTS - count(devices.video()) - KEPT_FREE;
    }

    private static int divideUp(int dividend, int divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    private static int count(boolean present) {
        return present ? 1 : 0;
    }
}
