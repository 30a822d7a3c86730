package org.novamq.driver.libvirt;

/**
 * Where a start waits. Each lane has threads of its own, so that starts that hang in one lane do not hold up those of the
 * other.
 */
public enum Lane {
    /** Starts that libvirt finishes or fails by itself. */
    NORMAL,
    /**
     * Starts that may block for ever: a vhost-user NIC whose QEMU is the server waits for the switch to connect, and one
     * with more queues than the backend offers never gets ready.
     */
    MAY_BLOCK
}
