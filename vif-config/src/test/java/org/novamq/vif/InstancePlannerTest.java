package org.novamq.vif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.SplitPolicy;
import org.novamq.image.VectorBudget;
import org.novamq.vif.queue.Ledger;
import org.novamq.vif.queue.LimitName;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.Overrides;
import org.novamq.vif.request.VirtType;

/** Whole plans: the issue's own examples, the shared budgets, and what strict refuses. */
class InstancePlannerTest {
    private static Requests nics(int vcpus, int count, int queues) {
        Requests request = Requests.vcpus(vcpus);
        for (int i = 0; i < count; i++) {
            request.nic(Requests.bridge("nic" + i), queues);
        }
        return request;
    }

    private static int granted(NicPlan nic) {
        return nic.granted().orElse(0);
    }

    private static Stream<LimitName> limits(NicPlan nic) {
        return nic.limits().stream().map(limit -> limit.name());
    }

    static void assertThatLedgerAddsUp(InstancePlan plan) {
        Ledger ledger = plan.ledger();
        int nics = plan.nics().stream().mapToInt(NicPlan::usedVectors).sum();
        int devices =
                ledger.devices().stream().mapToInt(Ledger.DeviceEntry::vectors).sum();
        assertThat(ledger.used()).isEqualTo(nics + devices);
    }

    @Test
    void twoVcpusOfAnUnknownGuestAndEightNicsOfSixtyFour() {
        InstancePlan plan = InstancePlanner.plan(nics(2, 8, 64).build(), HostLimits.DEFAULT);
        assertThat(plan.ledger().budget()).contains(166);
        assertThat(plan.nics()).allSatisfy(nic -> {
            assertThat(nic.granted()).contains(2);
            assertThat(nic.requested().queues()).isEqualTo(64);
            assertThat(limits(nic)).containsExactly(LimitName.VCPUS);
        });
        assertThatLedgerAddsUp(plan);
    }

    @Test
    void theSameWithSixtyFourVcpusIsSharedFairly() {
        InstancePlan plan = InstancePlanner.plan(nics(64, 8, 64).build(), HostLimits.DEFAULT);
        assertThat(plan.ledger().budget()).contains(166);
        assertThat(plan.ledger().used()).isBetween(165, 166);
        assertThat(plan.nics()).allSatisfy(nic -> {
            assertThat(limits(nic)).containsExactly(LimitName.MSI_VECTORS);
            assertThat(nic.limits().get(0).value()).isEqualTo(166);
            assertThat(nic.limits().get(0).from()).isEqualTo(64);
            assertThat(nic.limits().get(0).to()).isEqualTo(nic.granted());
        });
        int most = plan.nics().stream()
                .mapToInt(InstancePlannerTest::granted)
                .max()
                .orElseThrow();
        int least = plan.nics().stream()
                .mapToInt(InstancePlannerTest::granted)
                .min()
                .orElseThrow();
        assertThat(most - least).isLessThanOrEqualTo(1);
        assertThatLedgerAddsUp(plan);
    }

    @Test
    void whoAskedForItselfIsServedFirst() {
        Requests request = Requests.vcpus(64)
                .image("hw_vif_multiqueue_enabled", true)
                .nic(Requests.bridge("a"))
                .nic(Requests.bridge("b"), 20)
                .nic(Requests.bridge("c"));
        InstancePlan plan = InstancePlanner.plan(request.build(), HostLimits.DEFAULT);
        assertThat(plan.nics().get(1).granted()).contains(20);
        assertThat(granted(plan.nics().get(0))).isBetween(1, 63);
        assertThat(granted(plan.nics().get(0)) - granted(plan.nics().get(2))).isBetween(0, 1);
        assertThatLedgerAddsUp(plan);
    }

    @Test
    void offDoesNotSwitchOffTheRoutes() {
        HostLimits off =
                HostLimits.builder().vectorBudget(VectorBudget.Rule.OFF).build();
        InstancePlan plan = InstancePlanner.plan(nics(256, 10, 256).build(), off);
        assertThat(plan.ledger().budget()).isEmpty();
        assertThat(plan.ledger().irqRoutes()).isBetween(Ledger.KVM_MAX_IRQ_ROUTES - 1, Ledger.KVM_MAX_IRQ_ROUTES);
        assertThat(plan.nics()).allSatisfy(nic -> assertThat(limits(nic)).containsExactly(LimitName.IRQ_ROUTES));
        assertThatLedgerAddsUp(plan);

        InstancePlan emulated =
                InstancePlanner.plan(nics(256, 10, 256).virt(VirtType.QEMU).build(), off);
        assertThat(emulated.ledger().irqRoutes()).isZero();
        assertThat(emulated.nics()).allSatisfy(nic -> assertThat(nic.granted()).contains(256));
        assertThat(emulated.ledger().vhostMemoryKib()).isZero();
    }

    @Test
    void vhostMemoryBindsOnlyWhoDrawsOnIt() {
        HostLimits host = HostLimits.builder()
                .vectorBudget(VectorBudget.Rule.OFF)
                .vhostMemoryLimitKib(64 * 6)
                .build();
        Requests request = Requests.vcpus(16)
                .nic(Requests.bridge("a"), 16)
                .nic(Requests.vhostUser("b"), 16)
                .nic(Requests.macvtap("c"), 16);
        InstancePlan plan = InstancePlanner.plan(request.build(), host);
        assertThat(plan.nics()).extracting(InstancePlannerTest::granted).containsExactly(3, 16, 3);
        assertThat(plan.ledger().vhostMemoryKib()).isEqualTo(64 * 6);
        assertThat(limits(plan.nics().get(0))).containsExactly(LimitName.VHOST_MEMORY);
    }

