package org.novamq.vif;

import java.util.List;
import org.novamq.vif.queue.Ledger;

/**
 * The plan of an instance, with its own reasons.
 *
 * @param nics in request order
 * @param ledger what devices and NICs take from the shared budgets
 * @param warnings what the user should know although the plan stands
 */
public record InstancePlan(List<NicPlan> nics, Ledger ledger, List<String> warnings) {
    public InstancePlan {
        nics = List.copyOf(nics);
        warnings = List.copyOf(warnings);
    }
}
