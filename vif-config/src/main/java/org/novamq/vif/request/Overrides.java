package org.novamq.vif.request;

import java.util.Optional;
import org.novamq.image.SplitPolicy;
import org.novamq.image.VectorBudget;

/**
 * What a request itself says about how to decide; flavor, image and configuration follow in that order.
 *
 * @param strict a NIC that would get less than it asked for refuses the instance
 * @param conflict only the request says that
 */
public record Overrides(
        Optional<Boolean> strict,
        Optional<SplitPolicy> policy,
        Optional<VectorBudget> vectorBudget,
        ConflictRule conflict) {

    public static final Overrides NONE = new Overrides(Optional.empty(), Optional.empty(), Optional.empty());

    /** With conflicts refused. */
    public Overrides(Optional<Boolean> strict, Optional<SplitPolicy> policy, Optional<VectorBudget> vectorBudget) {
        this(strict, policy, vectorBudget, ConflictRule.REFUSE);
    }
}
