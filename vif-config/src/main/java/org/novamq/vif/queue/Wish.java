package org.novamq.vif.queue;

/**
 * What a NIC asks for, before any limit.
 *
 * @param queues 1 or more; kept for ever beside what was granted
 * @param source who asks
 */
public record Wish(int queues, Source source) {
    static final Wish NONE = new Wish(1, Source.DEFAULT);

    /** Whether multiqueue is in play at all: only then does the driver element carry queues. */
    public boolean isMultiqueue() {
        return queues > 1;
    }
}
