package org.novamq.image;

import java.util.Map;
import java.util.Optional;

/**
 * The flavor extra specs that decide about NICs.
 *
 * @param multiqueue {@code hw:vif_multiqueue_enabled}
 * @param packedRing {@code hw:virtio_packed_ring}
 * @param bandwidth {@code quota:vif_*}
 * @param rngAllowed {@code hw_rng:allowed}, true unless it says otherwise
 * @param strict {@code mq:strict}: a NIC that would get less than it asked for refuses the instance
 * @param policy {@code mq:policy}
 * @param vectorBudget {@code mq:vector_budget}
 */
public record ExtraSpecs(
        Optional<Boolean> multiqueue,
        Optional<Boolean> packedRing,
        Bandwidth bandwidth,
        boolean rngAllowed,
        Optional<Boolean> strict,
        Optional<SplitPolicy> policy,
        Optional<VectorBudget> vectorBudget) {

    /** A flavor that says nothing. */
    public static final ExtraSpecs NONE = read(Map.of(), "flavor.extra_specs", new Findings());

    /**
     * Reads a flavor's extra specs. Unknown ones are not ours to judge; one that is almost a known one gets a warning.
     *
     * @param raw names and JSON scalars
     * @param field the path of the map in the request, for messages
     */
    public static ExtraSpecs read(Map<String, ?> raw, String field, Findings findings) {
        Properties specs = new Properties(raw, field, findings);
        specs.warnOfMisspelt(KnownNames.FLAVOR);
        return new ExtraSpecs(
                specs.bool("hw:vif_multiqueue_enabled"),
                specs.bool("hw:virtio_packed_ring"),
                Bandwidth.read(specs),
                specs.bool("hw_rng:allowed").orElse(true),
                specs.bool("mq:strict"),
                specs.oneOf("mq:policy", SplitPolicy::of, SplitPolicy.names()),
                specs.oneOf("mq:vector_budget", VectorBudget::of, VectorBudget.names()));
    }
}
