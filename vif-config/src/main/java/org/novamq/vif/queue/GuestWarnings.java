package org.novamq.vif.queue;

import java.util.List;
import org.novamq.image.Findings;
import org.novamq.image.GuestFamily;
import org.novamq.image.GuestProfile;
import org.novamq.vif.request.PlanRequest;

/** Warns of properties of the guest that make its queues less useful than the plan says. */
final class GuestWarnings {
    private GuestWarnings() {}

    /**
     * Adds every warning about the guest to the findings.
     *
     * @param byGuest whether the guest's system decided on its vectors
     */
    static void report(PlanRequest request, List<QueueDecision.Grant> grants, boolean byGuest, Findings findings) {
        if (!request.virtType().hasPci()) {
            return;
        }
        warnOfWindows(request, grants, findings);
        warnWithoutMsi(request, grants, findings);
        if (byGuest) {
            warnOfArchitecture(request, findings);
            warnOfSilence(request, grants, findings);
        }
    }

    /** NetKVM sets memory aside for every queue: 80 queues took nine tenths of 8 GiB (kubevirt issue 18012). */
    private static void warnOfWindows(PlanRequest request, List<QueueDecision.Grant> grants, Findings findings) {
        int queues = grants.stream().mapToInt(QueueDecision.Grant::queues).sum();
        if (request.image().guest().profile().family() == GuestFamily.WINDOWS && queues > grants.size()) {
            findings.warning(
                    "a windows guest uses several queues only while RSS is on for the NIC (Get-NetAdapterRss), and sets"
                            + " memory aside for each of its " + queues
                            + " queues; watch its memory, and ask for fewer where it is short");
        }
    }

    private static void warnOfArchitecture(PlanRequest request, Findings findings) {
        if (!request.architecture().isX86()) {
            findings.warning(
                    "the guest's architecture is " + request.architecture().text() + ": the plan counts on a GICv2,"
                            + " which has " + VectorBudgets.GICV2M + " vectors in all; on a host with a GICv3 set"
                            + " msi_vector_budget to off");
        }
    }

    private static void warnWithoutMsi(PlanRequest request, List<QueueDecision.Grant> grants, Findings findings) {
        if (request.image().kernelCommandLine().isWithoutMsi() && hasSeveral(grants)) {
            findings.warning(
                    "os_command_line turns MSI off in the guest (pci=nomsi, nolapic or disableapic): all queues of a"
                            + " NIC share one line, and several are no better than one");
        }
    }

    /** An image that names a system that is not known has its own warning ({@link GuestProfile#warning}). */
    private static void warnOfSilence(PlanRequest request, List<QueueDecision.Grant> grants, Findings findings) {
        GuestProfile guest = request.image().guest().profile();
        boolean cut = grants.stream()
                .flatMap(grant -> grant.limits().stream())
                .anyMatch(limit -> limit.name() == LimitName.MSI_VECTORS);
        if (cut && !guest.isKnown() && guest.warning().isEmpty()) {
            findings.warning(
                    "the image does not say which system its guest has, so the guest is planned as an old one with few"
                            + " interrupt vectors; os_distro and os_version on the image say it");
        }
    }

    private static boolean hasSeveral(List<QueueDecision.Grant> grants) {
        return grants.stream().anyMatch(grant -> grant.queues() > 1);
    }
}
