package org.novamq.driver.proof;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.LiveInterface;

/**
 * What an instance's NICs were planned, what its domain has, and what the guest uses.
 *
 * @param nics in the plan's order
 */
public record QueueReport(Instance instance, List<Nic> nics) {
    /** The worst of the NICs' verdicts; absent where it does not run or has no NICs with queues. */
    public Optional<Verdict> verdict() {
        return nics.stream().flatMap(nic -> nic.verdict().stream()).reduce(Verdict::or);
    }

    /**
     * One NIC.
     *
     * @param planned the plan's answer for it
     * @param mac lower case
     * @param network the network's label
     * @param provisioned what the domain has; absent where the domain has no such NIC
     * @param active what the guest uses; absent where the instance does not run
     * @param verdict absent where the instance does not run, or the NIC is handed to the guest whole
     * @param reason what the verdict rests on
     */
    public record Nic(
            JsonNode planned,
            String mac,
            String network,
            Optional<LiveInterface> provisioned,
            Optional<Active> active,
            Optional<Verdict> verdict,
            String reason) {}

    /**
     * The queues that a guest uses.
     *
     * @param queues absent where nothing can be said
     * @param evidence {@code tap}: the host's view of the tap; {@code agent}: the guest's own word
     * @param max with an agent, the most that the guest could use
     * @param msiVectors with an agent, the MSI vectors that the device has taken
     * @param reason why nothing more can be said, where that is so
     */
    public record Active(
            Optional<Integer> queues,
            String evidence,
            Optional<Integer> max,
            Optional<Integer> msiVectors,
            Optional<String> reason) {}
}
