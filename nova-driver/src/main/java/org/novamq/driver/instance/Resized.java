package org.novamq.driver.instance;

import static java.util.Objects.requireNonNull;

/**
 * What a resized instance was before, until the resize is confirmed.
 *
 * @param from what it was built from
 * @param running whether the guest ran
 */
public record Resized(Blueprint from, boolean running) {
    public Resized {
        requireNonNull(from, "from is missing");
    }
}
