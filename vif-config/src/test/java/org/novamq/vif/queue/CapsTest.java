package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.SplitPolicy;
import org.novamq.image.VectorBudget;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
import org.novamq.vif.Requests;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostLimitsBuilder;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VirtType;

/** The limits that bind a NIC by itself. The vector budget is off, so that nothing else does. */
class CapsTest {
    private static HostLimitsBuilder host() {
        return HostLimits.builder().vectorBudget(VectorBudget.Rule.OFF).vdpaDevicePaths(Requests.vdpaDevices());
    }

    private static NicPlan nic(Requests request, HostLimitsBuilder host) {
        InstancePlan plan = InstancePlanner.plan(request.build(), host.build());
        return plan.nics().get(0);
    }

    /** The limits as {@code "vcpus 64>8(8)"}: name, from, to, value. */
    private static String limits(NicPlan nic) {
        StringBuilder text = new StringBuilder();
        for (Limit limit : nic.limits()) {
            text.append(limit.name().text())
                    .append(' ')
                    .append(limit.from())
                    .append('>')
                    .append(limit.to().map(Object::toString).orElse("none"))
                    .append('(')
                    .append(limit.value())
                    .append(") ");
        }
        return text.toString().strip();
    }

    @ParameterizedTest(name = "{0}: {1} vCPUs, {2} asked, kernel {3}, max_queues {4}")
    @CsvSource({
        // kind, vcpus, asked, kernel, max_queues (0: unset), granted, limits
        "bridge, 8, 4, 6.1.0, 0, 4, ''",
        "bridge, 4, 8, 6.1.0, 0, 4, vcpus 8>4(4)",
        "bridge, 300, 256, 6.1.0, 0, 256, ''",
        "bridge, 16, 16, 3.10.0, 0, 8, host_tap 16>8(8)",
        "bridge, 16, 16, 2.6.32, 0, 1, host_tap 16>1(1)",
        "bridge, 16, 16, 4.0.0, 0, 16, ''",
        "bridge, 16, 16, 3.10.0, 12, 12, max_queues 16>12(12)",
        "bridge, 16, 16, 2.6.32, 16, 16, ''",
        "bridge, 4, 16, 6.1.0, 2, 2, vcpus 16>4(4) max_queues 4>2(2)",
        "bridge, 300, 256, 6.1.0, 500, 256, ''",
        "vhostuser, 16, 16, 2.6.32, 0, 16, ''",
        "vhostuser, 300, 256, 6.1.0, 0, 128, backend 256>128(128)",
        "vhostuser, 16, 16, 3.10.0, 4, 4, max_queues 16>4(4)",
        "macvtap, 300, 256, 3.10.0, 0, 256, ''",
        "macvtap, 16, 16, 3.10.0, 4, 4, max_queues 16>4(4)",
        "vdpa, 16, 16, 2.6.32, 0, 16, ''",
        "vdpa, 16, 16, 6.1.0, 4, 4, max_queues 16>4(4)",
    })
    void bindInOrder(String kind, int vcpus, int asked, String kernel, int maxQueues, int granted, String limits) {
        HostLimitsBuilder host = host().kernelRelease(kernel);
        if (maxQueues > 0) {
            host.maxQueues(maxQueues);
        }
        NicPlan nic = nic(Requests.vcpus(vcpus).nic(vif(kind), asked), host);
        assertThat(nic.granted()).contains(granted);
        assertThat(limits(nic)).isEqualTo(limits);
        assertThat(nic.requested()).isEqualTo(new Wish(asked, Source.NIC));
    }

    @ParameterizedTest(name = "multiqueue for all, {1} vCPUs: {0} gets {2}")
    @CsvSource({
        "bridge, 300, 256, host_tap 300>256(256)",
        "macvtap, 300, 256, backend 300>256(256)",
        "vhostuser, 300, 128, backend 300>128(128)",
        "vdpa, 16, 1, backend 16>1(1)",
    })
    void aDerivedWishIsCapped(String kind, int vcpus, int granted, String limits) {
        NicPlan nic = nic(
                Requests.vcpus(vcpus).image("hw_vif_multiqueue_enabled", true).nic(vif(kind)), host());
        assertThat(nic.granted()).contains(granted);
        assertThat(limits(nic)).isEqualTo(limits);
    }

    @Test
    void vhostUserMaximumIsTheDeployers() {
        NicPlan nic = nic(Requests.vcpus(16).nic(vif("vhostuser"), 16), host().vhostuserMaxQueues(8));
        assertThat(limits(nic)).isEqualTo("backend 16>8(8)");
    }

