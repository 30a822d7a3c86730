package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.image.Problem;
import org.novamq.image.SplitPolicy;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/**
 * The queues of every NIC: each wish under its own limits, then all of them under what they share.
 *
 * @param nics in request order
 * @param ledger with the grants in it
 */
public record QueueDecision(List<Grant> nics, Ledger ledger) {
    /** The ways out for a guest that keeps more than it has vectors for: either plans its NICs anew. */
    private static final String REMEDY =
            "; a resize, or \"queues set\" with fewer queues for a NIC, makes a plan that fits";

    /**
     * One NIC's share.
     *
     * @param queues 0 for a NIC that has none
     * @param limits what lowered it, in order
     */
    public record Grant(int queues, List<Limit> limits) {}

    /**
     * Decides. Under {@code strict} a NIC that falls short of what it asks for, or an overdrawn budget, is a problem; of
     * what NICs have already, and always otherwise, it is a warning.
     */
    public static QueueDecision of(PlanRequest request, HostLimits host, List<Nic> nics, Findings findings) {
        SplitPolicy policy = request.overrides()
                .policy()
                .or(() -> request.flavor().extraSpecs().policy())
                .orElse(host.policy());
        Caps caps = Caps.of(request, host, policy, nics);
        List<Caps.Capped> capped = nics.stream().map(caps::apply).toList();
        Accounts accounts = Accounts.of(request, host, nics);
        List<Pool> pools = accounts.pools(base(nics, capped));
        if (request.running()) {
            refuseWithoutRoom(nics, pools);
        }
        Split.Shares shares = Split.share(policy, nics, wishes(nics, capped), pools);

        List<Grant> grants = new ArrayList<>(nics.size());
        for (int i = 0; i < nics.size(); i++) {
            Caps.Capped own = capped.get(i);
            boolean kept = nics.get(i).kept().isPresent();
            grants.add(
                    kept
                            ? new Grant(own.queues(), own.limits())
                            : grant(
                                    own,
                                    shares.granted().get(i),
                                    shares.stoppedBy().get(i)));
        }
        warnOfCuts(nics, grants, findings);
        boolean strict = request.isStrict(host);
        reportOverdraft(pools, strict, nics, findings);
        List<Integer> granted = grants.stream().map(Grant::queues).toList();
        GuestWarnings.report(request, grants, accounts.vectorsAreTheGuests(), findings);
        if (strict) {
            refuseShortfalls(nics, grants, findings);
        }
        return new QueueDecision(grants, accounts.ledger(granted));
    }

    /** What is gone before anything is shared out: what NICs keep, and one queue for each of the others. */
    private static List<Integer> base(List<Nic> nics, List<Caps.Capped> capped) {
        List<Integer> base = new ArrayList<>(nics.size());
        for (int i = 0; i < nics.size(); i++) {
            base.add(nics.get(i).kept().isPresent() ? capped.get(i).queues() : 1);
        }
        return base;
    }

    /** Who keeps what it has does not want more. */
    private static int[] wishes(List<Nic> nics, List<Caps.Capped> capped) {
        int[] wishes = new int[nics.size()];
        for (int i = 0; i < wishes.length; i++) {
            int queues = capped.get(i).queues();
            wishes[i] = nics.get(i).kept().isPresent() ? Math.min(1, queues) : queues;
        }
        return wishes;
    }

    /** A running guest is never taken over a limit: what is left must do for one queue of every new NIC. */
    private static void refuseWithoutRoom(List<Nic> nics, List<Pool> pools) {
        List<Problem> problems = new ArrayList<>();
        for (Pool pool : pools) {
            List<Nic> added = nics.stream()
                    .filter(nic -> nic.kept().isEmpty() && takesFrom(pool, nic))
                    .toList();
            if (pool.isOverdrawn() && !added.isEmpty()) {
                problems.add(new Problem(
                        "nics",
                        added.get(0).vif().id(),
                        "cannot attach NIC " + added.get(0).vif().id() + ": with one queue the instance takes "
                                + pool.baseUsed() + " of " + pool.name().text() + ", " + pool.capacity()
                                + " are there (" + pool.origin() + "); its running NICs give nothing back"));
            }
        }
        if (!problems.isEmpty()) {
            throw new NoRoomException(problems);
        }
    }

