package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.VectorBudget;
import org.novamq.vif.Requests;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.Overrides;
import org.novamq.vif.request.VirtType;

/** Which guest has how many vectors, and whose word counts. */
class VectorBudgetsTest {
    @ParameterizedTest(name = "{0} {1} {2}, {3} vCPUs: {4}")
    @CsvSource({
        // os_type, os_distro, os_version, vcpus, vectors
        ", , , 1, 193",
        ", , , 2, 200",
        ", , , 64, 200",
        "linux, , , 4, 200",
        "linux, debian, 12, 4, 796",
        "linux, debian, 9, 4, 200",
        "linux, debian12, , 4, 796",
        "linux, debian9, , 4, 200",
        "linux, debian, , 4, 200",
        "linux, ubuntu, 18.04, 2, 394",
        "linux, ubuntu, 16.04, 2, 200",
        "linux, ubuntu22.04, , 2, 394",
        "linux, centos, 7, 8, 200",
        "linux, centos, 8, 8, 1600",
        "linux, rhel, 7.9, 8, 200",
        "linux, rhel, 9.4, 8, 1600",
        "linux, sles, 15.1, 2, 200",
        "linux, sles, 15.2, 2, 394",
        "linux, amzn, 2, 2, 200",
        "linux, amzn, 2023, 2, 394",
        "linux, arch, , 2, 394",
        "linux, nosuch, 99, 2, 200",
        "windows, , , 2, 394",
        "WINDOWS, , , 2, 394",
        "linux, cirros, 0.6.2, 1, 193",
    })
    void auto(@Nullable String type, @Nullable String distro, @Nullable String version, int vcpus, int vectors) {
        Requests request = Requests.vcpus(vcpus);
        Optional.ofNullable(type).ifPresent(value -> request.image("os_type", value));
        Optional.ofNullable(distro).ifPresent(value -> request.image("os_distro", value));
        Optional.ofNullable(version).ifPresent(value -> request.image("os_version", value));
        assertThat(VectorBudgets.of(request.build(), HostLimits.DEFAULT).vectors())
                .contains(vectors);
    }

    @ParameterizedTest(name = "request {0}, flavor {1}, image {2}, deployer {3}: {4}")
    @CsvSource({
        "100, 110, 120, 130, 100, the request's msi_vector_budget",
        ", 110, 120, 130, 110, the flavor's mq:vector_budget",
        ", , 120, 130, 120, the image's hw_msi_vector_budget",
        ", , , 130, 130, msi_vector_budget of the deployer",
        ", , legacy_200, per_vcpu, 200, the image's hw_msi_vector_budget=legacy_200: 200 for the whole guest",
        ", per_vcpu, legacy_200, , 796, the flavor's mq:vector_budget=per_vcpu: 201 x 4 vCPUs - 8",
        ", , , auto, 200, guest profile legacy_200 (os_distro not given): 200 for the whole guest",
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
        assertThat(VectorBudgets.of(requests.build(), host.build()))
                .isEqualTo(new VectorBudgets.Resolved(Optional.of(vectors), origin));
    }

    @Test
    void offAndContainersHaveNone() {
        var off = HostLimits.builder().vectorBudget(VectorBudget.Rule.OFF).build();
        assertThat(VectorBudgets.of(Requests.vcpus(4).build(), off).vectors()).isEmpty();
        var container = Requests.vcpus(4).virt(VirtType.LXC).build();
        assertThat(VectorBudgets.of(container, HostLimits.DEFAULT).vectors()).isEmpty();
    }
}
