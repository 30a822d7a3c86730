package org.novamq.vif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.NicWish;
import org.novamq.image.VectorBudget;
import org.novamq.vif.queue.Ledger;
import org.novamq.vif.queue.Limit;
import org.novamq.vif.queue.LimitName;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.PciId;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.VirtType;

/** What holds of every plan, over generated requests; the seed is fixed. */
class PlanPropertiesTest {
    private static final int REQUESTS = 5_000;
    private static final long SEED = 20_261_121;
    private static final List<DeviceKind> HANDED_OVER =
            List.of(DeviceKind.VF, DeviceKind.PCI, DeviceKind.VGPU, DeviceKind.NVME);
    private static final List<Integer> VCPUS = List.of(1, 2, 4, 8, 64, 300);
    private static final List<Integer> WISHES = List.of(1, 2, 3, 8, 16, 64, 256);

    /** A request and the host it is for. */
    private record Question(PlanRequest request, HostLimits host) {
        InstancePlan plan() {
            return InstancePlanner.plan(request, host);
        }

        Question withHost(HostLimits other) {
            return new Question(request, other);
        }

        Question withNics(List<NicRequest> nics) {
            return new Question(
                    new PlanRequest(
                            request.instance(),
                            request.flavor(),
                            request.image(),
                            request.virtType(),
                            request.machine(),
                            nics,
                            request.devices(),
                            request.rootDisk(),
                            request.overrides()),
                    host);
        }
    }

    private static Stream<Question> questions() {
        Random random = new Random(SEED);
        return Stream.generate(() -> question(random)).limit(REQUESTS);
    }

    private static Question question(Random random) {
        Requests requests =
                Requests.vcpus(one(VCPUS, random)).virt(random.nextInt(4) == 0 ? VirtType.QEMU : VirtType.KVM);
        if (random.nextInt(3) == 0) {
            requests.image("hw_vif_multiqueue_enabled", "yes");
        }
        if (random.nextBoolean()) {
            requests.image("os_distro", "debian").image("os_version", "12");
        }
        if (random.nextInt(4) == 0) {
            requests.devices(
                    new DeviceCount(one(HANDED_OVER, random), random.nextInt(4)),
                    new DeviceCount(DeviceKind.PCI, 2, Optional.of(random.nextInt(40)), List.of()),
                    new DeviceCount(DeviceKind.VF, 2, Optional.empty(), List.of("0000:0b:00.0")));
        }
        int nics = random.nextInt(12);
        for (int i = 0; i < nics; i++) {
            addNic(requests, "n" + i, random);
        }
        HostLimits host = HostLimits.builder()
                .vcpusLimitQueues(random.nextInt(4) != 0)
                .kernelRelease("6.1.0")
                .vdpaDevicePaths(Map.of("0000:0a:00.2", "/dev/vhost-vdpa-0"))
                .pciDevices(random.nextBoolean() ? Map.of() : Map.of("0000:0a:00.1", device(random)))
                .vectorBudget(
                        random.nextBoolean()
                                ? VectorBudget.Rule.AUTO
                                : new VectorBudget.Fixed(20 + random.nextInt(300)))
                .build();
        if (random.nextInt(4) == 0) {
            host = host.toBuilder()
                    .vhostMemoryLimitKib(64 * (1 + random.nextInt(64)))
                    .build();
        }
        if (random.nextInt(4) == 0) {
            host = host.toBuilder().maxQueues(1 + random.nextInt(32)).build();
        }
        return new Question(requests.build(), host);
    }

    private static HostPciDevice device(Random random) {
        return new HostPciDevice(
                random.nextBoolean() ? PciId.of("15b3:1018") : Optional.empty(),
                Optional.empty(),
                random.nextBoolean() ? Optional.of(random.nextInt(130)) : Optional.empty(),
                Optional.empty());
    }

    private static void addNic(Requests requests, String id, Random random) {
        Optional<NicWish> own =
                random.nextBoolean() ? Optional.of(new NicWish.Queues(one(WISHES, random))) : Optional.empty();
        var vif = switch (random.nextInt(8)) {
            case 0 -> Requests.vhostUser(id);
            case 1 -> Requests.macvtap(id);
            case 2 -> Requests.vdpa(id);
            default -> Requests.bridge(id);
        };
        boolean assigned = random.nextInt(10) == 0;
        requests.nic(
                assigned ? Requests.function(id) : vif,
                Optional.empty(),
                assigned ? Optional.empty() : own,
                Optional.empty());
    }

