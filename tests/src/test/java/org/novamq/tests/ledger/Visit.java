package org.novamq.tests.ledger;

import java.time.Duration;
import org.novamq.vif.InstancePlan;

/**
 * A guest that has been started, asked and destroyed.
 *
 * @param plan what was charged
 * @param rootPorts in the domain as it ran
 * @param facts what the guest has taken
 * @param took from definition to destruction
 */
record Visit(Boot boot, InstancePlan plan, int rootPorts, Facts facts, Duration took) {
    @Override
    public String toString() {
        return boot + ": " + plan.ledger().used() + " of "
                + plan.ledger().budget().map(String::valueOf).orElse("any number of") + " vectors planned, "
                + facts.vectors() + " seen (" + took.toSeconds() + " s)";
    }
}
