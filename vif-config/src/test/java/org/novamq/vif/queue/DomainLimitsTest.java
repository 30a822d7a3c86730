package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.Requests;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.Overrides;
import org.novamq.vif.request.VirtType;

/** Limits of every domain: a plan warns of them, {@code strict} and a boot refuse them. */
class DomainLimitsTest {
    private static final Overrides STRICT = new Overrides(Optional.of(true), Optional.empty(), Optional.empty());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "q35",
                "Q35",
                "pc",
                "PC",
                "pc-q35-2.7",
                "pc-q35-2.12",
                "pc-q35-7.2",
                "pc-q35-4.0.1",
                "pc-i440fx-2.5",
                "PC-i440FX-7.2",
                "pc-q35-rhel9.2.0",
                "pc-i440fx-focal"
            })
    void theseBoot(String machine) {
        assertThat(plan(Requests.vcpus(4).machine(machine)).limits()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"pc-i440fx-2.0", "pc-i440fx-2.4", "pc-i440fx-1.7", "pc-1.0", "pc-q35-2.4", "pc-q35-2.6"})
    void theseAreTooOld(String machine) {
        assertRefused(Requests.vcpus(4).machine(machine), "machine", "the machine type " + machine + " is too old");
    }

    /** The domain of somebody else may lack what keeps ours from such a machine. */
    @Test
    void anotherOnesOldMachineIsNotOurs() {
        Requests request = Requests.vcpus(4).machine("pc-i440fx-2.4").devices(new DeviceCount(DeviceKind.DISK, 1));
        assertThat(plan(request).limits()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "virt, ''",
        "pseries, ''",
        "x-remote, ''",
        "s390-ccw-virtio, ''",
        "q36, (did you mean 'q35'?)",
        "q35-7.2, ''",
        "pc-q35, ''",
        "pc_q35-7.2, (did you mean 'pc-q35-7.2'?)",
        "pcc, (did you mean 'pc'?)"
    })
    void theseAreNoMachinesOfX86(String machine, String hint) {
        assertRefused(Requests.vcpus(4).machine(machine), "machine", "the ledger is one of x86");
        assertThat(plan(Requests.vcpus(4).machine(machine)).warnings().get(0)).contains(hint);
    }

    @Test
    void theImagesMachineIsNamedAsTheImageHasIt() {
        assertRefused(
                Requests.vcpus(4).image("hw_machine_type", "virt"),
                "image.properties.hw_machine_type",
                "the machine type 'virt' is none of x86");
    }

    @ParameterizedTest
    @ValueSource(strings = {"isapc", "microvm"})
    void withoutPciThereIsNoPlace(String machine) {
        assertRefused(Requests.vcpus(1).machine(machine).nics(1), "nics", "PCI slots");
    }

    @ParameterizedTest
    @CsvSource({
        "pc, 256, takes 255",
        "pc-i440fx-7.2, 300, takes 255",
        "pc-q35-2.7, 256, takes 255",
        "q35, 256, the domain takes 255: the machine type q35 takes 288",
        "pc-q35-2.8, 288, the domain takes 255: the machine type pc-q35-2.8 takes 288",
        "q35, 289, takes 288"
    })
    void vcpusOfAMachine(String machine, int vcpus, String fact) {
        assertRefused(Requests.vcpus(vcpus).machine(machine), "flavor.vcpus", fact);
        assertRefused(Requests.vcpus(2).maxVcpus(vcpus).machine(machine), "flavor.max_vcpus", fact);
        assertThat(plan(Requests.vcpus(255).machine(machine)).limits()).isEmpty();
    }

    /** Nova's domain may have the IOMMU that 256 vCPUs need. */
    @Test
    void anotherOnesQ35Takes288Vcpus() {
        DeviceCount disk = new DeviceCount(DeviceKind.DISK, 1);
        assertThat(plan(Requests.vcpus(288).devices(disk)).limits()).isEmpty();
        assertRefused(Requests.vcpus(289).devices(disk), "flavor.vcpus", "takes 288");
    }

    @ParameterizedTest
    @CsvSource({
        "q35, virtio, 240, needs 245 PCIe root ports with its 240 NICs and hotplug_nics=1, 'q35 has 240'",
        "q35, rtl8139, 220, needs 221 conventional PCI slots, 'q35 has 217'",
        "pc, virtio, 270, needs 275 PCI slots, 'pc has 269'"
    })
    void nicsBeyondTheSlots(String machine, String model, int nics, String fact, String limit) {
        Requests request =
                Requests.vcpus(8).machine(machine).image("hw_vif_model", model).nics(nics);
        assertRefused(request, "nics", fact);
        assertThat(plan(request).warnings()).anyMatch(warning -> warning.contains(limit));
    }

    /** Of a domain that somebody else builds the kinds are counted that take a place. */
    @Test
    void nicsBeyondTheSlotsOfAnotherOnesDomain() {
        DeviceCount[] given = {
            new DeviceCount(DeviceKind.DISK, 2),
            new DeviceCount(DeviceKind.AHCI, 1),
            new DeviceCount(DeviceKind.ROOT_PORT, 250),
            new DeviceCount(DeviceKind.GPU, 1)
        };
        assertThat(plan(Requests.vcpus(8).devices(given).nics(229)).limits()).isEmpty();
        assertRefused(Requests.vcpus(8).devices(given).nics(230), "nics", "needs 233 PCIe root ports");
    }

    @Test
    void containersHaveNoMachine() {
        Requests request = Requests.vcpus(300).machine("virt").virt(VirtType.LXC);
        assertThat(plan(request).limits()).isEmpty();
    }

    private static void assertRefused(Requests request, String field, String fact) {
        InstancePlan plan = plan(request);
        List<Problem> limits = plan.limits();
        assertThat(limits).anySatisfy(problem -> {
            assertThat(problem.field()).isEqualTo(field);
            assertThat(problem.message())
                    .startsWith("cannot define the domain: ")
                    .contains(fact);
        });
        assertThat(plan.warnings())
                .anyMatch(warning -> warning.contains(fact) && warning.endsWith("a boot is refused"));
        request.overrides(STRICT);
        assertThatThrownBy(() -> plan(request))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.problems()).containsAll(limits));
        request.overrides(Overrides.NONE);
    }

    private static InstancePlan plan(Requests request) {
        return InstancePlanner.plan(request.build(), HostLimits.DEFAULT);
    }
}