    private static <T> T one(List<T> of, Random random) {
        return of.get(random.nextInt(of.size()));
    }

    @Test
    void theLedgerAddsUp() {
        questions().forEach(question -> InstancePlannerTest.assertThatLedgerAddsUp(question.plan()));
    }

    @Test
    void everyVirtioNicHasAtLeastOneAndNobodyMoreThanAskedOrAllowed() {
        questions()
                .forEach(question -> question.plan()
                        .nics()
                        .forEach(nic -> nic.granted().ifPresent(granted -> {
                            assertThat(granted)
                                    .as("%s", nic)
                                    .isBetween(1, nic.requested().queues());
                            nic.limits()
                                    .forEach(limit -> assertThat(granted)
                                            .as("%s", nic)
                                            .isLessThanOrEqualTo(limit.to().orElseThrow()));
                        })));
    }

    /** Vectors of devices that are handed over are set aside, whatever the queues of the others are. */
    @Test
    void whatIsHandedOverTakesAsManyVectorsWhateverTheOthersGet() {
        questions().forEach(question -> {
            List<NicPlan> small = question.withHost(budget(question, 60)).plan().nics();
            List<NicPlan> large =
                    question.withHost(budget(question, 5_000)).plan().nics();
            for (int i = 0; i < small.size(); i++) {
                NicPlan nic = small.get(i);
                if (nic.granted().isEmpty()) {
                    assertThat(nic.usedVectors())
                            .as("NIC %s of %s", nic.id(), question)
                            .isBetween(0, nic.reservedVectors())
                            .isEqualTo(large.get(i).usedVectors());
                    assertThat(nic.reservedVectors()).isLessThanOrEqualTo(HostPciDevice.MAX_VECTORS);
                }
            }
        });
    }

    /** Of each budget: the sum fits, or every NIC that draws on it has one queue. */
    @Test
    void theSumFitsOrEveryNicHasOne() {
        questions().forEach(question -> {
            InstancePlan plan = question.plan();
            Ledger ledger = plan.ledger();
            boolean vectorsFit = ledger.used() <= ledger.budget().orElse(Integer.MAX_VALUE)
                    && ledger.irqRoutes() <= Ledger.KVM_MAX_IRQ_ROUTES;
            boolean memoryFits = ledger.vhostMemoryKib()
                    <= question.host().vhostMemoryLimitKib().orElse(Integer.MAX_VALUE);
            for (NicPlan nic : plan.nics()) {
                boolean mustHaveOne =
                        !vectorsFit || (!memoryFits && nic.device().backend().canUseVhostNet());
                assertThat(mustHaveOne && nic.granted().orElse(1) > 1)
                        .as("NIC %s of %s", nic.id(), plan)
                        .isFalse();
            }
        });
    }

    @Test
    void theGrantIsWhatTheLimitsLeave() {
        questions()
                .forEach(question -> question.plan().nics().forEach(nic -> {
                    int left = nic.requested().queues();
                    LimitName last = null;
                    for (Limit limit : nic.limits()) {
                        assertThat(limit.from()).as("%s", nic).isEqualTo(left);
                        assertThat(last == null || last.compareTo(limit.name()) < 0)
                                .as("%s", nic)
                                .isTrue();
                        left = limit.to().orElse(0);
                        last = limit.name();
                    }
                    assertThat(nic.granted().orElse(left)).as("%s", nic).isEqualTo(left);
                }));
    }

    /** Not even one queue for each NIC fits: that is a warning, and under strict a refusal. */
    private static boolean isOverdrawn(InstancePlan plan) {
        return plan.warnings().stream()
                .anyMatch(warning -> warning.contains("every NIC that takes from it gets 1 queue"));
    }

    @Test
    void strictGrantsEveryOwnWishOrRefuses() {
        questions().forEach(question -> {
            Question strict =
                    question.withHost(question.host().toBuilder().strict(true).build());
            InstancePlan plan = question.plan();
            List<NicPlan> asking = plan.nics().stream()
                    .filter(nic -> nic.requested().source().isOwn())
                    .toList();
            boolean fallsShort = asking.stream()
                    .anyMatch(nic -> nic.granted().orElse(0) < nic.requested().queues());
            if (fallsShort
                    || (isOverdrawn(plan) && !asking.isEmpty())
                    || !plan.limits().isEmpty()) {
                assertThatThrownBy(strict::plan).isInstanceOf(InvalidRequestException.class);
            } else {
                assertThat(strict.plan().nics()).isEqualTo(plan.nics());
            }
        });
    }

