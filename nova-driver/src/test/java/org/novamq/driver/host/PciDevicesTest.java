package org.novamq.driver.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.vif.backend.PciAddress;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.PciId;
import org.novamq.vif.request.PlanRequest;

class PciDevicesTest {
    private static final String SLOT = "0000:0a:00.1";
    private static final HostPciDevice NIC =
            new HostPciDevice(PciId.of("15b3:101e"), Optional.of(0x020000), Optional.of(5), Optional.empty());

    @TempDir
    private Path root;

    private PciDevices devices;

    @BeforeEach
    void makeAVirtualFunction() throws IOException {
        devices = new PciDevices(root);
        write(SLOT, PciConfigTest.recorded("e1000e"));
    }

    /** A virtual function's configuration space has no ids: sysfs alone knows them. */
    private void write(String slot, byte[] config) throws IOException {
        Path device =
                Files.createDirectories(root.resolve("sys/bus/pci/devices").resolve(slot));
        Arrays.fill(config, 0, 4, (byte) 0xff);
        Files.writeString(device.resolve("vendor"), "0x15b3\n");
        Files.writeString(device.resolve("device"), "0x101e\n");
        Files.writeString(device.resolve("class"), "0x020000\n");
        Files.write(device.resolve("config"), config);
    }

    private HostPciDevice read(String slot) {
        return devices.read(PciAddress.of(slot).orElseThrow());
    }

    @Test
    void readsIdsClassAndMessages() {
        assertThat(read(SLOT)).isEqualTo(NIC);
        assertThat(read("0000:0A:00.1")).isEqualTo(NIC);
    }

    @Test
    void whatCannotBeReadIsNotKnown() throws IOException {
        assertThat(read("0000:0a:00.2")).isEqualTo(HostPciDevice.UNKNOWN);
        Path device = root.resolve("sys/bus/pci/devices").resolve(SLOT);
        Files.write(device.resolve("config"), Arrays.copyOf(PciConfigTest.recorded("e1000e"), 64));
        Files.writeString(device.resolve("device"), "no number");
        assertThat(read(SLOT))
                .isEqualTo(
                        new HostPciDevice(Optional.empty(), Optional.of(0x020000), Optional.empty(), Optional.empty()));
        Files.delete(device.resolve("config"));
        Files.createDirectory(device.resolve("config"));
        assertThat(read(SLOT).msix()).isEmpty();
    }

    private static PlanRequest request(String nicSlot, String deviceSlot) {
        return PlanRequestReader.read(Json.parseObject("""
                        {"instance": {"uuid": "b7c95471-0b82-469f-8962-7b9dabbe3ed5", "name": "vm"},
                         "flavor": {"vcpus": 4}, "image": {}, "virt_type": "kvm",
                         "nics": [{"vif": {"id": "1", "address": "fa:16:3e:00:00:01", "type": "hw_veb",
                          "vnic_type": "direct", "network": {"id": "n"}, "profile": {"pci_slot": "%s"}}}],
                         "devices": [{"type": "pci", "count": 1, "pci_slots": ["%s"]}]}""".formatted(nicSlot, deviceSlot)), HostLimits.DEFAULT)
                .request();
    }

    @Test
    void knowsTheNicsAndTheDevicesOfARequest() throws IOException {
        write("0000:0b:00.0", PciConfigTest.recorded("nvme"));
        HostLimits host = devices.beside(HostLimits.DEFAULT, request(SLOT, "0000:0B:00.0"));
        assertThat(host.pciDevice(SLOT)).isEqualTo(NIC);
        assertThat(host.pciDevice("0000:0b:00.0").msix()).contains(65);
        assertThat(host.pciDevices()).hasSize(2);
    }

    @Test
    void whatTheRequestSaysStays() {
        HostPciDevice said = new HostPciDevice(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(2));
        assertThat(known(said))
                .isEqualTo(new HostPciDevice(
                        PciId.of("15b3:101e"), Optional.of(0x020000), Optional.of(5), Optional.of(2)));
    }

    @Test
    void aDeviceWithOtherIdsIsAnotherMachines() {
        HostPciDevice elsewhere = HostPciDevice.of(PciId.of("8086:154c").orElseThrow());
        assertThat(known(elsewhere)).isEqualTo(elsewhere);
    }

    private HostPciDevice known(HostPciDevice said) {
        HostLimits host = HostLimits.builder().pciDevices(Map.of(SLOT, said)).build();
        return devices.beside(host, request(SLOT, "0000:0b:00.0")).pciDevice(SLOT);
    }

    /** Only an address becomes a path. */
    @Test
    void whatIsNoAddressIsNotRead() throws IOException {
        Path outside = Files.createDirectories(root.resolve("sys/bus/pci/outside"));
        Files.writeString(outside.resolve("vendor"), "0x15b3\n");
        assertThat(devices.beside(HostLimits.DEFAULT, request("../outside", "0000:0b:00.0"))
                        .pciDevices())
                .containsOnly(Map.entry("0000:0b:00.0", HostPciDevice.UNKNOWN));
    }

    @Test
    void readsThisMachineWithoutFailing() {
        assertThat(new PciDevices().read(PciAddress.of("0000:00:00.0").orElseThrow()))
                .isNotNull();
    }
}