    @Test
    void aNetworkHasAMaximumOfItsOwn() {
        NicPlan nic = nic(
                Requests.vcpus(16).nic(vif("bridge"), 16), host().maxQueues(8).networkMaxQueues(Map.of("net-a", 3)));
        assertThat(limits(nic)).isEqualTo("max_queues 16>8(8) network 8>3(3)");
    }

    @Test
    void windowsHasThirtyTwoQueuesANic() {
        NicPlan nic = nic(Requests.vcpus(64).image("os_type", "windows").nic(vif("bridge"), 64), host());
        assertThat(nic.granted()).contains(32);
        assertThat(limits(nic)).isEqualTo("model 64>32(32)");
    }

    @ParameterizedTest
    @CsvSource({"e1000", "e1000e", "rtl8139", "pcnet", "vmxnet3", "ne2k_pci", "igb"})
    void onlyVirtioHasQueues(String model) {
        NicPlan nic = nic(Requests.vcpus(8).image("hw_vif_model", model).nic(vif("bridge"), 8), host());
        assertThat(nic.granted()).contains(1);
        assertThat(limits(nic)).isEqualTo("model 8>1(1)");
        assertThat(nic.device().driver()).isEmpty();
    }

    @Test
    void withoutAModelThereAreNoQueues() {
        NicPlan nic = nic(Requests.vcpus(8).nic(vif("bridge"), 8), host().useVirtioForBridges(false));
        assertThat(limits(nic)).isEqualTo("model 8>1(1)");
        NicPlan container = nic(Requests.vcpus(8).virt(VirtType.LXC).nic(vif("bridge"), 8), host());
        assertThat(limits(container)).isEqualTo("model 8>1(1)");
        assertThat(container.usedVectors()).isZero();
    }

    @Test
    void anAssignedFunctionIsGrantedNothingAndSaysWhy() {
        NicPlan asked = nic(Requests.vcpus(8).nic(vif("function"), 4), host());
        assertThat(asked.granted()).isEmpty();
        assertThat(limits(asked)).isEqualTo("backend 4>none(0)");
        assertThat(asked.usedVectors()).as("1 + 8 vCPUs").isEqualTo(9);
        assertThat(asked.reservedVectors()).isEqualTo(9);

        NicPlan silent = nic(Requests.vcpus(8).nic(vif("function")), host());
        assertThat(silent.granted()).isEmpty();
        assertThat(silent.limits()).isEmpty();
    }

    /** Linux: igb_set_flag_queue_pairs. */
    @ParameterizedTest
    @CsvSource({"1, 3", "2, 5", "4, 9", "5, 6", "8, 9", "64, 9"})
    void igbHasAVectorForEachDirectionUpToHalfOfItsQueues(int vcpus, int vectors) {
        NicPlan nic = nic(Requests.vcpus(vcpus).image("hw_vif_model", "igb").nic(vif("bridge")), host());
        assertThat(nic.usedVectors()).isEqualTo(vectors);
        assertThat(nic.reservedVectors()).isEqualTo(vectors);
    }

    @ParameterizedTest(name = "{0} vCPUs, own wishes {1} and {2} others: others get {3}")
    @CsvSource({"8, 0, 2, 4", "8, 0, 3, 2", "4, 0, 8, 1", "8, 4, 2, 2", "8, 8, 2, 1", "16, 0, 1, 16"})
    void gcpEqualDividesTheVcpus(int vcpus, int own, int others, int granted) {
        Requests request = Requests.vcpus(vcpus).image("hw_vif_multiqueue_enabled", "yes");
        if (own > 0) {
            request.nic(Requests.bridge("own"), own);
        }
        for (int i = 0; i < others; i++) {
            request.nic(Requests.bridge("other" + i));
        }
        InstancePlan plan = InstancePlanner.plan(
                request.build(), host().policy(SplitPolicy.GCP_EQUAL).build());
        for (NicPlan nic : plan.nics()) {
            boolean isOwn = nic.id().equals("own");
            assertThat(nic.granted()).as(nic.id()).contains(isOwn ? own : granted);
        }
    }

    private static Vif vif(String kind) {
        return switch (kind) {
            case "bridge" -> Requests.bridge("a");
            case "vhostuser" -> Requests.vhostUser("a");
            case "macvtap" -> Requests.macvtap("a");
            case "vdpa" -> Requests.vdpa("a");
            case "function" -> Requests.function("a");
            default -> throw new IllegalArgumentException(kind);
        };
    }

    @Test
    void theWishStaysBesideTheGrant() {
        NicPlan nic = nic(Requests.vcpus(2).nic(vif("bridge"), 256), host());
        assertThat(nic.requested().queues()).isEqualTo(256);
        assertThat(nic.granted()).isEqualTo(Optional.of(2));
    }
}
