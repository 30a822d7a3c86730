package org.novamq.driver.proof;

import java.time.Duration;
import java.util.Optional;
import org.novamq.driver.instance.LiveInterface;

/**
 * Makes a verdict of the evidence. Pure.
 *
 * <p>A verdict is {@link Verdict#OK} only where two things are known: that all queues are in use (from the guest, or from
 * the host's tap), and that each has a vector of its own (from the guest's list of the device's vectors, or from a plan
 * that is not near the guest's budget).
 */
final class Judge {
    /** A guest that has not enabled its queues by then has not yet booted, or never will. */
    static final Duration BOOT_TIME = Duration.ofSeconds(60);

    private static final String BY_ETHTOOL = "by ethtool -l in the guest";
    private static final String BY_TAP = "by the host's view of the tap";

    private Judge() {}

    /**
     * A verdict with its reason.
     *
     * @param reason the evidence, in words
     */
    record Ruling(Verdict verdict, String reason) {
        Ruling because(Verdict other, String more) {
            return new Ruling(other, reason + "; " + more);
        }
    }

    static Ruling of(Evidence evidence) {
        if (evidence.provisioned().isEmpty()) {
            return new Ruling(Verdict.NIC_ABSENT, "the domain has no such NIC");
        }
        // a NIC that is in use may belong to a container in the guest, or to one of its programs (DPDK)
        int attached = evidence.tap().map(Evidence.Tap::queues).orElse(0);
        if (evidence.guest().absent() && attached <= 1) {
            return new Ruling(Verdict.NIC_ABSENT, evidence.guest().silence());
        }
        LiveInterface nic = evidence.provisioned().get();
        return evidence.guest().nic().map(seen -> byGuest(nic, seen, evidence)).orElseGet(() -> byHost(evidence));
    }

    private static Ruling byGuest(LiveInterface nic, GuestNic seen, Evidence evidence) {
        Optional<String> oneQueueOnly = nic.virtio() ? seen.oneQueueOnly() : Optional.empty();
        int needed = 2 * usable(nic, seen) + 1;
        Optional<Integer> vectors = seen.msiVectors().filter(unused -> nic.virtio());
        if (vectors.isPresent() && vectors.get() < needed) {
            return new Ruling(
                    Verdict.SHARED_VECTORS,
                    "the device has " + vectors.get() + " interrupt vectors in the guest, " + needed
                            + " are needed for one each");
        }
        if (evidence.granted() > 1 && oneQueueOnly.isPresent()) {
            return withoutMultiqueue(oneQueueOnly.get(), evidence);
        }
        Ruling ruling = count(nic, seen, evidence);
        if (ruling.verdict() != Verdict.OK || !nic.virtio()) {
            return ruling;
        }
        return vectors.isPresent()
                ? ruling.because(Verdict.OK, "the device has " + vectors.get() + " interrupt vectors in the guest")
                : byPlan(ruling, evidence, "the guest does not show its device's vectors");
    }

    /** Queue pairs for which the guest's driver takes vectors. */
    private static int usable(LiveInterface nic, GuestNic seen) {
        if (seen.oneQueueOnly().isPresent()) {
            return 1;
        }
        return seen.channels()
                .map(channels -> Math.min(channels.max(), nic.queues()))
                .orElse(nic.queues());
    }

    /** The tap contradicts it where it has several queues: then another driver had the device a moment ago. */
    private static Ruling withoutMultiqueue(String how, Evidence evidence) {
        Ruling ruling = new Ruling(
                Verdict.NOT_ENABLED,
                "1 of " + evidence.granted() + " queues is in use: the guest's driver did not negotiate multiqueue"
                        + " (VIRTIO_NET_F_MQ), by " + how + "; activate cannot change that");
        return evidence.tap()
                .filter(tap -> tap.queues() > 1)
                .map(tap -> contradiction(ruling, tap))
                .orElse(ruling);
    }

    private static Ruling contradiction(Ruling ruling, Evidence.Tap tap) {
        return ruling.because(Verdict.UNKNOWN, "but the host's tap has " + tap.queues() + " in use");
    }

