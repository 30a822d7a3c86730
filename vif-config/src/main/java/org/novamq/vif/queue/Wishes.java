package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.image.NicWish;
import org.novamq.vif.request.ConflictRule;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.PlanRequest;

/**
 * Who asks for how many queues: the port's profile, then the NIC itself, then its tag, then multiqueue for the whole
 * instance (flavor, image), then one. Nova's own rule is the last two (nova/virt/hardware.py
 * get_vif_multiqueue_constraint), and its conflict is refused at any number of vCPUs, unless the request says otherwise.
 */
public final class Wishes {
    private Wishes() {}

    /** Every NIC's wish, in request order; conflicts become problems, overridden wishes warnings. */
    public static List<Wish> of(PlanRequest request, Findings findings) {
        if (isInConflict(request)) {
            reportConflict(request, findings);
        }
        List<Wish> wishes = new ArrayList<>(request.nics().size());
        Wish everyNic = forEveryNic(request);
        for (int i = 0; i < request.nics().size(); i++) {
            NicRequest nic = request.nics().get(i);
            Wish wish = one(nic, everyNic, request.flavor().vcpus(), findings);
            refuseAgainstFalse(
                    request, nic, wish, "nics[" + i + "]." + wish.source().field(), findings);
            wishes.add(wish);
        }
        return wishes;
    }

    private static Wish forEveryNic(PlanRequest request) {
        int vcpus = request.flavor().vcpus();
        if (isInConflict(request)) {
            return Wish.NONE;
        }
        if (request.flavor().extraSpecs().multiqueue().orElse(false)) {
            return new Wish(vcpus, Source.FLAVOR);
        }
        return request.image().multiqueue().orElse(false) ? new Wish(vcpus, Source.IMAGE) : Wish.NONE;
    }

    private static Wish one(NicRequest nic, Wish everyNic, int vcpus, Findings findings) {
        List<Wish> asked = new ArrayList<>(2);
        add(asked, nic.portWish(), Source.PORT, vcpus);
        add(asked, nic.ownWish(), Source.NIC, vcpus);
        add(asked, nic.tagWish(), Source.TAG, vcpus);
        if (everyNic.source() != Source.DEFAULT || asked.isEmpty()) {
            asked.add(everyNic);
        }
        Wish first = asked.get(0);
        for (Wish other : asked) {
            if (other.queues() != first.queues()) {
                findings.warning(
                        "NIC " + nic.vif().id() + ": the " + first.source().text() + " asks for "
                                + first.queues() + " queues, which overrides the " + other.queues() + " of the "
                                + other.source().text());
            }
        }
        return first;
    }

    private static void add(List<Wish> asked, Optional<NicWish> wish, Source source, int vcpus) {
        wish.ifPresent(w -> asked.add(new Wish(w.forVcpus(vcpus), source)));
    }

    private static boolean isInConflict(PlanRequest request) {
        Optional<Boolean> flavor = request.flavor().extraSpecs().multiqueue();
        Optional<Boolean> image = request.image().multiqueue();
        return flavor.isPresent() && image.isPresent() && !flavor.equals(image);
    }

    private static void reportConflict(PlanRequest request, Findings findings) {
        boolean flavor = request.flavor().extraSpecs().multiqueue().orElseThrow();
        String fact = "flavor " + request.flavor().name() + " has hw:vif_multiqueue_enabled explicitly set to " + flavor
                + ", conflicting with the image, which has hw_vif_multiqueue_enabled explicitly set to " + !flavor
                + " (FlavorImageConflict)";
        if (request.overrides().conflict() == ConflictRule.WARN) {
            findings.warning(fact + ": multiqueue is off for the instance");
        } else {
            findings.problem(
                    "flavor.extra_specs.hw:vif_multiqueue_enabled",
                    flavor,
                    "cannot decide on multiqueue for the instance: " + fact);
        }
    }

    /** Image or flavor says no: its owner knows why its guest must not have several queues. One is no multiqueue. */
    private static void refuseAgainstFalse(
            PlanRequest request, NicRequest nic, Wish wish, String field, Findings findings) {
        boolean byImage = request.image().multiqueue().equals(Optional.of(false));
        boolean byFlavor = request.flavor().extraSpecs().multiqueue().equals(Optional.of(false));
        if (wish.source().isOwn() && wish.isMultiqueue() && (byImage || byFlavor)) {
            findings.problem(
                    field,
                    wish.queues(),
                    "cannot give NIC " + nic.vif().id() + " " + wish.queues() + " queues: "
                            + (byImage
                                    ? "the image's hw_vif_multiqueue_enabled reads as false"
                                    : "the flavor's hw:vif_multiqueue_enabled reads as false"));
        }
    }
}
