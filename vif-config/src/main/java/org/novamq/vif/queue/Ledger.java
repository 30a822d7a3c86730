package org.novamq.vif.queue;

import java.util.List;
import java.util.Optional;
import org.novamq.vif.request.DeviceKind;

/**
 * What the instance's devices and NICs take from the shared budgets.
 *
 * @param budget the guest's MSI vectors; absent when there is no budget
 * @param origin where the budget comes from
 * @param lines of the IO-APIC, which the budget leaves out
 * @param used vectors that devices, reserves and NICs take in the guest
 * @param devices the part of it that is not the NICs'
 * @param irqRoutes interrupt routes that the host sets up, under KVM
 * @param vhostMemoryKib memory that vhost-net takes, KiB
 */
public record Ledger(
        Optional<Integer> budget,
        String origin,
        IoApicLines lines,
        int used,
        List<DeviceEntry> devices,
        int irqRoutes,
        int vhostMemoryKib) {

    /** Linux: {@code KVM_MAX_IRQ_ROUTES}, include/linux/kvm_host.h; beyond it QEMU aborts. */
    public static final int KVM_MAX_IRQ_ROUTES = 4096;

    /** Routes that KVM has before any MSI: the PIC's and the IO-APIC's pins, rounded up. */
    static final int KVM_BASE_ROUTES = 64;

    /** vhost-net's memory for one queue pair (the multiqueue specification's figure). */
    public static final int VHOST_KIB_PER_QUEUE = 64;

    /**
     * All devices of one kind.
     *
     * @param vectors the kind's total
     */
    public record DeviceEntry(DeviceKind kind, int count, int vectors) {}
}