    /** A device that is handed over whole, or of a model with a fixed number, takes vectors too, although it has no queues. */
    private static boolean takesFrom(Pool pool, Nic nic) {
        boolean vectors = pool.name() == LimitName.MSI_VECTORS || pool.name() == LimitName.IRQ_ROUTES;
        return pool.draws().test(nic) || (vectors && nic.takesVectors());
    }

    private static void warnOfCuts(List<Nic> nics, List<Grant> grants, Findings findings) {
        for (int i = 0; i < nics.size(); i++) {
            Nic nic = nics.get(i);
            Grant grant = grants.get(i);
            int kept = nic.kept().orElse(0);
            if (grant.queues() < kept) {
                Limit last = grant.limits().get(grant.limits().size() - 1);
                findings.warning("NIC " + nic.vif().id() + " had " + kept + " queues and keeps " + grant.queues() + ": "
                        + last.name().text() + " is " + last.value() + " by now (" + last.origin() + ")");
            }
        }
    }

    private static Grant grant(Caps.Capped capped, int granted, Optional<Pool> stoppedBy) {
        List<Limit> limits = new ArrayList<>(capped.limits());
        stoppedBy.ifPresent(pool -> limits.add(
                new Limit(pool.name(), capped.queues(), Optional.of(granted), pool.capacity(), pool.origin())));
        return new Grant(granted, limits);
    }

    private static void reportOverdraft(List<Pool> pools, boolean strict, List<Nic> nics, Findings findings) {
        boolean someoneAsks = nics.stream().anyMatch(QueueDecision::asks);
        boolean keeps = nics.stream().anyMatch(nic -> nic.kept().isPresent());
        for (Pool pool : pools) {
            if (pool.isOverdrawn() && strict && someoneAsks) {
                findings.problem(
                        "nics", nics.size(), "cannot fit the instance under strict: " + overdraft(pool, keeps));
            } else if (pool.isOverdrawn()) {
                findings.warning(overdraft(pool, keeps) + consequence(pool.name()) + (keeps ? REMEDY : ""));
            }
        }
    }

    private static String overdraft(Pool pool, boolean keeps) {
        String fact = "the devices and " + (keeps ? "the queues that NICs keep" : "one queue per NIC") + " take "
                + pool.baseUsed() + " of " + pool.name().text() + ", " + pool.capacity() + " are there ("
                + pool.origin()
                + "): ";
        return fact + (keeps ? "no NIC gets more" : "every NIC that takes from it gets 1 queue");
    }

    /** What is to be expected beyond a limit (measured, but for the routes: those are KVM's word and QEMU's assertion). */
    private static String consequence(LimitName limit) {
        return switch (limit) {
            case MSI_VECTORS -> ", and some may share a vector or be missing in the guest";
            case IRQ_ROUTES -> ", and QEMU may abort when the guest uses them all";
            default -> "";
        };
    }

    /** What a NIC has already, it has been given: whoever lowered a limit since has not asked it. */
    private static boolean asks(Nic nic) {
        return nic.kept().isEmpty() && nic.wish().source().isOwn();
    }

    private static void refuseShortfalls(List<Nic> nics, List<Grant> grants, Findings findings) {
        for (int i = 0; i < nics.size(); i++) {
            Nic nic = nics.get(i);
            Grant grant = grants.get(i);
            if (asks(nic) && grant.queues() < nic.wish().queues()) {
                Limit last = grant.limits().get(grant.limits().size() - 1);
                findings.problem(
                        "nics[" + i + "]." + nic.wish().source().field(),
                        nic.wish().queues(),
                        "cannot give NIC " + nic.vif().id() + " the "
                                + nic.wish().queues()
                                + " queues that it asks for: " + grant.queues() + " fit, "
                                + last.name().text() + " is " + last.value() + " (" + last.origin()
                                + "), and strict is set");
            }
        }
    }
}
