package org.novamq.vif;

import java.util.List;
import org.novamq.image.Problem;
import org.novamq.vif.queue.DomainDevices;
import org.novamq.vif.queue.Ledger;

/**
 * The plan of an instance, with its own reasons.
 *
 * @param nics in request order
 * @param ledger what devices and NICs take from the shared budgets
 * @param devices the devices beside the NICs of the domain that we build for it
 * @param limits what keeps the domain from being defined or started; a boot refuses such an instance
 * @param warnings what the user should know although the plan stands
 */
public record InstancePlan(
        List<NicPlan> nics, Ledger ledger, DomainDevices devices, List<Problem> limits, List<String> warnings) {
    public InstancePlan {
        nics = List.copyOf(nics);
        limits = List.copyOf(limits);
        warnings = List.copyOf(warnings);
    }
}
