package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.image.Problem;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.MachineType;
import org.novamq.vif.request.MachineType.Board;
import org.novamq.vif.request.PlanRequest;

/**
 * The limits that keep a domain from being defined or started whatever its queues are: its machine type, more vCPUs or more PCI
 * devices than the machine takes. A plan says it in a warning, and refuses under {@code strict}; a boot refuses always.
 */
public final class DomainLimits {
    /** QEMU hw/i386/pc_piix.c: max_cpus of i440fx; of q35 before 2.8 too (hw/i386/pc_q35.c). */
    static final int MAX_VCPUS = 255;

    /** QEMU 7.2 hw/i386/pc_q35.c: max_cpus of q35 from 2.8 on. */
    static final int MAX_VCPUS_OF_Q35 = 288;

    /** QEMU hw/i386/microvm.c has 288, isapc (hw/i386/pc_piix.c) one. */
    private static final int MAX_VCPUS_OF_ISAPC = 1;

    /**
     * The vmcoreinfo device, which every domain of ours has as Nova's have, needs DMA of fw_cfg, and that is off before
     * machine version 2.5 (QEMU hw/core/machine.c, hw_compat_2_4). Measured: 2.4 does not start, 2.5 does.
     */
    private static final int MIN_MINOR_OF_I440FX = 5;

    /**
     * Before 2.7 virtio devices are legacy ones (hw_compat_2_6): each root port needs 4 KiB of I/O ports then, of which the
     * firmware has 36. Measured: 20 NICs on 2.6 do not boot, on 2.7 they do.
     */
    private static final int MIN_MINOR_OF_Q35 = 7;

    private static final int MAJOR = 2;

    private final PlanRequest request;
    private final MachineType machine;
    private final boolean ours;
    private final List<Problem> problems = new ArrayList<>();

    private DomainLimits(PlanRequest request) {
        this.request = request;
        this.machine = request.machineType();
        this.ours = request.devices().isEmpty();
    }

    /** Everything that is wrong with the domain of a request with these NICs; empty for what can be built. */
    public static List<Problem> of(PlanRequest request, HostLimits host, List<Nic> nics) {
        if (!request.virtType().hasPci()) {
            return List.of();
        }
        DomainLimits limits = new DomainLimits(request);
        limits.checkMachine();
        limits.checkVcpus();
        limits.checkPlaces(host, nics);
        return limits.problems;
    }

    /** Reports them as problems under {@code strict}, else as warnings. */
    public static void report(List<Problem> problems, boolean strict, Findings findings) {
        for (Problem problem : problems) {
            if (strict) {
                findings.problem(problem.field(), problem.value(), problem.message());
            } else {
                findings.warning(problem.message() + "; a boot is refused");
            }
        }
    }

    private void checkMachine() {
        if (machine.board() == Board.UNKNOWN) {
            problem(
                    machineField(),
                    machine.name(),
                    "the machine type " + Texts.quote(machine.name())
                            + " is none of x86 that is known here (q35, pc and"
                            + " their versions), and the ledger is one of x86"
                            + Suggestions.hint(machine.name(), MachineType.NAMES));
        } else if (ours && isTooOld()) {
            problem(
                    machineField(),
                    machine.name(),
                    "the machine type " + machine.name() + " is too old: "
                            + (machine.board() == Board.Q35
                                    ? "from pc-q35-2.7 on virtio devices behind root ports need no I/O ports"
                                    : "from pc-i440fx-2.5 on it has the DMA that vmcoreinfo needs"));
        }
    }

    private boolean isTooOld() {
        return machine.isBefore(MAJOR, machine.board() == Board.Q35 ? MIN_MINOR_OF_Q35 : MIN_MINOR_OF_I440FX);
    }

    private void checkVcpus() {
        Flavor flavor = request.flavor();
        int possible = flavor.maxVcpus().orElse(flavor.vcpus());
        int max = maxVcpus();
        String field = flavor.maxVcpus().isPresent() ? "flavor.max_vcpus" : "flavor.vcpus";
        if (possible > max) {
            problem(
                    field,
                    possible,
                    "the flavor has " + possible + " vCPUs, and the machine type " + machine.name() + " takes " + max
                            + " (QEMU's max_cpus)");
        } else if (ours && possible > MAX_VCPUS) {
            problem(
                    field,
                    possible,
                    "the flavor has " + possible + " vCPUs, and the domain takes " + MAX_VCPUS + ": the machine type "
                            + machine.name() + " takes " + max
                            + " only with an IOMMU in extended interrupt mode, which it does not have");
        }
    }

    private int maxVcpus() {
        return switch (machine.board()) {
            case Q35 -> machine.isBefore(2, 8) ? MAX_VCPUS : MAX_VCPUS_OF_Q35;
            case I440FX -> MAX_VCPUS;
            case NO_PCI -> machine.name().equals("isapc") ? MAX_VCPUS_OF_ISAPC : MAX_VCPUS_OF_Q35;
            case UNKNOWN -> Integer.MAX_VALUE;
        };
    }

    private void checkPlaces(HostLimits host, List<Nic> nics) {
        PciTopology pci = request.devices()
                .map(given -> PciTopology.of(machine, PciDevices.of(request, host, nics, given)))
                .orElseGet(() -> DomainDevices.of(request, host, nics).pci());
        Optional<PciTopology.Shortage> shortage = pci.shortage();
        shortage.ifPresent(lack -> problem(
                "nics",
                nics.size(),
                "the instance needs " + lack.needed() + " " + lack.what() + " with its " + nics.size() + " NICs and"
                        + " hotplug_nics=" + host.hotplugNics() + ", and the machine type " + machine.name() + " has "
                        + lack.available()));
    }

    private String machineField() {
        return request.machine().isPresent() ? "machine" : "image.properties.hw_machine_type";
    }

    private void problem(String field, Object value, String fact) {
        problems.add(new Problem(field, String.valueOf(value), "cannot define the domain: " + fact));
    }
}
