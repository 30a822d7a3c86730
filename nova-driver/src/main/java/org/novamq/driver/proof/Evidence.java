package org.novamq.driver.proof;

import java.time.Duration;
import java.util.Optional;

/**
 * What is known of one NIC of a running instance.
 *
 * @param granted queue pairs that were planned
 * @param provisioned queue pairs that the domain gives it; absent where the domain has no such NIC
 * @param guest what the guest itself says
 * @param silence why the guest says nothing, or not all; absent where it does
 * @param agentRefuses whether its agent answers, and does not run programs
 * @param tapQueues queues that QEMU has attached to the NIC's tap, which is what the guest has enabled; absent where the
 *     host cannot see that (macvtap, vhost-user)
 * @param guestIsStated whether the image says which guest it is, so that the ledger that it fitted was the guest's
 * @param runningFor how long it has run at least
 */
record Evidence(
        int granted,
        Optional<Integer> provisioned,
        Optional<InGuest> guest,
        Optional<String> silence,
        boolean agentRefuses,
        Optional<Integer> tapQueues,
        boolean guestIsStated,
        Duration runningFor) {

    /**
     * The NIC in the guest.
     *
     * @param channels absent where the guest has no such NIC
     */
    record InGuest(Optional<GuestAgent.Channels> channels) {}
}
