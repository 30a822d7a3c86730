package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.ExtraSpecs;
import org.novamq.image.Findings;
import org.novamq.image.VectorBudget;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
import org.novamq.vif.Requests;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.Overrides;
import org.novamq.vif.request.PciId;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VirtType;

/** Vectors of devices that are handed over whole: each driver's rule, the table, and the default with its warning. */
class AssignedVectorsTest {
    private static final String SLOT = Requests.functionSlot("a");

    private static Flavor flavor(int vcpus, int possible) {
        return new Flavor(
                "f", vcpus, Optional.of(possible), 1024, ExtraSpecs.read(Map.of(), "extra_specs", new Findings()));
    }

    private static HostPciDevice device(@Nullable String id, @Nullable String classCode, @Nullable Integer msix) {
        return new HostPciDevice(
                Optional.ofNullable(id).flatMap(PciId::of),
                Optional.ofNullable(classCode).map(code -> Integer.valueOf(code, 16)),
                Optional.ofNullable(msix),
                Optional.empty());
    }

    /** The sources stand at each driver in {@link AssignedDriver} and in the specification. */
    @ParameterizedTest(name = "{0}, class {1}, table {2}: {3} of {4} vCPUs, used {5}")
    @CsvSource({
        // mlx5: num_ports * num_online_cpus() + 1
        "15b3:1018, 020000,    , 16, 16, 17",
        "15b3:101e,       ,    , 16, 64, 17",
        "15b3:1018, 020000,  12, 16, 16, 12",
        "15b3:1018, 020000,  65, 16, 16, 17",
        "15b3:1012,       ,    , 16, 16, 33",
        // mlx4: two ports, at most 64
        "15b3:1004,       ,    ,  4,  4,  9",
        "15b3:1004,       ,    , 64, 64, 64",
        // iavf: 16 queues and one more, unless the device offers otherwise
        "8086:154c, 020000,    ,  4,  4,  5",
        "8086:1889, 020000,    , 64, 64, 17",
        "8086:1889, 020000,  33, 64, 64, 33",
        "8086:154c, 020000,   5, 64, 64,  5",
        // ixgbevf: at most two queues
        "8086:10ed,       ,    ,  1,  1,  2",
        "8086:1515,       ,    , 16, 16,  3",
        "8086:1515,       ,  64, 16, 16,  3",
        // igbvf: always three
        "8086:1520,       ,    ,  1,  1,  3",
        "8086:10ca,       ,   3, 64, 64,  3",
        // bnxt_en: a ring for each vCPU, two for RoCE
        "14e4:16dc,       ,    , 16, 16, 18",
        "1d0f:ec20,       ,   9, 16, 16,  9",
        // QAT: one message
        "8086:37c9,       ,  16, 16, 16,  1",
        // NVIDIA: eight at most, and only its display functions
        "10de:20b5, 030200,    , 16, 16,  8",
        "10de:20b5,       ,    ,  1,  1,  8",
        "10de:1eb8, 030200,   6, 16, 16,  6",
        "10de:1ad8, 0c0330,    , 16, 16, 17",
        // NVMe by class: vCPUs that can be online
        "144d:a80a, 010802,    ,  2,  8,  9",
        "144d:a80a, 010802,  33, 64, 64, 33",
        "144d:a80a, 010802, 129, 64, 64, 65",
        // nothing known: the table, else 1 + vCPUs
        "1234:5678, 020000,  40, 16, 16, 40",
        "1234:5678, 020000,   0, 16, 16,  0",
        "1234:5678, 020000,    , 16, 16, 17",
        "         ,       ,    , 16, 16, 17",
        "         ,       ,    , 4096, 4096, 2048",
    })
    void eachDriverHasItsRule(
            @Nullable String id,
            @Nullable String classCode,
            @Nullable Integer msix,
            int vcpus,
            int possible,
            int used) {
        AssignedVectors vectors = AssignedVectors.of(device(id, classCode, msix), flavor(vcpus, possible));
        assertThat(vectors.used()).isEqualTo(used);
        assertThat(vectors.reserved()).isEqualTo(msix == null ? used : msix);
    }

