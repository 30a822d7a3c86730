package org.novamq.vif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.VectorBudget;
import org.novamq.vif.frontend.DriverElement;
import org.novamq.vif.queue.LimitName;
import org.novamq.vif.queue.NoRoomException;
import org.novamq.vif.request.FormerWish;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.PlanRequest;

/** What becomes of queues that NICs have already. */
class KeptGrantsTest {
    private static final int PROBLEMS = 3_000;
    private static final HostLimits HUNDRED = HostLimits.builder()
            .vcpusLimitQueues(false)
            .vectorBudget(new VectorBudget.Fixed(100))
            .build();

    /** A request whose first NICs keep so many queues; the others are new and ask for so many. */
    private static PlanRequest request(boolean running, List<Integer> kept, List<Integer> added) {
        Requests requests = Requests.vcpus(8);
        for (int i = 0; i < kept.size() + added.size(); i++) {
            requests.nic(Requests.bridge("n" + i), i < kept.size() ? 64 : added.get(i - kept.size()));
        }
        PlanRequest all = requests.build();
        List<NicRequest> nics = new ArrayList<>(all.nics());
        for (int i = 0; i < kept.size(); i++) {
            nics.set(i, nics.get(i).keeping(kept.get(i)));
        }
        PlanRequest asked = all.withNics(nics);
        return running ? running(asked) : asked;
    }

    private static PlanRequest running(PlanRequest request) {
        return new PlanRequest(
                request.instance(),
                request.flavor(),
                request.image(),
                request.virtType(),
                request.machine(),
                request.nics(),
                request.devices(),
                request.rootDisk(),
                true,
                request.overrides());
    }

    private static List<Integer> granted(InstancePlan plan) {
        return plan.nics().stream().map(nic -> nic.granted().orElse(0)).toList();
    }

    @Test
    void aNewNicTakesWhatTheRunningOnesLeave() {
        InstancePlan plan = InstancePlanner.plan(request(true, List.of(16, 4), List.of(64)), HUNDRED);
        assertThat(granted(plan).subList(0, 2)).containsExactly(16, 4);
        assertThat(plan.ledger().used()).isBetween(99, 100);
        assertThat(plan.nics().get(2).limits())
                .extracting(limit -> limit.name())
                .containsExactly(LimitName.MSI_VECTORS);
        assertThat(plan.nics().get(0).limits()).isEmpty();
    }

    @Test
    void nothingThatMayHaveChangedLowersWhatRuns() {
        HostLimits lowered = HUNDRED.toBuilder().maxQueues(2).build();
        assertThat(granted(InstancePlanner.plan(request(true, List.of(16, 4), List.of(8)), lowered)))
                .containsExactly(16, 4, 2);
    }

    @Test
    void whatDoesNotFitWithOneQueueIsRefusedStrictOrNot() {
        for (boolean strict : new boolean[] {false, true}) {
            HostLimits host = HUNDRED.toBuilder().strict(strict).build();
            assertThatThrownBy(() -> InstancePlanner.plan(request(true, List.of(40), List.of(1)), host))
                    .isInstanceOf(NoRoomException.class)
                    .hasMessageContaining("cannot attach NIC n1: with one queue the instance takes")
                    .hasMessageContaining("100 are there");
        }
    }

    @Test
    void strictRefusesANewNicThatFallsShort() {
        HostLimits strict = HUNDRED.toBuilder().strict(true).build();
        assertThatThrownBy(() -> InstancePlanner.plan(request(true, List.of(16, 4), List.of(64)), strict))
                .isInstanceOf(InvalidRequestException.class)
                .isNotInstanceOf(NoRoomException.class);
    }

    /** Whoever lowered the limit did not ask the instance. */
    @Test
    void strictIsNotForWhatNicsHaveAlready() {
        HostLimits lowered = HUNDRED.toBuilder().strict(true).maxQueues(8).build();
        InstancePlan cut = InstancePlanner.plan(request(false, List.of(16, 4), List.of()), lowered);
        assertThat(granted(cut)).containsExactly(8, 4);
        assertThat(cut.warnings()).singleElement().asString().contains("had 16 queues and keeps 8");

        HostLimits overdrawn =
                HUNDRED.toBuilder().strict(true).hostMaxQueues(10).build();
        for (boolean running : new boolean[] {false, true}) {
            InstancePlan kept = InstancePlanner.plan(request(running, List.of(16, 4), List.of()), overdrawn);
            assertThat(granted(kept)).containsExactly(16, 4);
            assertThat(kept.warnings())
                    .singleElement()
                    .asString()
                    .contains("the queues that NICs keep take 20 of host");
        }
    }

    @Test
    void startedAgainANicKeepsWhatItHadAndDoesNotGrow() {
        assertThat(granted(InstancePlanner.plan(request(false, List.of(16, 4), List.of()), HUNDRED)))
                .containsExactly(16, 4);
    }

    /** n0 has 4 queues, for the wish of a former day; today the NIC itself asks for 64. */
    private static PlanRequest keptFor(FormerWish former, boolean running) {
        PlanRequest asked = request(running, List.of(4), List.of());
        NicRequest nic = asked.nics().get(0);
        return asked.withNics(List.of(new NicRequest(
                nic.vif(), nic.portWish(), nic.ownWish(), nic.tagWish(), nic.kept(), Optional.of(former))));
    }

