package org.novamq.image;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How a budget that does not cover every wish is shared out among an instance's NICs. */
public enum SplitPolicy {
    /** Max-min fair, NICs that asked for themselves first; nothing is wasted that someone could use. The default. */
    MAX_MIN("max-min"),
    /** As Google Compute Engine does by default: vCPUs / NICs, rounded down, at least 1, the remainder unused. */
    GCP_EQUAL("gcp-equal"),
    /** As Nova does: every NIC gets its wish or, where they do not fit together, no NIC gets more than 1. */
    ALL_OR_NOTHING("all-or-nothing");

    private final String text;

    SplitPolicy(String text) {
        this.text = text;
    }

    /** The name in configuration and requests. */
    public String text() {
        return text;
    }

    public static Optional<SplitPolicy> of(String name) {
        return Arrays.stream(values()).filter(p -> p.text.equals(name)).findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(SplitPolicy::text).toList();
    }
}