    /** How many queues are in use: the guest's word, which the tap must not contradict, or else the tap's. */
    private static Ruling count(LiveInterface nic, GuestNic seen, Evidence evidence) {
        Optional<Evidence.Tap> tap = evidence.tap();
        if (seen.channels().isPresent()) {
            int active = seen.channels().get().active();
            Ruling ruling = byCount(active, evidence.granted(), BY_ETHTOOL);
            // more than the guest's word is possible: XDP has queues of its own (drivers/net/virtio_net.c)
            return tap.filter(found -> nic.virtio() && found.queues() < active)
                    .map(found -> contradiction(ruling, found))
                    .orElse(ruling);
        }
        if (evidence.granted() == 1 && seen.driver().isPresent()) {
            return new Ruling(
                    Verdict.OK,
                    "the NIC has one queue, which the guest's driver "
                            + seen.driver().get() + " uses");
        }
        if (tap.isEmpty()) {
            return new Ruling(
                    Verdict.UNKNOWN,
                    "the host cannot see this NIC's queues, and "
                            + evidence.guest().silence());
        }
        return byTap(tap.get(), evidence);
    }

    private static Ruling byCount(int active, int granted, String how) {
        if (granted == 1 && active == 1) {
            return new Ruling(Verdict.OK, "the NIC has one queue, and it is in use, " + how);
        }
        String fact = active + " of " + granted + (active == 1 ? " queues is in use, " : " queues are in use, ") + how;
        if (active >= granted) {
            return new Ruling(Verdict.OK, fact);
        }
        return new Ruling(active <= 1 ? Verdict.NOT_ENABLED : Verdict.FEWER_ACTIVE, fact);
    }

    private static Ruling byHost(Evidence evidence) {
        String silence = evidence.guest().silence();
        if (evidence.agentRefuses()) {
            return new Ruling(Verdict.UNKNOWN, "the guest's agent does not tell: " + silence);
        }
        if (evidence.tap().isEmpty()) {
            return new Ruling(Verdict.UNKNOWN, "the host cannot see this NIC's queues, and " + silence);
        }
        Ruling ruling = byTap(evidence.tap().get(), evidence);
        return ruling.verdict() == Verdict.OK ? byPlan(ruling, evidence, silence) : ruling;
    }

    /** A tap has one queue also where the guest boots or has no driver; several are the guest's doing. */
    private static Ruling byTap(Evidence.Tap tap, Evidence evidence) {
        Ruling ruling = byCount(tap.queues(), evidence.granted(), BY_TAP);
        if (tap.queues() <= 1 && ruling.verdict() == Verdict.OK && !tap.hasTraffic()) {
            return new Ruling(
                    Verdict.UNKNOWN,
                    "the NIC has one queue, and the guest has sent nothing through it yet: it may be booting, or have no"
                            + " driver for it");
        }
        if (ruling.verdict() != Verdict.NOT_ENABLED) {
            return ruling;
        }
        if (evidence.runningFor().compareTo(BOOT_TIME) < 0) {
            return ruling.because(
                    Verdict.UNKNOWN, "it may still boot, " + BOOT_TIME.toSeconds() + " s are given to that");
        }
        return ruling.because(
                Verdict.NOT_ENABLED,
                tap.hasTraffic()
                        ? "the guest's driver may be one without multiqueue, or the guest has not enabled its queues"
                        : "the guest has sent nothing through it: it may have no driver for it, or one without multiqueue");
    }

    /** All queues are in use; only the plan can say whether they share vectors. */
    private static Ruling byPlan(Ruling ruling, Evidence evidence, String silence) {
        return evidence.plan()
                .doubt()
                .map(doubt -> ruling.because(
                        Verdict.UNKNOWN, "whether they share vectors cannot be told: " + doubt + ", and " + silence))
                .orElseGet(() -> ruling.because(Verdict.OK, evidence.plan().figures() + ", enough for one each"));
    }
}