    @Test
    void startedAgainANicWhoseWishIsTheSameKeepsWhatItHad() {
        assertThat(granted(InstancePlanner.plan(keptFor(new FormerWish(64, "nic"), false), HUNDRED)))
                .containsExactly(4);
    }

    @Test
    void startedAgainANicThatWishesOtherwiseIsPlannedAnew() {
        InstancePlan fresh = InstancePlanner.plan(request(false, List.of(), List.of(64)), HUNDRED);
        assertThat(granted(fresh)).isNotEqualTo(List.of(4));
        for (FormerWish former : List.of(new FormerWish(4, "nic"), new FormerWish(64, "port"))) {
            assertThat(InstancePlanner.plan(keptFor(former, false), HUNDRED)).isEqualTo(fresh);
        }
    }

    @Test
    void whileItRunsItKeepsWhatItHasWhateverItWishes() {
        assertThat(granted(InstancePlanner.plan(keptFor(new FormerWish(4, "port"), true), HUNDRED)))
                .containsExactly(4);
    }

    @Test
    void startedAgainItIsCutByAHardLimitOfTheHostAndSaysSo() {
        InstancePlan plan = InstancePlanner.plan(
                request(false, List.of(16, 4), List.of()),
                HUNDRED.toBuilder().maxQueues(8).build());
        assertThat(granted(plan)).containsExactly(8, 4);
        assertThat(plan.warnings())
                .containsExactly(
                        "NIC n0 had 16 queues and keeps 8: max_queues is 8 by now (max_queues of the deployer)");
        assertThat(plan.nics().get(0).limits().get(0).from()).isEqualTo(16);
    }

    @Test
    void startedAgainItKeepsWhatNoLongerFitsASharedBudget() {
        InstancePlan plan = InstancePlanner.plan(request(false, List.of(60), List.of(8)), HUNDRED);
        assertThat(granted(plan)).containsExactly(60, 1);
        assertThat(plan.warnings())
                .anyMatch(warning -> warning.contains("the queues that NICs keep")
                        && warning.contains("a resize, or \"queues set\" with fewer queues"));
    }

    /** Over generated instances: what runs stays, what is new fits, and the same question has the same answer. */
    @Test
    void propertiesOfHotPlug() {
        Random random = new Random(20_261_121);
        Stream.generate(() -> random).limit(PROBLEMS).forEach(dice -> {
            List<Integer> kept = Stream.generate(() -> 1 + dice.nextInt(20))
                    .limit(dice.nextInt(5))
                    .toList();
            List<Integer> added = Stream.generate(() -> 1 + dice.nextInt(20))
                    .limit(1 + dice.nextInt(3))
                    .toList();
            PlanRequest request = request(true, kept, added);
            Optional<InstancePlan> plan = planOrRefusal(request);
            plan.ifPresent(found -> {
                assertThat(granted(found).subList(0, kept.size())).isEqualTo(kept);
                assertThat(found.ledger().used()).isLessThanOrEqualTo(100);
                InstancePlannerTest.assertThatLedgerAddsUp(found);
                assertThat(InstancePlanner.plan(request, HUNDRED)).isEqualTo(found);
            });
        });
    }

    private static Optional<InstancePlan> planOrRefusal(PlanRequest request) {
        try {
            return Optional.of(InstancePlanner.plan(request, HUNDRED));
        } catch (NoRoomException e) {
            return Optional.empty();
        }
    }

    @Test
    void aHostThatMakesTheSameIsNoDifference() {
        assertThat(Recreation.differences(request(false, List.of(), List.of(4)), HUNDRED, List.of(runs(4))))
                .isEmpty();
    }

    @Test
    void whatAnotherHostWouldChangeIsNamed() {
        HostLimits other = HUNDRED.toBuilder().maxQueues(1).rxQueueSize(512).build();
        assertThat(Recreation.differences(request(false, List.of(), List.of(4)), other, List.of(runs(4))))
                .extracting(Recreation.Difference::message)
                .containsExactly(
                        "NIC n0 has 4 queues and would have 1: max_queues is 1 (max_queues of the deployer)",
                        "NIC n0 has a tap that is multi_queue, which cannot become single-queue",
                        "NIC n0 has rx_queue_size none and would have 512");
    }

    @Test
    void anotherHostWithoutVhostNetCannotMakeIt() {
        HostLimits other = HUNDRED.toBuilder().vhostNet(false).build();
        assertThat(Recreation.differences(request(false, List.of(), List.of(4)), other, List.of(runs(4))))
                .singleElement()
                .satisfies(difference -> assertThat(difference.message()).contains("/dev/vhost-net"));
    }

    @Test
    void whatIsSharedOnTheOtherHostCounts() {
        HostLimits other = HUNDRED.toBuilder()
                .vhostMemoryLimitKib(128)
                .hostMaxQueues(8)
                .hostQueuesUsed(6)
                .build();
        assertThat(Recreation.differences(request(false, List.of(), List.of(4)), other, List.of(runs(4))))
                .extracting(Recreation.Difference::field)
                .containsExactly("vhost_memory", "host");
    }

    private static Recreation.Running runs(int queues) {
        return new Recreation.Running(
                Optional.of(queues),
                Optional.of(new DriverElement(
                        Optional.of("vhost"), Optional.of(queues), false, Optional.empty(), Optional.empty())));
    }
}
