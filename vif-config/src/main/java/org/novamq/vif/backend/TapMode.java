package org.novamq.vif.backend;

/** Who makes a NIC's tap, and so who must know its queues beforehand (Linux: TUNSETIFF with or without MULTI_QUEUE). */
public enum TapMode {
    /** There is none, or libvirt makes it with the domain and from its XML. */
    BY_LIBVIRT,
    /** It exists before the domain does: whoever makes it needs the flag that the plan's grant gives. */
    PRE_CREATED
}
