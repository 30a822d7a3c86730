package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.VectorBudget;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.Requests;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.PlanRequest;

/** Vectors that are set aside for interrupts that a guest moves between its vCPUs. */
class MovedInterruptsTest {
    @ParameterizedTest
    @CsvSource({
        // os_distro, os_version, vCPUs, NICs to come, vectors set aside for a NIC of all vCPUs' queues
        "debian, 12, 4, 1, 8",
        "debian, 12, 2, 1, 4",
        "debian, 12, 1, 1, 0",
        "debian, 12, 4, 0, 0",
        "centos, 7, 4, 1, 0",
        "freebsd, 14.1, 4, 1, 0",
        "nosuch, 1, 4, 1, 0",
    })
    void whereVcpusHaveVectorsOfTheirOwnAndNicsMayCome(
            String distro, String version, int vcpus, int hotplugNics, int vectors) {
        PlanRequest request = Requests.vcpus(vcpus)
                .image("os_distro", distro)
                .image("os_version", version)
                .nic(Requests.bridge("a"), vcpus)
                .build();
        HostLimits host = HostLimits.builder().hotplugNics(hotplugNics).build();
        assertThat(moved(InstancePlanner.plan(request, host))).isEqualTo(vectors);
    }

    /** A number is the operator's statement, and nothing is added to it. */
    @Test
    void notBesideANumber() {
        PlanRequest request = debian(4).nic(Requests.bridge("a"), 4).build();
        HostLimits host =
                HostLimits.builder().vectorBudget(new VectorBudget.Fixed(300)).build();
        assertThat(moved(InstancePlanner.plan(request, host))).isZero();
    }

    /** The reserve of three vectors is enough for the NIC that is attached: it moves nothing before it is there. */
    @Test
    void aNicThatIsAttachedHoldsNoneYet() {
        PlanRequest booted = debian(4).nic(Requests.bridge("a"), 4).build();
        NicRequest kept = booted.nics().get(0).keeping(4);
        NicRequest late = debian(4).nic(Requests.bridge("b"), 1).build().nics().get(0);
        HostLimits last = HostLimits.builder().hotplugNics(0).build();
        InstancePlan before = InstancePlanner.plan(booted, HostLimits.DEFAULT);
        InstancePlan after =
                InstancePlanner.plan(booted.withNics(List.of(kept, late)).whileRunning(), last);
        assertThat(moved(before)).isEqualTo(8);
        assertThat(moved(after)).isEqualTo(8);
        assertThat(after.ledger().used()).isEqualTo(before.ledger().used());
    }

    private static Requests debian(int vcpus) {
        return Requests.vcpus(vcpus).image("os_distro", "debian").image("os_version", "12");
    }

    private static int moved(InstancePlan plan) {
        return plan.ledger().devices().stream()
                .filter(entry -> entry.kind() == DeviceKind.IRQ_MOVE)
                .mapToInt(Ledger.DeviceEntry::vectors)
                .sum();
    }
}