    @Test
    void theOperatorsWordGoesBeforeTheRule() {
        HostPciDevice said =
                new HostPciDevice(PciId.of("15b3:1018"), Optional.empty(), Optional.of(65), Optional.of(9));
        assertThat(AssignedVectors.of(said, flavor(16, 16))).isEqualTo(new AssignedVectors(9, 65, Optional.empty()));
    }

    @Test
    void doubtIsSaidWhereNeitherDriverNorOperatorIsKnown() {
        Flavor flavor = flavor(16, 16);
        assertThat(AssignedVectors.of(device("15b3:1018", null, null), flavor).doubt())
                .isEmpty();
        assertThat(AssignedVectors.of(device("1234:5678", null, 17), flavor).doubt())
                .as("no more than the default")
                .isEmpty();
        assertThat(AssignedVectors.of(device("1234:5678", null, 512), flavor).doubt())
                .contains("all that it offers, because its driver's rule is not known (1234:5678)");
        assertThat(AssignedVectors.of(HostPciDevice.UNKNOWN, flavor).doubt())
                .contains("1 + 16 vCPUs, because its driver is not known and nobody says how many vectors it offers");
    }

    @Test
    void noIdBelongsToTwoDrivers() {
        Set<String> seen = new HashSet<>();
        for (AssignedDriver driver : AssignedDriver.values()) {
            for (String id : driver.ids()) {
                assertThat(PciId.of(id).map(PciId::text)).as(driver.text()).contains(id);
                assertThat(seen.add(id)).as("%s of %s", id, driver).isTrue();
            }
        }
    }

    @Test
    void neverMoreThanTheTableAndNeverNegative() {
        Random random = new Random(13);
        List<String> ids = Arrays.stream(AssignedDriver.values())
                .flatMap(driver -> driver.ids().stream())
                .toList();
        for (int i = 0; i < 20_000; i++) {
            int vcpus = 1 + random.nextInt(4096);
            int msix = random.nextInt(HostPciDevice.MAX_VECTORS + 1);
            HostPciDevice device = device(
                    random.nextInt(3) == 0 ? null : ids.get(random.nextInt(ids.size())),
                    random.nextInt(5) == 0 ? "010802" : null,
                    msix);
            AssignedVectors vectors = AssignedVectors.of(device, flavor(vcpus, vcpus + random.nextInt(100)));
            assertThat(vectors.used()).as("%s, %s vCPUs", device, vcpus).isBetween(0, msix);
            assertThat(vectors.reserved()).isEqualTo(msix);
        }
    }

    @Test
    void aFigureOutOfRangeIsNoDevice() {
        assertThatThrownBy(() -> device(null, null, 2049))
                .hasMessage("cannot describe a PCI device with msix 2049: 0 to 2048");
        assertThatThrownBy(() -> new HostPciDevice(Optional.empty(), Optional.empty(), Optional.of(4), Optional.of(5)))
                .hasMessage("cannot describe a PCI device with vectors 5: 0 to 4");
        assertThatThrownBy(() -> new PciId("15B3", "1018")).isInstanceOf(IllegalArgumentException.class);
        assertThat(PciId.of("15b3")).isEmpty();
        assertThat(PciId.of("15b3:1018:1")).isEmpty();
        assertThat(PciId.of("../../:1018")).isEmpty();
    }

    @Test
    void twoSourcesOfOneDeviceAreOne() {
        HostPciDevice said = new HostPciDevice(Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(20));
        assertThat(said.or(device("15b3:1018", "020000", 65)))
                .isEqualTo(new HostPciDevice(
                        PciId.of("15b3:1018"), Optional.of(0x020000), Optional.of(65), Optional.of(20)));
        assertThat(said.or(device(null, null, 12)).vectors())
                .as("no more than it offers")
                .contains(12);
        assertThat(device(null, null, 3).or(device(null, null, 65)).msix()).contains(3);
        HostPciDevice mellanox = device("15b3:1018", null, null);
        assertThat(mellanox.or(device("8086:154c", "020000", 5)))
                .as("other ids: another device")
                .isEqualTo(mellanox);
    }

