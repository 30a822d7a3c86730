package org.novamq.image;

import java.util.List;
import java.util.Optional;

/**
 * A setting of the guest's MSI vector budget: {@code msi_vector_budget} in configuration and requests, {@code
 * mq:vector_budget} on a flavor, {@code hw_msi_vector_budget} on an image.
 */
public sealed interface VectorBudget {
    /** The name that the setting {@code legacy} had while it meant the Liberty specification's round 200. */
    String LEGACY_ALIAS = "legacy_200";

    /** The named settings. */
    enum Rule implements VectorBudget {
        /** By the guest profile that the image's {@code os_*} properties give. */
        AUTO("auto"),
        /** Linux 4.15 and later: vectors grow with the vCPUs. */
        PER_VCPU("per_vcpu"),
        /** Linux before 4.15: one set of vectors for the whole guest. {@code legacy_200} is an older name for it. */
        LEGACY("legacy"),
        /** No budget; the host's interrupt routes still bind. */
        OFF("off");

        private final String text;

        Rule(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    /**
     * A plain number of vectors for the whole guest.
     *
     * @param vectors 1 or more
     */
    record Fixed(int vectors) implements VectorBudget {
        @Override
        public String text() {
            return Integer.toString(vectors);
        }
    }

    /** What the user writes. */
    String text();

    /** Reads one of the names, or a number of vectors from 1. */
    static Optional<VectorBudget> of(Object raw) {
        String word = raw.toString().strip();
        if (word.equals(LEGACY_ALIAS)) {
            return Optional.of(Rule.LEGACY);
        }
        for (Rule rule : Rule.values()) {
            if (rule.text.equals(word)) {
                return Optional.of(rule);
            }
        }
        return WholeNumber.read(raw, 1, Integer.MAX_VALUE).stream()
                .mapToObj(n -> (VectorBudget) new Fixed(n))
                .findFirst();
    }

    /** For error texts. */
    static List<String> names() {
        return List.of("auto", "per_vcpu", "legacy", "off", "a number of vectors");
    }
}
