package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.Requests;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.MachineType;

/** The controllers of our domains; the numbers are those that libvirt 9.0 completes such domains with. */
class PciTopologyTest {
    /** Serial, rng, balloon and the disk. */
    private static final int OTHERS = 4;

    @ParameterizedTest
    @CsvSource({
        // model, NICs, to be hot-plugged: root ports, bridges
        "virtio, 1, 1, 6, 0",
        "virtio, 0, 0, 4, 0",
        "e1000e, 2, 1, 7, 0",
        "igb, 2, 1, 7, 0",
        "ne2k_pci, 2, 1, 7, 0",
        "e1000, 1, 4, 9, 1",
        "e1000, 0, 0, 4, 0",
        "e1000, 0, 1, 6, 1",
        "rtl8139, 0, 1, 6, 1",
        "rtl8139, 30, 1, 6, 1",
        "rtl8139, 31, 1, 7, 2",
        "vmxnet3, 1, 0, 5, 1",
        "vmxnet3, 63, 0, 7, 3"
    })
    void q35PutsConventionalNicsBehindABridge(String model, int nics, int later, int rootPorts, int bridges) {
        InstancePlan plan = plan("q35", model, nics, later);
        assertThat(models(plan.devices().pci())).isEqualTo(q35(rootPorts, bridges));
        assertThat(charged(plan, DeviceKind.ROOT_PORT)).isEqualTo(rootPorts);
        assertThat(charged(plan, DeviceKind.PCI_BRIDGE)).isEqualTo(bridges);
    }

    @ParameterizedTest
    @CsvSource({
        // NICs, to be hot-plugged: bridges. Slots 2 to 31 are 30, one stays free; each bridge takes one and gives 31
        "0, 1, 0",
        "25, 0, 0",
        "24, 1, 0",
        "26, 0, 1",
        "25, 1, 1",
        "55, 0, 1",
        "56, 0, 2",
        "57, 0, 2",
        "85, 0, 2",
        "86, 0, 3",
        "57, 28, 2",
        "58, 28, 3",
        "250, 1, 8"
    })
    void pcGetsABridgeForWhatTheRootDoesNotTake(int nics, int later, int bridges) {
        InstancePlan plan = plan("pc", "virtio", nics, later);
        Map<String, Long> models = models(plan.devices().pci());
        assertThat(models.getOrDefault("pci-bridge", 0L)).isEqualTo(bridges);
        assertThat(models).containsEntry("pci-root", 1L).doesNotContainKey("pcie-root-port");
        assertThat(charged(plan, DeviceKind.PCI_BRIDGE)).isEqualTo(bridges);
        assertThat(charged(plan, DeviceKind.ROOT_PORT)).isZero();
        assertThat(plan.devices().pci().nicSlots()).isEqualTo(29 + 30 * bridges - OTHERS);
    }

    @Test
    void indicesAreInOrder() {
        List<PciTopology.Controller> controllers =
                plan("q35", "e1000", 40, 1).devices().pci().controllers();
        for (int i = 0; i < controllers.size(); i++) {
            assertThat(controllers.get(i).index()).isEqualTo(i);
        }
    }

    /** A macvtap of vif_type=macvtap is virtio, and an assigned device is PCIe, whatever the image's model is. */
    @Test
    void aNicsOwnModelDecides() {
        Requests request = Requests.vcpus(2)
                .image("hw_vif_model", "e1000")
                .nic(Requests.bridge("a"))
                .nic(Requests.macvtap("b"))
                .nic(Requests.function("c"))
                .nic(Requests.vdpa("d"));
        HostLimits host =
                host(0).toBuilder().vdpaDevicePaths(Requests.vdpaDevices()).build();
        PciTopology pci = InstancePlanner.plan(request.build(), host).devices().pci();
        assertThat(pci.devices().conventional()).isEqualTo(1);
        assertThat(models(pci)).isEqualTo(q35(OTHERS + 3 + 1, 1));
    }

    /** libvirt gives a NIC without a model rtl8139. */
    @Test
    void aNicWithoutAModelIsConventional() {
        HostLimits host = host(1).toBuilder().useVirtioForBridges(false).build();
        PciTopology pci = InstancePlanner.plan(Requests.vcpus(2).nics(1).build(), host)
                .devices()
                .pci();
        assertThat(models(pci)).isEqualTo(q35(OTHERS + 1 + 1, 1));
    }

