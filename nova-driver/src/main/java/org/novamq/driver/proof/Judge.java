package org.novamq.driver.proof;

import java.time.Duration;
import java.util.Optional;
import org.novamq.driver.instance.LiveInterface;

/** From evidence to verdict. Pure. */
final class Judge {
    /** A guest that has not enabled its queues by then has not yet booted, or never will. */
    static final Duration BOOT_TIME = Duration.ofSeconds(60);

    private Judge() {}

    /**
     * A verdict with its reason.
     *
     * @param reason what it rests on, in words
     */
    record Ruling(Verdict verdict, String reason) {}

    static Ruling of(Evidence evidence) {
        if (evidence.provisioned().isEmpty()) {
            return new Ruling(Verdict.NIC_ABSENT, "the domain has no such NIC");
        }
        // a NIC that is in use may belong to a container in the guest, or to one of its programs (DPDK)
        if (evidence.guestLacksIt() && evidence.tapQueues().orElse(0) <= 1) {
            return new Ruling(Verdict.NIC_ABSENT, evidence.silence().orElseThrow());
        }
        LiveInterface nic = evidence.provisioned().get();
        return evidence.channels()
                .map(channels -> byGuest(nic, channels, evidence.granted()))
                .orElseGet(() -> byHost(evidence));
    }

    private static Ruling byGuest(LiveInterface nic, GuestAgent.Channels channels, int granted) {
        Optional<Integer> vectors = channels.msiVectors();
        int ownVectors = nic.virtio() ? 2 * nic.queues() + 1 : 0;
        if (vectors.isPresent() && vectors.get() < ownVectors) {
            return new Ruling(
                    Verdict.SHARED_VECTORS,
                    "the device has " + vectors.get() + " interrupt vectors in the guest, " + ownVectors
                            + " are needed for one each");
        }
        Ruling ruling = byCount(channels.active(), granted, "by ethtool -l in the guest");
        if (ruling.verdict() == Verdict.OK && nic.virtio() && vectors.isEmpty()) {
            return new Ruling(
                    Verdict.UNKNOWN,
                    ruling.reason()
                            + "; whether they share vectors cannot be told: the guest does not show its device's");
        }
        return ruling;
    }

    private static Ruling byCount(int active, int granted, String how) {
        String fact = active + " of " + granted + " queues are in use, " + how;
        if (active >= granted) {
            return new Ruling(Verdict.OK, fact);
        }
        return new Ruling(active <= 1 ? Verdict.NOT_ENABLED : Verdict.FEWER_ACTIVE, fact);
    }

    private static Ruling byHost(Evidence evidence) {
        String silence = evidence.silence().orElseThrow();
        if (evidence.agentRefuses()) {
            return new Ruling(Verdict.UNKNOWN, "the guest's agent does not tell: " + silence);
        }
        if (evidence.tapQueues().isEmpty()) {
            return new Ruling(Verdict.UNKNOWN, "the host cannot see this NIC's queues, and " + silence);
        }
        int active = evidence.tapQueues().get();
        Ruling ruling = byCount(active, evidence.granted(), "by the host's view of the tap");
        if (ruling.verdict() == Verdict.OK && !evidence.guestIsStated()) {
            return new Ruling(
                    Verdict.UNKNOWN,
                    ruling.reason() + "; whether they share vectors cannot be told: the image does not say which guest"
                            + " it is, and " + silence);
        }
        boolean booting =
                ruling.verdict() == Verdict.NOT_ENABLED && evidence.runningFor().compareTo(BOOT_TIME) < 0;
        if (booting) {
            return new Ruling(
                    Verdict.UNKNOWN,
                    ruling.reason() + "; it may still boot, " + BOOT_TIME.toSeconds() + " s are given to that");
        }
        return ruling;
    }
}
