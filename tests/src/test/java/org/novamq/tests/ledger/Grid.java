package org.novamq.tests.ledger;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.novamq.image.DiskBus;
import org.novamq.image.VectorBudget;

/** Which of the many instances are booted. */
final class Grid {
    private static final int[] COUNTS = {1, 2, 4, 8};
    private static final int LEVELS = COUNTS.length;

    /** Multiplication in the field of four elements, where addition is exclusive or. */
    private static final int[][] TIMES = {{0, 0, 0, 0}, {0, 1, 2, 3}, {0, 2, 3, 1}, {0, 3, 1, 2}};

    private static final List<Optional<DiskBus>> DISKS = List.of(
            Optional.empty(), Optional.of(DiskBus.VIRTIO), Optional.of(DiskBus.SCSI), Optional.of(DiskBus.SATA));

    private Grid() {}

    /**
     * A machine.
     *
     * @param name its type; 5.1 is the last whose disks have one queue however many vCPUs there are, and whose rng has no
     *     MSI-X (hw/core/machine.c hw_compat_5_1, hw_compat_7_1)
     */
    private record Machine(String name, boolean screen) {}

    private static final List<Machine> MACHINES = List.of(
            new Machine("q35", false),
            new Machine("pc", false),
            new Machine("q35", true),
            new Machine("pc-q35-5.1", false));

    /**
     * 16 boots in which any two levels of any two factors meet exactly once: the orthogonal array L16(4^5), whose columns
     * are a, b, a+b, a+2b and a+3b.
     */
    static List<Boot> pairwise() {
        List<Boot> boots = new ArrayList<>();
        for (int a = 0; a < LEVELS; a++) {
            for (int b = 0; b < LEVELS; b++) {
                boots.add(boot(a, b, a ^ b, MACHINES.get(a ^ TIMES[2][b]), DISKS.get(a ^ TIMES[3][b])));
            }
        }
        return boots;
    }

    /** The same and every combination on today's two machines. */
    static List<Boot> full() {
        Set<Boot> boots = new LinkedHashSet<>(pairwise());
        for (int vcpus = 0; vcpus < LEVELS; vcpus++) {
            for (int nics = 0; nics < LEVELS; nics++) {
                for (int queues = 0; queues < LEVELS; queues++) {
                    for (Machine machine : MACHINES.subList(0, 2)) {
                        for (Optional<DiskBus> disk : DISKS) {
                            boots.add(boot(vcpus, nics, queues, machine, disk));
                        }
                    }
                }
            }
        }
        return List.copyOf(boots);
    }

    private static Boot boot(int vcpus, int nics, int queues, Machine machine, Optional<DiskBus> disk) {
        return new Boot(
                COUNTS[vcpus],
                Collections.nCopies(COUNTS[nics], COUNTS[queues]),
                machine.name(),
                disk,
                machine.screen(),
                VectorBudget.Rule.AUTO,
                Boot.Kernel.CLOUD,
                1,
                List.of());
    }
}