    @Test
    void whatDoesNotFitAtAllStillPlansWithOneEachAndAWarning() {
        Overrides tight = new Overrides(Optional.empty(), Optional.empty(), Optional.of(new VectorBudget.Fixed(10)));
        InstancePlan plan = InstancePlanner.plan(nics(4, 3, 4).overrides(tight).build(), HostLimits.DEFAULT);
        assertThat(plan.nics()).allSatisfy(nic -> assertThat(nic.granted()).contains(1));
        assertThat(plan.ledger().used()).isGreaterThan(10);
        assertThat(plan.warnings()).hasSize(1);
        assertThat(plan.warnings().get(0))
                .contains("every NIC that takes from it gets 1 queue")
                .contains("10 are there");
        assertThatLedgerAddsUp(plan);
    }

    @Test
    void strictListsEveryNicThatFellShort() {
        Overrides strict = new Overrides(Optional.of(true), Optional.empty(), Optional.empty());
        Requests request = Requests.vcpus(4)
                .image("hw_vif_multiqueue_enabled", true)
                .nic(Requests.bridge("a"), 8)
                .nic(Requests.bridge("b"), 4)
                .nic(Requests.bridge("c"))
                .nic(Requests.function("d"), 2)
                .overrides(strict);
        assertThatThrownBy(() -> InstancePlanner.plan(request.build(), HostLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        refused -> assertThat(refused.problems())
                                .extracting(problem -> problem.field())
                                .containsExactly("nics[0].queues", "nics[3].queues"))
                .hasMessageContaining("cannot give NIC a the 8 queues that it asks for: 4 fit, vcpus is 4");
    }

    @Test
    void strictSpeaksOnlyOfNicsThatAskedForThemselves() {
        Overrides strict = new Overrides(Optional.of(true), Optional.empty(), Optional.empty());
        Requests request = Requests.vcpus(255)
                .image("hw_vif_multiqueue_enabled", true)
                .nic(Requests.bridge("a"))
                .overrides(strict);
        assertThat(granted(InstancePlanner.plan(request.build(), HostLimits.DEFAULT)
                        .nics()
                        .get(0)))
                .isLessThan(255);
    }

    @Test
    void policyAndStrictComeFromTheNearest() {
        HostLimits host =
                HostLimits.builder().policy(SplitPolicy.ALL_OR_NOTHING).build();
        assertThat(InstancePlanner.plan(nics(64, 8, 64).build(), host).nics())
                .allSatisfy(nic -> assertThat(nic.granted()).contains(1));
        Requests byFlavor = nics(64, 8, 64).spec("mq:policy", "max-min");
        assertThat(InstancePlanner.plan(byFlavor.build(), host).nics())
                .allSatisfy(nic -> assertThat(granted(nic)).isGreaterThan(1));
        Requests strictFlavor = nics(2, 1, 4).spec("mq:strict", "yes");
        assertThatThrownBy(() -> InstancePlanner.plan(strictFlavor.build(), HostLimits.DEFAULT))
                .isInstanceOf(InvalidRequestException.class);
        Requests overruled = nics(2, 1, 4)
                .spec("mq:strict", "yes")
                .overrides(new Overrides(Optional.of(false), Optional.empty(), Optional.empty()));
        assertThat(InstancePlanner.plan(overruled.build(), HostLimits.DEFAULT).nics())
                .hasSize(1);
    }

    @Test
    void givenDevicesAreChargedAndTheReserveStands() {
        Requests request =
                nics(4, 1, 4).devices(new DeviceCount(DeviceKind.DISK, 2), new DeviceCount(DeviceKind.ROOT_PORT, 3));
        InstancePlan plan = InstancePlanner.plan(request.build(), HostLimits.DEFAULT);
        assertThat(plan.ledger().devices())
                .containsExactlyInAnyOrder(
                        new Ledger.DeviceEntry(DeviceKind.DISK, 2, 10),
                        new Ledger.DeviceEntry(DeviceKind.ROOT_PORT, 4, 4),
                        new Ledger.DeviceEntry(DeviceKind.HOTPLUG_NIC, 1, 3));
        assertThatLedgerAddsUp(plan);
    }

    @Test
    void aKvmHostWithoutVhostNetRefusesOrServesByQemu() {
        Requests request = nics(4, 1, 4);
        HostLimits without = HostLimits.builder().vhostNet(false).build();
        assertThatThrownBy(() -> InstancePlanner.plan(request.build(), without))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("/dev/vhost-net");
        InstancePlan plan = InstancePlanner.plan(
                request.build(), without.toBuilder().qemuWithoutVhostNet(true).build());
        assertThat(plan.nics().get(0).interfaceXml()).contains("<driver name=\"qemu\" queues=\"4\"/>");
        assertThat(plan.warnings()).hasSize(1);
        assertThat(plan.ledger().vhostMemoryKib()).isZero();
    }

    @Test
    void theTapsModeFollowsTheGrant() {
        Requests request = Requests.vcpus(4)
                .nic(Requests.vif("a", "tap", "normal", java.util.Map.of(), java.util.Map.of()), 4)
                .nic(Requests.vif("b", "tap", "normal", java.util.Map.of(), java.util.Map.of()), 1)
                .nic(Requests.bridge("c"), 4);
        InstancePlan plan = InstancePlanner.plan(request.build(), HostLimits.DEFAULT);
        assertThat(plan.nics()).extracting(NicPlan::needsMultiqueueTap).containsExactly(true, false, false);
    }
}
