package org.novamq.driver.libvirt;

/**
 * Nova's power states, in Nova's words and with Nova's codes (nova/compute/power_state.py); 2 and 5 are retired there.
 *
 * <p>SHUTDOWN also stands for a guest that is shutting down just now, PAUSED for one that an operator or a migration
 * stopped, RUNNING for libvirt's {@code blocked} (idle on a resource, Xen only): nova/virt/libvirt/guest.py,
 * LIBVIRT_POWER_STATE.
 */
public enum PowerState {
    /** libvirt does not know. */
    NOSTATE(0),
    /** The guest runs. */
    RUNNING(1),
    /** The vCPUs are stopped, memory is kept. */
    PAUSED(3),
    /** Off. */
    SHUTDOWN(4),
    /** The guest crashed and its domain is configured to be kept. */
    CRASHED(6),
    /** The guest suspended itself to memory (libvirt: pmsuspended). */
    SUSPENDED(7);

    private final int code;

    PowerState(int code) {
        this.code = code;
    }

    /** The number of {@code OS-EXT-STS:power_state} in Nova's API. */
    public int code() {
        return code;
    }
}