    private static HostLimits host(HostPciDevice device) {
        return HostLimits.builder()
                .pciDevices(Map.of(SLOT, device, Requests.functionSlot("b"), device))
                .build();
    }

    @Test
    void aNicIsChargedByWhatTheHostKnows() {
        InstancePlan plan = InstancePlanner.plan(
                Requests.vcpus(16).nic(Requests.function("a")).build(), host(device("15b3:1018", "020000", 65)));
        NicPlan nic = plan.nics().get(0);
        assertThat(nic.granted()).isEmpty();
        assertThat(nic.usedVectors()).isEqualTo(17);
        assertThat(nic.reservedVectors()).isEqualTo(65);
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void aNicIsChargedByNeutronsBinding() {
        Vif vif = Requests.vif(
                "a", "hw_veb", "direct", Map.of("vlan", 5), Map.of("pci_slot", SLOT, "pci_vendor_info", "8086:10ed"));
        InstancePlan plan = InstancePlanner.plan(Requests.vcpus(16).nic(vif).build(), HostLimits.DEFAULT);
        assertThat(plan.nics().get(0).usedVectors()).isEqualTo(3);
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void aNicOfWhichNothingIsKnownIsChargedTheDefaultAndNamed() {
        InstancePlan plan = InstancePlanner.plan(
                Requests.vcpus(16).nic(Requests.function("a")).build(), HostLimits.DEFAULT);
        assertThat(plan.nics().get(0).usedVectors()).isEqualTo(17);
        assertThat(plan.warnings())
                .containsExactly("NIC a is handed over whole (" + SLOT + "): 17 vectors are charged for it, 1 + 16"
                        + " vCPUs, because its driver is not known and nobody says how many vectors it offers;"
                        + " host.pci_devices[\"" + SLOT + "\"] with vendor, msix or vectors says better");
    }

    @Test
    void theOtherNicsGetWhatIsLeft() {
        Overrides budget = new Overrides(Optional.empty(), Optional.empty(), Optional.of(new VectorBudget.Fixed(100)));
        Requests requests = Requests.vcpus(16)
                .devices(new DeviceCount(DeviceKind.BALLOON, 1))
                .nic(Requests.function("a"))
                .nic(Requests.bridge("b"), 16)
                .nic(Requests.bridge("c"), 16)
                .overrides(budget);
        InstancePlan small = InstancePlanner.plan(requests.build(), host(device("15b3:1018", null, 65)));
        assertThat(small.nics()).extracting(nic -> nic.granted().orElse(0)).containsExactly(0, 16, 16);
        assertThat(small.ledger().used()).isEqualTo(17 + 2 * 33 + 4);
        InstancePlan large = InstancePlanner.plan(requests.build(), host(device(null, null, 65)));
        assertThat(large.nics()).extracting(nic -> nic.granted().orElse(0)).containsExactly(0, 7, 7);
        assertThat(large.ledger().used()).isEqualTo(65 + 2 * 15 + 4);
    }

    @Test
    void aRunningGuestHasNoRoomForADeviceThatDoesNotFit() {
        Overrides budget = new Overrides(Optional.empty(), Optional.empty(), Optional.of(new VectorBudget.Fixed(60)));
        PlanRequest cold = Requests.vcpus(16)
                .nic(Requests.bridge("a"), 8)
                .nic(Requests.function("b"))
                .devices(new DeviceCount(DeviceKind.BALLOON, 1))
                .overrides(budget)
                .build();
        PlanRequest running = new PlanRequest(
                cold.instance(),
                cold.flavor(),
                cold.image(),
                cold.virtType(),
                cold.machine(),
                List.of(cold.nics().get(0).keeping(8), cold.nics().get(1)),
                cold.devices(),
                true,
                true,
                budget);
        assertThatThrownBy(() -> InstancePlanner.plan(running, host(device(null, null, 65))))
                .isInstanceOf(NoRoomException.class)
                .hasMessageContaining("cannot attach NIC b");
        assertThat(InstancePlanner.plan(running, host(device("8086:10ed", null, 3)))
                        .ledger()
                        .used())
                .isEqualTo(17 + 3 + 4);
    }

    @Test
    void aGuestWithoutPciHasNoVectors() {
        InstancePlan plan = InstancePlanner.plan(
                Requests.vcpus(16)
                        .virt(VirtType.LXC)
                        .nic(Requests.function("a"))
                        .build(),
                HostLimits.DEFAULT);
        assertThat(plan.nics().get(0).usedVectors()).isZero();
        assertThat(plan.nics().get(0).reservedVectors()).isZero();
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void aVdpaDeviceIsAVirtioNic() {
        HostLimits host = HostLimits.builder()
                .vdpaDevicePaths(Requests.vdpaDevices())
                .pciDevices(Map.of(Requests.vdpaSlot("a"), device("15b3:101e", null, 65)))
                .build();
        NicPlan nic = InstancePlanner.plan(
                        Requests.vcpus(16).nic(Requests.vdpa("a"), 4).build(), host)
                .nics()
                .get(0);
        assertThat(nic.usedVectors()).isEqualTo(9);
        assertThat(nic.reservedVectors()).isEqualTo(10);
    }

    @Test
    void devicesOfARequestAreChargedByKindByWordAndByAddress() {
        Requests requests = Requests.vcpus(4)
                .devices(
                        new DeviceCount(DeviceKind.PCI, 2, Optional.of(32), List.of()),
                        new DeviceCount(DeviceKind.PCI, 3, Optional.empty(), List.of(SLOT)),
                        new DeviceCount(DeviceKind.VF, 2),
                        new DeviceCount(DeviceKind.VGPU, 1),
                        new DeviceCount(DeviceKind.NVME, 1));
        InstancePlan plan = InstancePlanner.plan(requests.build(), host(device("8086:37c9", null, 16)));
        assertThat(plan.ledger().devices())
                .contains(
                        new Ledger.DeviceEntry(DeviceKind.PCI, 5, 2 * 32 + 1 + 2 * 5),
                        new Ledger.DeviceEntry(DeviceKind.VF, 2, 10),
                        new Ledger.DeviceEntry(DeviceKind.VGPU, 1, 8),
                        new Ledger.DeviceEntry(DeviceKind.NVME, 1, 5));
        int others = 1 /* root port */ + 4 /* hot-plug reserve */;
        assertThat(plan.ledger().irqRoutes())
                .as("what the devices offer")
                .isEqualTo(Ledger.KVM_BASE_ROUTES + 2 * 32 + 16 + 2 * 5 + 10 + 8 + 65 + others);
        assertThat(plan.warnings())
                .containsExactly(
                        "devices of type pci are handed over whole: 5 vectors are charged for each of 2, 1 + 4 vCPUs,"
                                + " because their drivers are not known; vectors or pci_slots in their entry of devices"
                                + " says better",
                        "devices of type vf are handed over whole: 5 vectors are charged for each of 2, 1 + 4 vCPUs,"
                                + " because their drivers are not known; vectors or pci_slots in their entry of devices"
                                + " says better");
    }

    @Test
    void anNvmeControllerHasAVectorForEachVcpuThatCanBeOnline() {
        assertThat(DeviceKind.NVME.used(flavor(2, 8))).isEqualTo(9);
        assertThat(DeviceKind.NVME.used(flavor(2, 200))).as("QEMU's offers 65").isEqualTo(65);
        assertThat(DeviceKind.DISK.used(flavor(2, 8))).isEqualTo(3);
        DeviceCount atSlot = new DeviceCount(DeviceKind.NVME, 1, Optional.empty(), List.of(SLOT));
        assertThat(DeviceCharges.of(atSlot, flavor(2, 200), host(device(null, null, 129))))
                .isEqualTo(new DeviceCharges(129, 129));
    }
}
