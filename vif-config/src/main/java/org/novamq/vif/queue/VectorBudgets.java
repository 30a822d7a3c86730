package org.novamq.vif.queue;

import java.util.Optional;
import org.novamq.image.GuestFamily;
import org.novamq.image.GuestProfile;
import org.novamq.image.VectorBudget;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/**
 * How many MSI vectors the guest has.
 *
 * <p>Linux from 4.15 has 201 per online vCPU (vectors 0x20 to 0xeb less three of the kernel's own,
 * arch/x86/kernel/apic/vector.c), of which about 8 go to legacy lines of the IO-APIC: measured 195, 395, 797 and 1,602
 * for 1, 2, 4 and 8 vCPUs. Older kernels share one such space among all vCPUs.
 */
final class VectorBudgets {
    static final int VECTORS_PER_VCPU = 201;
    static final int IO_APIC_RESERVE = 8;
    static final int LEGACY_VECTORS = 200;

    /**
     * A budget and where it comes from.
     *
     * @param vectors for the whole guest; absent when there is no budget
     */
    record Resolved(Optional<Integer> vectors, String origin) {}

    private VectorBudgets() {}

    static Resolved of(PlanRequest request, HostLimits host) {
        if (!request.virtType().hasPci()) {
            return new Resolved(Optional.empty(), request.virtType().text() + ": a container has no MSI vectors");
        }
        if (request.overrides().vectorBudget().isPresent()) {
            return resolve(request.overrides().vectorBudget().get(), "the request's msi_vector_budget", request);
        }
        if (request.flavor().extraSpecs().vectorBudget().isPresent()) {
            return resolve(
                    request.flavor().extraSpecs().vectorBudget().get(), "the flavor's mq:vector_budget", request);
        }
        if (request.image().vectorBudget().isPresent()) {
            return byImage(request);
        }
        return resolve(host.vectorBudget(), "msi_vector_budget of the deployer", request);
    }

    private static Resolved byImage(PlanRequest request) {
        return request.image()
                .vectorBudget()
                .filter(setting -> setting != VectorBudget.Rule.AUTO)
                .map(setting -> resolve(setting, "the image's hw_msi_vector_budget", request))
                .orElseGet(() -> byProfile(request));
    }

    private static Resolved resolve(VectorBudget setting, String by, PlanRequest request) {
        if (setting instanceof VectorBudget.Fixed fixed) {
            return new Resolved(Optional.of(fixed.vectors()), by);
        }
        return switch ((VectorBudget.Rule) setting) {
            case OFF -> new Resolved(Optional.empty(), by + " is off");
            case PER_VCPU -> perVcpu(request, by + "=per_vcpu");
            case LEGACY_200 -> legacy(request, by + "=legacy_200");
            case AUTO -> byImage(request); // the image knows its guest better than its profile does
        };
    }

    private static Resolved byProfile(PlanRequest request) {
        GuestProfile guest = request.image().guest().profile();
        return guest.family() == GuestFamily.LINUX || guest.family() == GuestFamily.WINDOWS
                ? perVcpu(request, "guest profile per_vcpu (" + guest.system() + ")")
                : legacy(request, "guest profile legacy_200 (" + guest.system() + ")");
    }

    private static Resolved perVcpu(PlanRequest request, String by) {
        int vcpus = request.flavor().vcpus();
        return new Resolved(
                Optional.of(perVcpu(vcpus)),
                by + ": " + VECTORS_PER_VCPU + " x " + vcpus + " vCPUs - " + IO_APIC_RESERVE);
    }

    private static Resolved legacy(PlanRequest request, String by) {
        int modern = perVcpu(request.flavor().vcpus());
        String why = modern < LEGACY_VECTORS
                ? VECTORS_PER_VCPU + " x " + request.flavor().vcpus() + " vCPUs - " + IO_APIC_RESERVE
                : LEGACY_VECTORS + " for the whole guest";
        return new Resolved(Optional.of(Math.min(LEGACY_VECTORS, modern)), by + ": " + why);
    }

    private static int perVcpu(int vcpus) {
        return VECTORS_PER_VCPU * vcpus - IO_APIC_RESERVE;
    }
}
