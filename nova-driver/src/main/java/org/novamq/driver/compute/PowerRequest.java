package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Optional;

/**
 * The power state that an instance is to have.
 *
 * @param timeout seconds that the guest has to power off; 0 does not ask it; absent for the configured time
 * @param retryInterval seconds after which the guest is asked again within that time; absent or 0: once
 * @param nics what its NICs are to be if it is started, in the form of the dry run; absent where they stay
 */
public record PowerRequest(
        Wish wish, Optional<Integer> timeout, Optional<Integer> retryInterval, Optional<ArrayNode> nics) {
    /** Nova's power states, as far as one can ask for them. */
    public enum Wish {
        RUNNING,
        SHUTDOWN,
        PAUSED,
        SUSPENDED
    }
}
