package org.novamq.vif.queue;

import java.util.List;
import java.util.Set;
import org.novamq.image.VifModel;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/**
 * The devices that need a place on a PCI bus.
 *
 * @param nics of them NICs, not counting those to come
 * @param express devices that libvirt puts into a PCIe root port of their own, where there are any
 * @param conventional devices that it puts behind a pcie-to-pci-bridge then
 * @param hotplugNics NICs that may be hot-plugged later: each keeps a root port free, because a macvtap, vDPA or assigned
 *     device is PCIe whatever the image's model is
 * @param hotplugConventional whether the image's model is conventional PCI: then each keeps a bridge's slot free as well
 * @param video whether there is a screen: it takes the first free slot of the root bus
 * @param largeIo whether NICs have 256 I/O ports each
 */
public record PciDevices(
        int nics,
        int express,
        int conventional,
        int hotplugNics,
        boolean hotplugConventional,
        boolean video,
        boolean largeIo) {

    /** libvirt src/qemu/qemu_domain_address.c, qemuDomainDeviceCalculatePCIConnectFlags; a model it does not know is PCIe. */
    private static final Set<VifModel> CONVENTIONAL = Set.of(VifModel.E1000, VifModel.RTL8139, VifModel.VMXNET3);

    /** QEMU hw/net/rtl8139.c and ne2000.c: 0x100 ports. */
    private static final Set<VifModel> LARGE_IO = Set.of(VifModel.RTL8139, VifModel.NE2K_PCI);

    /** Where no model is set: libvirt src/qemu/qemu_domain.c, qemuDomainDefaultNetModel. */
    private static final VifModel LIBVIRT_DEFAULT = VifModel.RTL8139;

    /** Kinds that are no device on a bus of their own: a part of the board, a controller, or a reserve. */
    private static final Set<DeviceKind> NOT_PLACED = Set.of(
            DeviceKind.AHCI,
            DeviceKind.ROOT_PORT,
            DeviceKind.PCI_BRIDGE,
            DeviceKind.SHPC_BRIDGE,
            DeviceKind.GPU,
            DeviceKind.HOTPLUG_NIC);

    /**
     * With an instance's NICs.
     *
     * @param others PCIe devices beside the NICs
     * @param conventionalOthers conventional devices beside the NICs
     */
    static PciDevices of(
            PlanRequest request, HostLimits host, List<Nic> nics, int others, int conventionalOthers, boolean video) {
        List<VifModel> models = nics.stream()
                .filter(nic -> !nic.backend().isAssigned())
                .map(nic -> nic.model().orElse(LIBVIRT_DEFAULT))
                .toList();
        int conventional = (int) models.stream().filter(CONVENTIONAL::contains).count();
        // A running domain keeps the root port of a conventional NIC that was hot-plugged, and which NIC that was is
        // not known.
        int keptPorts = request.running() ? conventional : 0;
        VifModel later = request.nicModel(host).orElse(LIBVIRT_DEFAULT);
        return new PciDevices(
                nics.size(),
                nics.size() - conventional + keptPorts + others,
                conventional + conventionalOthers,
                host.hotplugNics(),
                CONVENTIONAL.contains(later),
                video,
                LARGE_IO.contains(later) || models.stream().anyMatch(LARGE_IO::contains));
    }

    /** With the other devices of a domain that somebody else builds. */
    static PciDevices of(PlanRequest request, HostLimits host, List<Nic> nics, List<DeviceCount> given) {
        int others = 0;
        boolean video = false;
        for (DeviceCount device : given) {
            others += NOT_PLACED.contains(device.kind()) ? 0 : device.count();
            video |= device.kind() == DeviceKind.GPU && device.count() > 0;
        }
        return of(request, host, nics, others, 0, video);
    }

    /** Devices and places that are kept free, each once. */
    int all() {
        return express + conventional + hotplugNics;
    }

    /** Slots behind bridges, on a machine with PCIe. */
    int bridged() {
        return conventional + (hotplugConventional ? hotplugNics : 0);
    }
}
