package org.novamq.vif.queue;

import java.util.Optional;
import org.novamq.image.Architecture;
import org.novamq.image.GuestFamily;
import org.novamq.image.GuestProfile;
import org.novamq.image.VectorBudget;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/** Decides how many interrupt vectors the guest has for messages (MSI), by its system, its CPUs and its machine. */
final class VectorBudgets {
    /**
     * Linux from 4.15 on gives every online CPU vectors of its own: 0x20 to 0xeb less 0x20, 0x32 and 0x80
     * (arch/x86/kernel/apic/vector.c, arch/x86/include/asm/irq_vectors.h). Measured in full guests.
     */
    static final int LINUX_PER_CPU = 201;

    /**
     * Linux before 4.15 in flat APIC mode gives one number to all CPUs at once: 0x20 to 0xee less 0x20, 0x80 and the 16 of
     * ISA (arch/x86/kernel/apic/vector.c of 4.14, flat_vector_allocation_domain). In physical mode (more than 8 CPUs) each
     * CPU has so many; the plan does not count on it.
     */
    static final int LINUX_BEFORE_4_15 = 189;

    /** Linux 2.6.32 begins at 0x41 and has more system vectors (arch/x86/include/asm/irq_vectors.h, io_apic.c). */
    static final int LINUX_2_6_32 = 168;

    /** FreeBSD: {@code APIC_NUM_IOINTS} for each CPU, sys/x86/include/apicvar.h. */
    static final int FREEBSD_PER_CPU = 191;

    /** OpenBSD: {@code MAX_INTR_SOURCES} for each CPU, sys/arch/amd64/include/intrdefs.h. */
    static final int OPENBSD_PER_CPU = 64;

    /** aarch64 with a GICv2: the interrupts of QEMU's GICv2m frame, hw/arm/virt.c {@code NUM_GICV2M_SPIS} (measured). */
    static final int GICV2M = 64;

    private final PlanRequest request;
    private final IoApicLines lines;

    private VectorBudgets(PlanRequest request, IoApicLines lines) {
        this.request = request;
        this.lines = lines;
    }

    /**
     * A budget and its origin.
     *
     * @param vectors for the whole guest; absent when there is no budget
     * @param byGuest whether the guest's system decided, and nobody set the budget
     * @param linuxPerCpu whether it is that of a Linux whose vCPUs have vectors of their own
     */
    record Resolved(Optional<Integer> vectors, String origin, boolean byGuest, boolean linuxPerCpu) {
        static Resolved set(Optional<Integer> vectors, String origin) {
            return new Resolved(vectors, origin, false, false);
        }
    }

    /**
     * The budget by the first of request, flavor, image and deployer that sets it; by the guest's system where that says
     * {@code auto}.
     */
    static Resolved of(PlanRequest request, HostLimits host, IoApicLines lines) {
        if (!request.virtType().hasPci()) {
            return Resolved.set(Optional.empty(), request.virtType().text() + ": a container has no MSI vectors");
        }
        return new VectorBudgets(request, lines).bySettings(host);
    }

    /** The vectors of a guest of this family in a request's machine. */
    static int ofFamily(PlanRequest request, GuestFamily family, IoApicLines lines) {
        return new VectorBudgets(request, lines).byFamily(family, "").vectors().orElseThrow();
    }

    private Resolved bySettings(HostLimits host) {
        if (request.overrides().vectorBudget().isPresent()) {
            return resolve(request.overrides().vectorBudget().get(), "the request's msi_vector_budget");
        }
        if (request.flavor().extraSpecs().vectorBudget().isPresent()) {
            return resolve(request.flavor().extraSpecs().vectorBudget().get(), "the flavor's mq:vector_budget");
        }
        if (request.image().vectorBudget().isPresent()) {
            return byImage();
        }
        return resolve(host.vectorBudget(), "msi_vector_budget of the deployer");
    }

    /** The image knows its guest better than its profile does. */
    private Resolved byImage() {
        return request.image()
                .vectorBudget()
                .filter(setting -> setting != VectorBudget.Rule.AUTO)
                .map(setting -> resolve(setting, "the image's hw_msi_vector_budget"))
                .orElseGet(this::byGuest);
    }

    private Resolved resolve(VectorBudget setting, String by) {
        if (setting instanceof VectorBudget.Fixed fixed) {
            return Resolved.set(Optional.of(fixed.vectors()), by);
        }
        return switch ((VectorBudget.Rule) setting) {
            case OFF -> Resolved.set(Optional.empty(), by + " is off");
            case PER_VCPU -> byFamily(GuestFamily.LINUX, by + "=per_vcpu");
            case LEGACY -> byFamily(GuestFamily.LINUX_BEFORE_4_15, by + "=legacy");
            case AUTO -> byImage();
        };
    }

    private Resolved byGuest() {
        GuestProfile guest = request.image().guest().profile();
        if (!request.architecture().isX86()) {
            String origin = Architecture.AARCH64.text() + " with a GICv2: " + GICV2M + " in all";
            return new Resolved(Optional.of(GICV2M), origin, true, false);
        }
        Resolved budget = byFamily(guest.family(), "guest " + guest.system());
        return new Resolved(budget.vectors(), budget.origin(), true, budget.linuxPerCpu());
    }

    private Resolved byFamily(GuestFamily family, String by) {
        return switch (family) {
            case LINUX -> linux(by);
            case WINDOWS -> perCpu(LINUX_PER_CPU, by);
            case FREEBSD, FREEBSD_ALTQ -> perCpu(FREEBSD_PER_CPU, by);
            case OPENBSD -> perCpu(OPENBSD_PER_CPU, by);
            case LINUX_BEFORE_4_15 -> shared(LINUX_BEFORE_4_15, by + ", Linux before 4.15");
            case LINUX_2_6_32 -> shared(LINUX_2_6_32, by + ", Linux 2.6.32");
            case UNKNOWN -> shared(LINUX_2_6_32, by + ", taken for the oldest Linux");
        };
    }

    private Resolved linux(String by) {
        Resolved budget = perCpu(LINUX_PER_CPU, by);
        return new Resolved(budget.vectors(), budget.origin(), false, true);
    }

    private Resolved perCpu(int vectors, String by) {
        int cpus = request.guestCpus();
        String fewer = cpus < request.flavor().vcpus() ? " (by os_command_line)" : "";
        return Resolved.set(
                Optional.of(vectors * cpus - lines.count()),
                by + ": " + vectors + " x " + cpus + " vCPUs" + fewer + " - " + lines.count()
                        + " lines of the IO-APIC");
    }

    /** The lines of ISA are outside these numbers; only those from 16 on take one of them. */
    private Resolved shared(int vectors, String by) {
        int taken = lines.fromSixteen();
        return Resolved.set(
                Optional.of(vectors - taken),
                by + ": " + (taken == 0 ? "" + vectors : vectors + " - " + taken + " lines of the IO-APIC")
                        + " for the whole guest");
    }
}
