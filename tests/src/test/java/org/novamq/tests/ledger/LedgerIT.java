package org.novamq.tests.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.image.DiskBus;
import org.novamq.tests.ledger.Boot.Kernel;
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

    /** A full guest with one vCPU on q35 with the cloud kernel: 201 less seven lines of the IO-APIC (measured: 194). */
    private static final int CAPACITY = 194;

    /** More than fit on either machine: on one vCPU NICs of eight queues; on two, where queues move, NICs of two. */
    private static final Map<Integer, List<Integer>> TOO_MANY =
            Map.of(1, Collections.nCopies(12, 8), 2, Collections.nCopies(44, 2));

    /** One queue more takes two vectors, and two more while its interrupts move. */
    private static final int MOST_LEFT = 3;

    /** On one vCPU 61 NICs of one queue leave room for one more. */
    private static final Boot MANY_SMALL =
            Boot.filled(1, Collections.nCopies(61, 1)).on("pc", Kernel.GENERIC).withLate(List.of(1));

    private static final Boot BRIM =
            Boot.filled(2, nics(24)).withDisk(DiskBus.VIRTIO).withoutReserve();

    private static final Boot EXCEEDED = Boot.unbounded(1, nics(12));
    private static final Boot FAR_EXCEEDED = Boot.unbounded(1, manyNics());

    private static Optional<Visits> visits = Optional.empty();

    /** The slowest first. */
    @BeforeAll
    static void order() {
        Visits all = new Visits(directory("NOVAMQ_GUEST_DIR"), directory("NOVAMQ_STATE_DIR"));
        all.order(FAR_EXCEEDED, Way.CONSOLE);
        all.order(BRIM, Way.AGENT);
        if (FULL) {
            all.order(EXCEEDED, Way.CONSOLE);
            all.order(MANY_SMALL, Way.AGENT);
        }
        fullGuests().forEach(boot -> all.order(boot, Way.AGENT));
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

    /**
     * Guests that are filled at their boot and then have a NIC hot-plugged: four in which any two of machine, kernel and vCPUs
     * meet, or all eight.
     */
    static List<Boot> fullGuests() {
        List<Boot> boots = new ArrayList<>();
        for (String machine : List.of("pc", "q35")) {
            for (Kernel kernel : Kernel.values()) {
                for (int vcpus = 1; vcpus <= 2; vcpus++) {
                    boolean sample = (machine.equals("pc") == (kernel == Kernel.GENERIC)) == (vcpus == 1);
                    if (FULL || sample) {
                        boots.add(Boot.filled(vcpus, Objects.requireNonNull(TOO_MANY.get(vcpus)))
                                .on(machine, kernel)
                                .withLate(List.of(QUEUES)));
                    }
                }
            }
        }
        return boots;
    }

    @ParameterizedTest
    @MethodSource("grid")
    void guestTakesWhatWasCharged(Boot boot) throws InterruptedException {
        new Comparison(visit(boot)).holds();
    }

    /** The last vector is taken, each by its own, and no driver found none. */
    @ParameterizedTest
    @MethodSource("fullGuests")
    void fullGuestsAreExact(Boot boot) throws InterruptedException {
        InstancePlan booted = boot.plan();
        assertThat(left(booted)).isBetween(0, MOST_LEFT);
        assertThat(booted.nics()).anyMatch(nic -> !nic.limits().isEmpty());
        Visit visit = visit(boot);
        assertThat(visit.plan().nics()).hasSize(booted.nics().size() + 1);
        assertThat(left(visit.plan())).isBetween(0, MOST_LEFT);
        new Comparison(visit).holds();
        assertThat(visit.facts().kernelLog()).as("%s: errors ENOSPC", boot).isEmpty();
    }

    @Test
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
    void manyNicsOfOneQueueLeaveRoomForTheReserve() throws InterruptedException {
        Visit visit = visit(MANY_SMALL);
        assertThat(visit.plan().nics()).hasSize(MANY_SMALL.queues().size() + 1);
        new Comparison(visit).holds();
        assertThat(visit.facts().kernelLog()).isEmpty();
    }

    private static int left(InstancePlan plan) {
        return plan.ledger().budget().orElseThrow() - plan.ledger().used();
    }

    /** Not one queue more would fit, and the guest still gives every one of them a vector of its own. */
    @Test
    void guestFilledToTheBrimWorks() throws InterruptedException {
        InstancePlan plan = BRIM.plan();
        assertThat(left(plan)).isBetween(0, MOST_LEFT);
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
