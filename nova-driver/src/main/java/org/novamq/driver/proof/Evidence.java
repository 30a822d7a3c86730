package org.novamq.driver.proof;

import java.time.Duration;
import java.util.Optional;
import org.novamq.driver.instance.LiveInterface;

/**
 * What is known of one NIC of a running instance.
 *
 * @param granted queue pairs that were planned
 * @param provisioned as the domain has it; absent where the domain has no such NIC
 * @param channels what the guest itself says of it
 * @param silence why the guest says nothing of it; absent where it does
 * @param guestLacksIt whether the guest says what NICs it has, and this is none of them
 * @param agentRefuses whether its agent answers, and does not run programs
 * @param tapQueues queues that QEMU has attached to the NIC's tap, which is what the guest has enabled; absent where the
 *     host cannot see that (macvtap, vhost-user)
 * @param guestIsStated whether the image says which guest it is, so that the ledger that it fitted was the guest's
 * @param runningFor how long it has run at least
 */
record Evidence(
        int granted,
        Optional<LiveInterface> provisioned,
        Optional<GuestAgent.Channels> channels,
        Optional<String> silence,
        boolean guestLacksIt,
        boolean agentRefuses,
        Optional<Integer> tapQueues,
        boolean guestIsStated,
        Duration runningFor) {}
