package org.novamq.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Image properties and extra specs as typed values, and all that is wrong with them at once. */
class PropertiesTest {
    @Test
    void anImageThatSaysNothing() {
        assertThat(ImageProperties.NONE.multiqueue()).isEmpty();
        assertThat(ImageProperties.NONE.guest().profile().family()).isEqualTo(GuestFamily.UNKNOWN);
        assertThat(ExtraSpecs.NONE.bandwidth().isEmpty()).isTrue();
        assertThat(ExtraSpecs.NONE.rngAllowed()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "virtio, VIRTIO",
        "VIRTIO, VIRTIO",
        "VirtualVmxnet3, VMXNET3",
        "VirtualE1000, E1000",
        "VirtualE1000e, E1000E",
        "VirtualPCNet32, PCNET",
        "VirtualSriovEthernetCard, SRIOV",
        "spapr-vlan, SPAPR_VLAN",
        "igb, IGB"
    })
    void models(String name, VifModel model) {
        assertThat(VifModel.of(name)).contains(model);
    }

    @Test
    void everyProblemComesBack() {
        Findings findings = new Findings();
        ImageProperties.read(
                Map.of(
                        "hw_vif_model",
                        "virti",
                        "hw_disk_bus",
                        "floppy",
                        "hw_msi_vector_budget",
                        "0",
                        "os_type",
                        List.of()),
                "image.properties",
                findings);
        assertThatThrownBy(findings::throwIfAny)
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(Problem::field)
                                .containsExactlyInAnyOrder(
                                        "image.properties.hw_vif_model",
                                        "image.properties.hw_disk_bus",
                                        "image.properties.hw_msi_vector_budget",
                                        "image.properties.os_type"))
                .hasMessageContaining("did you mean 'virtio'?");
    }

    @Test
    void bandwidthWithoutAnAverageIsNone() {
        Findings findings = new Findings();
        ExtraSpecs specs = ExtraSpecs.read(
                Map.of(
                        "quota:vif_inbound_peak",
                        "200",
                        "quota:vif_outbound_average",
                        10,
                        "quota:vif_outbound_burst",
                        "30"),
                "flavor.extra_specs",
                findings);
        findings.throwIfAny();
        assertThat(specs.bandwidth().inbound()).isEmpty();
        assertThat(specs.bandwidth().outbound()).isPresent();
        assertThat(specs.bandwidth().outbound().orElseThrow().peak()).isEmpty();
    }

    /** libvirt's schema: an unsignedInt of kB/s; Nova writes what it is given. */
    @ParameterizedTest
    @CsvSource({
        "0, true",
        "2147483647, true",
        "2147483648, true",
        "4294967295, true",
        "4294967296, false",
        "-1, false",
        "1.5, false",
        "x, false"
    })
    void bandwidthIsWhatLibvirtCanHold(String average, boolean taken) {
        Findings findings = new Findings();
        ExtraSpecs.read(Map.of("quota:vif_inbound_average", average), "flavor.extra_specs", findings);
        assertThat(findings.hasProblems()).isEqualTo(!taken);
    }

    @ParameterizedTest
    @CsvSource({
        "auto, auto",
        "per_vcpu, per_vcpu",
        "legacy, legacy",
        "legacy_200, legacy",
        "off, off",
        "1, 1",
        "2048, 2048"
    })
    void vectorBudgets(String text, String read) {
        assertThat(VectorBudget.of(text).map(VectorBudget::text)).contains(read);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "none", "AUTO", "1.5"})
    void otherVectorBudgetsAreNone(String text) {
        assertThat(VectorBudget.of(text)).isEqualTo(Optional.empty());
    }
}
