package org.novamq.vif.queue;

import java.util.function.Predicate;

/**
 * Something that an instance's NICs share and that can run out.
 *
 * @param name the limit that it is
 * @param capacity all of it, in its own unit
 * @param baseUsed what is gone before any NIC gets a second queue: the devices, the reserves, what
 *     NICs keep, and one queue for each other NIC
 * @param perQueue what one more queue takes
 * @param draws which NICs take from it
 * @param origin where the capacity comes from
 */
record Pool(LimitName name, int capacity, long baseUsed, int perQueue, Predicate<Nic> draws, String origin) {
    long left() {
        return Math.max(0, capacity - baseUsed);
    }

    /** Whether not even that fits. */
    boolean isOverdrawn() {
        return baseUsed > capacity;
    }
}
