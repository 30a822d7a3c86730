package org.novamq.driver.libvirt;

import java.util.Optional;
import java.util.UUID;

/**
 * Something that libvirt reports by itself.
 *
 * @param domain whose; absent for what concerns the connection
 * @param detail the device's alias for device events, else empty
 */
public record DomainEvent(Kind kind, Optional<UUID> domain, String detail) {
    /** What has happened. */
    public enum Kind {
        STARTED,
        /** Off, for whatever reason: shut down, destroyed, saved, crashed. */
        STOPPED,
        PAUSED,
        RESUMED,
        DEFINED,
        UNDEFINED,
        DEVICE_ADDED,
        DEVICE_REMOVED,
        /** The guest has refused to let go of it. */
        DEVICE_REMOVAL_FAILED,
        AGENT_CONNECTED,
        AGENT_DISCONNECTED,
        /** Reports come from now on; whatever was missed before must be looked for. */
        CONNECTED,
        /** No reports until CONNECTED. */
        DISCONNECTED
    }

    static DomainEvent of(Kind kind) {
        return new DomainEvent(kind, Optional.empty(), "");
    }
}
