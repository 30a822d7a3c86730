package org.novamq.driver.libvirt;

/** Where a device is taken out of. */
public enum DetachFrom {
    /** The stored definition: done when the call returns. */
    CONFIG,
    /** The running domain: the guest is asked, and lets go or not. */
    LIVE
}
