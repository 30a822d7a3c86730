package org.novamq.vif.queue;

import java.util.Optional;

/**
 * One limit that lowered a NIC.
 *
 * @param from the queues before it
 * @param to the queues after it; absent where the NIC has no queues at all
 * @param value the limit's own number, in its own unit (queues, vectors, routes, KiB)
 * @param origin where that number comes from
 */
public record Limit(LimitName name, int from, Optional<Integer> to, int value, String origin) {}
