package org.novamq.vif;

import java.util.List;
import java.util.Optional;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.backend.TapMode;
import org.novamq.vif.queue.Limit;
import org.novamq.vif.queue.Wish;
import org.novamq.vif.xml.InterfaceDevice;

/**
 * What one NIC gets, and why.
 *
 * @param id the VIF's
 * @param requested the wish before any limit; never overwritten by the grant
 * @param granted queue pairs, 1 to 256; absent for a device that is handed over whole
 * @param limits every limit that lowered it, in order
 * @param device the NIC as it goes into XML
 * @param usedVectors MSI vectors that the guest takes for it
 * @param reservedVectors MSI vectors that the device has
 */
public record NicPlan(
        String id,
        Wish requested,
        Optional<Integer> granted,
        List<Limit> limits,
        InterfaceDevice device,
        int usedVectors,
        int reservedVectors) {

    public NicPlan {
        limits = List.copyOf(limits);
    }

    /** The whole element. */
    public String interfaceXml() {
        return device.toXml();
    }

    /**
     * Whether a tap that exists before the domain must be made with {@code multi_queue}: exactly when the XML asks for
     * two queues or more, else the domain does not start (EINVAL).
     */
    public boolean needsMultiqueueTap() {
        return hasPreCreatedTap() && granted.orElse(1) > 1;
    }

    /** Whether its tap exists before the domain. */
    public boolean hasPreCreatedTap() {
        return device.backend() instanceof Backend.Ethernet ethernet && ethernet.tap() == TapMode.PRE_CREATED;
    }
}