    /** Measured: before 6.1 the guest's shpchp takes a message of the bridge, from 6.1 on it does not. */
    @ParameterizedTest
    @CsvSource({"pc-q35-5.1, 1", "pc-q35-6.0, 1", "pc-q35-6.1, 0", "pc-q35-10.0, 0", "q35, 0", "pc-q35-rhel9.2.0, 0"})
    void oldQ35sBridgesTakeAVector(String machine, int vectors) {
        InstancePlan plan = plan(machine, "e1000", 1, 0);
        assertThat(charged(plan, DeviceKind.SHPC_BRIDGE)).isEqualTo(vectors);
        assertThat(charged(plan, DeviceKind.PCI_BRIDGE)).isEqualTo(1 - vectors);
    }

    /** The screen's own device has the first slot of the root bus. */
    @Test
    void aScreenTakesASlot() {
        HostLimits host = host(0).toBuilder().vnc(true).build();
        // beside OTHERS there is a USB controller for the tablet
        assertThat(pci("pc", 23, host).bridges()).isZero();
        assertThat(pci("pc", 24, host).bridges()).isEqualTo(1);
        assertThat(pci("q35", 227, host).shortage()).isEmpty();
        assertThat(pci("q35", 228, host).shortage()).contains(new PciTopology.Shortage("PCIe root ports", 233, 232));
    }

    /** An AHCI controller that pc does not have built in takes a slot; IDE has none. */
    @ParameterizedTest
    @CsvSource({"virtio, 25", "scsi, 25", "sata, 25", "ide, 26", "usb, 25"})
    void diskControllersTakeSlots(String bus, int nicsWithoutBridge) {
        for (int nics : new int[] {nicsWithoutBridge, nicsWithoutBridge + 1}) {
            Requests request =
                    Requests.vcpus(1).machine("pc").image("hw_disk_bus", bus).nics(nics);
            PciTopology pci =
                    InstancePlanner.plan(request.build(), host(0)).devices().pci();
            assertThat(pci.bridges()).as("%s, %s NICs", bus, nics).isEqualTo(nics - nicsWithoutBridge);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "q35, virtio, 236, 0",
        "q35, virtio, 208, 28",
        "q35, e1000, 434, 0",
        "q35, rtl8139, 217, 0",
        "pc, virtio, 265, 0",
        "pc, e1000, 237, 28",
        "pc, rtl8139, 115, 0"
    })
    void theMostThatFits(String machine, String model, int nics, int later) {
        assertThat(plan(machine, model, nics, later).devices().pci().shortage()).isEmpty();
        assertThat(plan(machine, model, nics + 1, later).devices().pci().shortage())
                .hasValueSatisfying(lack -> assertThat(lack.needed()).isEqualTo(lack.available() + 1));
    }

    private static Map<String, Long> q35(int rootPorts, int bridges) {
        Map<String, Long> models = new TreeMap<>(Map.of("pcie-root", 1L));
        if (rootPorts > 0) {
            models.put("pcie-root-port", (long) rootPorts);
        }
        if (bridges > 0) {
            models.put("pcie-to-pci-bridge", (long) bridges);
        }
        return models;
    }

    private static Map<String, Long> models(PciTopology pci) {
        Map<String, Long> models = new TreeMap<>();
        pci.controllers().forEach(controller -> models.merge(controller.model(), 1L, Long::sum));
        return models;
    }

    private static int charged(InstancePlan plan, DeviceKind kind) {
        return plan.ledger().devices().stream()
                .filter(entry -> entry.kind() == kind)
                .mapToInt(Ledger.DeviceEntry::count)
                .sum();
    }

    private static InstancePlan plan(String machine, String model, int nics, int later) {
        Requests request =
                Requests.vcpus(2).machine(machine).image("hw_vif_model", model).nics(nics);
        return InstancePlanner.plan(request.build(), host(later));
    }

    private static PciTopology pci(String machine, int nics, HostLimits host) {
        return InstancePlanner.plan(
                        Requests.vcpus(2).machine(machine).nics(nics).build(), host)
                .devices()
                .pci();
    }

    private static HostLimits host(int hotplugNics) {
        return HostLimits.builder().hotplugNics(hotplugNics).build();
    }

    @Test
    void nothingHasPlaceOnAMachineWithoutPci() {
        PciTopology pci = PciTopology.of(new MachineType("isapc"), new PciDevices(1, 4, 0, 1, false, false, false));
        assertThat(pci.controllers()).isEqualTo(Collections.emptyList());
        assertThat(pci.shortage()).contains(new PciTopology.Shortage("PCI slots", 5, 0));
    }
}
