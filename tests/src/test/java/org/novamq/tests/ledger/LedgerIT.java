package org.novamq.tests.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.image.DiskBus;
import org.novamq.tests.ledger.Facts.Function;
import org.novamq.tests.ledger.Visits.Way;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.NicPlan;

/** The ledger is true: what a plan charges is what a real guest takes, up to the last vector and beyond it. */
class LedgerIT {
    private static final boolean FULL = Boolean.getBoolean("novamq.full");
    private static final int QUEUES = 8;
    private static final int OWN = 2 * QUEUES + 1;
    private static final int SHARED = 2;

    /** What a guest with one vCPU has for MSI, measured: 201 less six legacy lines. */
    private static final int CAPACITY = 195;

    /** Exactly 10 x 8 fit into 1 vCPU; 20 x 8 leave a little room on 2, and of 22 x 8 two NICs must give way. */
    private static final Boot TEN = Boot.filled(1, nics(10));

    private static final Boot TWENTY = Boot.filled(2, nics(20));
    private static final Boot BRIM = Boot.filled(2, nics(22)).withDisk(DiskBus.VIRTIO);

    private static final Boot EXCEEDED = Boot.unbounded(1, nics(12));
    private static final Boot FAR_EXCEEDED = Boot.unbounded(1, manyNics());

    private static Optional<Visits> visits = Optional.empty();

    /** The slowest first. */
    @BeforeAll
    static void order() {
        Visits all = new Visits(directory("NOVAMQ_GUEST_DIR"), directory("NOVAMQ_STATE_DIR"));
        all.order(FAR_EXCEEDED, Way.CONSOLE);
        all.order(BRIM, Way.AGENT);
        all.order(TWENTY, Way.AGENT);
        if (FULL) {
            all.order(EXCEEDED, Way.CONSOLE);
        }
        all.order(TEN, Way.AGENT);
        grid().forEach(boot -> all.order(boot, Way.AGENT));
        visits = Optional.of(all);
    }

    @AfterAll
    static void close() {
        visits.ifPresent(Visits::close);
    }

    static List<Boot> grid() {
        return FULL ? Grid.full() : Grid.pairwise();
    }

    @ParameterizedTest
    @MethodSource("grid")
    void guestTakesWhatWasCharged(Boot boot) throws InterruptedException {
        new Comparison(visit(boot)).holds();
    }

    @Test
    void oneVcpuTakesTenNicsOfEightQueues() throws InterruptedException {
        checkFilled(TEN, 10);
    }

    @Test
    void twoVcpusTakeTwentyNicsOfEightQueues() throws InterruptedException {
        checkFilled(TWENTY, 20);
    }

    /** Not one queue more would fit, and the guest still gives every one of them a vector of its own. */
    @Test
    void guestFilledToTheBrimWorks() throws InterruptedException {
        InstancePlan plan = BRIM.plan();
        int left = plan.ledger().budget().orElseThrow() - plan.ledger().used();
        assertThat(left).isBetween(0, 1);
        assertThat(plan.nics()).anyMatch(nic -> nic.granted().orElseThrow() < QUEUES);
        new Comparison(visit(BRIM)).holds();
    }

    /** Without a budget the twelfth NIC still has eight queues, all behind one interrupt, and says so nowhere. */
    @Test
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
    void withoutBudgetNicsShareVectors() throws InterruptedException {
        Visit visit = visit(EXCEEDED);
        assertThat(visit.plan().ledger().budget()).isEmpty();
        assertThat(visit.plan().ledger().used()).isGreaterThan(CAPACITY);
        assertThat(EXCEEDED.plan().nics()).allMatch(nic -> nic.granted().orElseThrow() == QUEUES);
        Facts facts = visit.facts();
        List<Function> nics = present(visit);
        assertThat(nics).hasSize(EXCEEDED.queues().size());
        assertThat(facts.vectors()).isLessThanOrEqualTo(CAPACITY);
        List<Function> shared =
                nics.stream().filter(nic -> nic.irqs().size() < OWN).toList();
        assertThat(shared).isNotEmpty().allSatisfy(nic -> {
            assertThat(nic.irqs()).hasSize(SHARED);
            assertThat(facts.interruptsOf(nic.virtio())).isEqualTo(Set.of("config", "virtqueues"));
            assertThat(facts.channels().get(nic.nic())).startsWith(QUEUES);
        });
    }

    /** And far beyond it NICs are missing, and so is the agent. */
    @Test
    void withoutBudgetNicsAndAgentGoMissing() throws InterruptedException {
        Visit visit = visit(FAR_EXCEEDED);
        assertThat(visit.plan().ledger().used()).isGreaterThan(CAPACITY);
        List<Function> present = present(visit);
        assertThat(present).hasSizeLessThan(FAR_EXCEEDED.queues().size());
        assertThat(visit.facts().kernelLog()).anyMatch(line -> line.contains("virtio_net"));
        assertThat(visit.facts().kernelLog()).anyMatch(line -> line.contains("virtio_console"));
        assertThat(visit.facts().vectors()).isLessThanOrEqualTo(CAPACITY);
    }

    private static void checkFilled(Boot boot, int count) throws InterruptedException {
        InstancePlan plan = boot.plan();
        assertThat(plan.nics()).hasSize(count).allMatch(nic -> nic.granted().orElseThrow() == QUEUES);
        assertThat(plan.ledger().used())
                .isLessThanOrEqualTo(plan.ledger().budget().orElseThrow());
        new Comparison(visit(boot)).holds();
    }

    /** The functions of those planned NICs that the guest has. */
    private static List<Function> present(Visit visit) {
        List<Function> present = new ArrayList<>();
        for (NicPlan nic : visit.plan().nics()) {
            Comparison.function(visit.facts(), nic).ifPresent(present::add);
        }
        return present;
    }

    private static Visit visit(Boot boot) throws InterruptedException {
        return visits.orElseThrow().of(boot);
    }

    private static List<Integer> nics(int count) {
        return Collections.nCopies(count, QUEUES);
    }

    private static List<Integer> manyNics() {
        List<Integer> queues = new ArrayList<>(nics(10));
        queues.addAll(Collections.nCopies(16, 1));
        return queues;
    }

    private static Path directory(String variable) {
        String value = System.getenv(variable);
        if (value == null || !Files.isDirectory(Path.of(value))) {
            throw new IllegalStateException("cannot run outside devstack/sandbox.sh: run devstack/test.sh");
        }
        return Path.of(value);
    }
}
