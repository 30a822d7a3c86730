package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Optional;
import org.novamq.driver.instance.Action;

/**
 * A reboot that may be asked for twice and is done once.
 *
 * @param action SOFT_REBOOT or HARD_REBOOT
 * @param id the caller's own
 * @param nics what the instance's NICs are to be, in the form of the dry run; absent where they stay
 */
public record RebootRequest(Action action, String id, Optional<ArrayNode> nics) {}
