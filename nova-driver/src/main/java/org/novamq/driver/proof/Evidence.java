package org.novamq.driver.proof;

import java.time.Duration;
import java.util.Optional;
import org.novamq.driver.instance.LiveInterface;

/**
 * What is known of one NIC of a running instance.
 *
 * @param granted queue pairs that were planned
 * @param provisioned as the domain has it; absent where the domain has no such NIC
 * @param guest as the guest shows it, or why it does not
 * @param agentRefuses whether its agent answers, and does not run programs
 * @param tap as the host sees its tap; absent where the host cannot see that (macvtap, vhost-user)
 * @param plan whether the plan alone says that the guest has a vector for each queue
 * @param runningFor how long it has run at least
 */
record Evidence(
        int granted,
        Optional<LiveInterface> provisioned,
        GuestView.Sight guest,
        boolean agentRefuses,
        Optional<Tap> tap,
        PlanAssurance plan,
        Duration runningFor) {

    /**
     * A NIC's tap on the host.
     *
     * @param queues that QEMU has attached, which is what the guest has enabled
     * @param hasTraffic whether the guest has sent a packet since the tap was made
     */
    record Tap(int queues, boolean hasTraffic) {}
}