    @Test
    void theSameQuestionHasTheSameAnswer() {
        questions().forEach(question -> assertThat(question.plan()).isEqualTo(question.plan()));
    }

    @Test
    void anotherOrderMovesAtMostOneQueue() {
        Random random = new Random(SEED);
        questions().forEach(question -> {
            Map<String, Integer> before = granted(question.plan());
            List<NicRequest> nics = new ArrayList<>(question.request().nics());
            Collections.shuffle(nics, random);
            granted(question.withNics(nics).plan())
                    .forEach((id, queues) -> assertThat(Math.abs(queues - before.getOrDefault(id, 0)))
                            .as("NIC %s of %s", id, question)
                            .isLessThanOrEqualTo(1));
        });
    }

    /** As long as nothing else binds: another shared budget may then give to one what it takes from another. */
    @Test
    void aLargerVectorBudgetLowersNobody() {
        questions()
                .filter(question -> question.host().vhostMemoryLimitKib().isEmpty())
                .forEach(question -> {
                    InstancePlan before =
                            question.withHost(budget(question, 100)).plan();
                    InstancePlan after =
                            question.withHost(budget(question, 150)).plan();
                    boolean routesBind = Stream.of(before, after)
                            .flatMap(plan -> plan.nics().stream())
                            .flatMap(nic -> nic.limits().stream())
                            .anyMatch(limit -> limit.name() == LimitName.IRQ_ROUTES);
                    Map<String, Integer> now = granted(after);
                    if (!routesBind) {
                        granted(before)
                                .forEach((id, queues) -> assertThat(now.getOrDefault(id, 0))
                                        .as("NIC %s of %s", id, question)
                                        .isGreaterThanOrEqualTo(queues));
                    }
                });
    }

    private static HostLimits budget(Question question, int vectors) {
        return question.host().toBuilder()
                .vectorBudget(new VectorBudget.Fixed(vectors))
                .build();
    }

    /**
     * Max-min over whole plans: a NIC that a shared budget stopped gets one more only if the budget breaks, or somebody of
     * its tier with no more than it has, or of a higher tier, loses one.
     */
    @Test
    void noNicCouldFairlyHaveOneMore() {
        questions().forEach(question -> {
            InstancePlan plan = question.plan();
            for (NicPlan nic : plan.nics()) {
                boolean byVectors = nic.limits().stream().anyMatch(limit -> limit.name() == LimitName.MSI_VECTORS);
                if (byVectors) {
                    assertThat(freed(plan, nic)
                                    + plan.ledger().budget().orElseThrow()
                                    - plan.ledger().used())
                            .as("NIC %s of %s", nic.id(), plan)
                            .isLessThan(perQueue(plan));
                }
            }
        });
    }

    /** Vectors that one more queue takes; twice as many are set aside where its interrupts may move between vCPUs. */
    private static int perQueue(InstancePlan plan) {
        boolean moves = plan.ledger().devices().stream().anyMatch(entry -> entry.kind() == DeviceKind.IRQ_MOVE);
        return moves ? 4 : 2;
    }

    /** Vectors that could fairly be taken from others for one more queue of this NIC: from richer ones and lower tiers. */
    private static int freed(InstancePlan plan, NicPlan gainer) {
        int wanted = gainer.granted().orElseThrow() + 1;
        boolean own = gainer.requested().source().isOwn();
        return plan.nics().stream()
                .filter(nic -> !nic.id().equals(gainer.id())
                        && nic.reservedVectors() > 0
                        && nic.granted().isPresent())
                .filter(nic -> nic.usedVectors() == 2 * nic.granted().get() + 1)
                .filter(nic -> own != nic.requested().source().isOwn()
                        ? own
                        : nic.granted().get() > wanted)
                .mapToInt(nic -> perQueue(plan)
                        * (own == nic.requested().source().isOwn()
                                ? nic.granted().get() - wanted
                                : nic.granted().get() - 1))
                .sum();
    }

    private static Map<String, Integer> granted(InstancePlan plan) {
        Map<String, Integer> granted = new HashMap<>();
        plan.nics().forEach(nic -> nic.granted().ifPresent(queues -> granted.put(nic.id(), queues)));
        return granted;
    }
}
