package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.GuestFamily;
import org.novamq.image.KernelCommandLine;
import org.novamq.image.VectorBudget;
import org.novamq.vif.Requests;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.Overrides;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.VirtType;

/** The vectors of each guest system, machine and CPU count, and the order of those who may set the budget. */
class VectorBudgetsTest {
    @ParameterizedTest(name = "{0} {1} {2}, {3} vCPUs: {4}")
    @CsvSource({
        // os_type, os_distro, os_version, vcpus, vectors
        ", , , 1, 166",
        ", , , 64, 166",
        "linux, , , 4, 166",
        "linux, debian, 12, 1, 193",
        "linux, debian, 12, 2, 394",
        "linux, debian, 12, 4, 796",
        "linux, debian, 9, 1, 187",
        "linux, debian, 9, 4, 187",
        "linux, debian12, , 4, 796",
        "linux, ubuntu, 18.04, 2, 394",
        "linux, ubuntu, 16.04, 2, 187",
        "linux, centos, 7, 8, 187",
        "linux, rhel, 9.4, 8, 1600",
        "linux, nosuch, 99, 2, 166",
        "windows, , , 2, 394",
        "WINDOWS, , , 2, 394",
        "linux, cirros, 0.6.2, 1, 193",
    })
    void auto(@Nullable String type, @Nullable String distro, @Nullable String version, int vcpus, int vectors) {
        Requests request = Requests.vcpus(vcpus);
        Optional.ofNullable(type).ifPresent(value -> request.image("os_type", value));
        Optional.ofNullable(distro).ifPresent(value -> request.image("os_distro", value));
        Optional.ofNullable(version).ifPresent(value -> request.image("os_version", value));
        assertThat(budget(request.build(), HostLimits.DEFAULT).vectors()).contains(vectors);
    }

    /** The board's lines only: no device takes another. */
    private static VectorBudgets.Resolved budget(PlanRequest request, HostLimits host) {
        IoApicLines lines =
                IoApicLines.of(request.machineType(), 0, request.image().kernelCommandLine());
        return VectorBudgets.of(request, host, lines);
    }

    @ParameterizedTest
    @CsvSource({
        "q35, debian, 12, 1, 193",
        "pc, debian, 12, 1, 191",
        "pc-i440fx-7.2, debian, 12, 2, 392",
        "pc-q35-7.2, debian, 12, 2, 394",
        "q35, debian, 9, 2, 187",
        "pc, debian, 9, 2, 189",
        "pc, nosuch, 1, 2, 168",
    })
    void byMachine(String machine, String distro, String version, int vcpus, int vectors) {
        PlanRequest request = Requests.vcpus(vcpus)
                .image("os_distro", distro)
                .image("os_version", version)
                .image("hw_machine_type", machine)
                .build();
        assertThat(budget(request, HostLimits.DEFAULT).vectors()).contains(vectors);
    }

    @ParameterizedTest
    @CsvSource({
        "nr_cpus=2, 394, 201 x 2 vCPUs (by os_command_line) - 8 lines of the IO-APIC",
        "maxcpus=1, 193, 201 x 1 vCPUs (by os_command_line) - 8 lines of the IO-APIC",
        "nr_cpus=16, 1600, 201 x 8 vCPUs - 8 lines of the IO-APIC",
        "noapic, 1593, 201 x 8 vCPUs - 15 lines of the IO-APIC",
    })
    void kernelsCommandLine(String line, int vectors, String origin) {
        Requests request = Requests.vcpus(8)
                .image("os_distro", "debian")
                .image("os_version", "12")
                .image("os_command_line", line);
        assertThat(budget(request.build(), HostLimits.DEFAULT).vectors()).contains(1600);
        VectorBudgets.Resolved direct =
                budget(request.image("kernel_id", "kernel").build(), HostLimits.DEFAULT);
        assertThat(direct.vectors()).contains(vectors);
        assertThat(direct.origin()).endsWith(origin);
    }

    @Test
    void aarch64HasTheVectorsOfItsFrame() {
        for (String property : List.of("hw_architecture", "architecture", "hw_emulation_architecture")) {
            assertThat(budget(Requests.vcpus(4).image(property, "aarch64").build(), HostLimits.DEFAULT)
                            .vectors())
                    .contains(64);
        }
        assertThat(budget(Requests.vcpus(4).image("hw_machine_type", "virt-7.2").build(), HostLimits.DEFAULT)
                        .vectors())
                .contains(64);
    }

    @ParameterizedTest
    @CsvSource({
        "LINUX, 394",
        "LINUX_BEFORE_4_15, 187",
        "LINUX_2_6_32, 166",
        "UNKNOWN, 166",
        "WINDOWS, 394",
        "FREEBSD, 374",
        "FREEBSD_ALTQ, 374",
        "OPENBSD, 120"
    })
    void families(GuestFamily family, int vectors) {
        PlanRequest request = Requests.vcpus(2).build();
        IoApicLines lines = IoApicLines.of(request.machineType(), 0, KernelCommandLine.NONE);
        assertThat(VectorBudgets.ofFamily(request, family, lines)).isEqualTo(vectors);
    }

    @ParameterizedTest(name = "request {0}, flavor {1}, image {2}, deployer {3}: {4}")
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "100, 110, 120, 130, 100, the request's msi_vector_budget",
                ", 110, 120, 130, 110, the flavor's mq:vector_budget",
                ", , 120, 130, 120, the image's hw_msi_vector_budget",
                ", , , 130, 130, msi_vector_budget of the deployer",
                ", , legacy_200, per_vcpu, 187, \"the image's hw_msi_vector_budget=legacy, Linux before 4.15: 189 - 2 lines of the IO-APIC for the whole guest\"",
                ", , legacy, per_vcpu, 187, \"the image's hw_msi_vector_budget=legacy, Linux before 4.15: 189 - 2 lines of the IO-APIC for the whole guest\"",
                ", per_vcpu, legacy_200, , 796, the flavor's mq:vector_budget=per_vcpu: 201 x 4 vCPUs - 8 lines of the IO-APIC",
                ", , , auto, 166, \"guest os_distro not given, taken for the oldest Linux: 168 - 2 lines of the IO-APIC for the whole guest\"",
            })
    void theNearestWordCounts(
            @Nullable String request,
            @Nullable String flavor,
            @Nullable String image,
            @Nullable String deployer,
            int vectors,
            String origin) {
        Requests requests = Requests.vcpus(4);
        Optional.ofNullable(flavor).ifPresent(value -> requests.spec("mq:vector_budget", value));
        Optional.ofNullable(image).ifPresent(value -> requests.image("hw_msi_vector_budget", value));
        requests.overrides(new Overrides(
                Optional.empty(), Optional.empty(), Optional.ofNullable(request).flatMap(VectorBudget::of)));
        var host = HostLimits.builder();
        Optional.ofNullable(deployer).flatMap(VectorBudget::of).ifPresent(host::vectorBudget);
        assertThat(budget(requests.build(), host.build()))
                .extracting(VectorBudgets.Resolved::vectors, VectorBudgets.Resolved::origin)
                .containsExactly(Optional.of(vectors), origin);
    }

    @Test
    void offAndContainersHaveNone() {
        var off = HostLimits.builder().vectorBudget(VectorBudget.Rule.OFF).build();
        assertThat(budget(Requests.vcpus(4).build(), off).vectors()).isEmpty();
        var container = Requests.vcpus(4).virt(VirtType.LXC).build();
        assertThat(budget(container, HostLimits.DEFAULT).vectors()).isEmpty();
    }
}
