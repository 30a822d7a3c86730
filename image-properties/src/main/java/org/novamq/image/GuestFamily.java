package org.novamq.image;

/**
 * Families of guest systems that hand out interrupt vectors alike and whose virtio network driver takes them alike. The
 * numbers of each family are in {@code org.novamq.vif.queue.GuestVectors}.
 */
public enum GuestFamily {
    /** Linux 4.15 and later: every online vCPU has vectors of its own. */
    LINUX,
    /** Linux 2.6.33 to 4.14: in flat APIC mode one vector number serves all vCPUs, so the vCPUs share one set. */
    LINUX_BEFORE_4_15,
    /** Linux 2.6.32 and earlier (RHEL 6 and its kin): one shared set, smaller than the later kernels'. */
    LINUX_2_6_32,
    WINDOWS,
    FREEBSD,
    /** FreeBSD built with ALTQ (pfSense, OPNsense): its virtio driver then has one queue. */
    FREEBSD_ALTQ,
    OPENBSD,
    /** A system that is not known, or an image that does not name its system. */
    UNKNOWN
}
