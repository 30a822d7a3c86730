package org.novamq.vif.queue;

import java.util.List;
import java.util.Optional;
import org.novamq.vif.queue.Ledger.DeviceEntry;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/**
 * Vectors that a running guest holds twice, while it moves interrupts of its NICs between its vCPUs.
 *
 * <p>virtio_net binds the interrupts of each queue that is in use to a vCPU (drivers/net/virtio_net.c, virtnet_set_affinity). The
 * kernel gives such an interrupt its new vector when it next occurs, and takes the old one back only when it occurs once more
 * (arch/x86/kernel/apic/vector.c, apic_update_vector). An idle queue may hold both for as long as it is idle. Measured on two
 * vCPUs, q35, Linux 6.1: with 389 of 402 vectors in use by name a NIC of one queue that was hot-plugged found none (error -28).
 * Nothing is moved while a guest with one vCPU runs, nor in one whose vCPUs share their vectors.
 */
final class MovedInterrupts {
    /** In and out. */
    private static final int PER_QUEUE = 2;

    private final boolean possible;
    private final boolean running;

    private MovedInterrupts(boolean possible, boolean running) {
        this.possible = possible;
        this.running = running;
    }

    /**
     * The moved interrupts of a request's guest. They are charged where a NIC may find too few vectors after the boot: in a
     * guest that runs, and in one for which room for NICs to come is kept.
     *
     * @param vectorsPerCpu whether each vCPU has vectors of its own
     */
    static MovedInterrupts of(PlanRequest request, HostLimits host, boolean vectorsPerCpu) {
        boolean later = request.running() || host.hotplugNics() > 0;
        return new MovedInterrupts(later && vectorsPerCpu && request.guestCpus() > 1, request.running());
    }

    /** Vectors that one more queue pair may hold twice. */
    int perQueue() {
        return possible ? PER_QUEUE : 0;
    }

    /**
     * Vectors that a NIC with so many queues may hold twice. A NIC that is being attached to a running guest holds none
     * before it is there.
     */
    private int of(Nic nic, int queues) {
        boolean there = !running || nic.kept().isPresent();
        return possible && there && nic.isVirtioDevice() ? PER_QUEUE * queues : 0;
    }

    /** The entry of the ledger for NICs with so many queues each; empty where they hold none. */
    Optional<DeviceEntry> entry(List<Nic> nics, List<Integer> queues) {
        int vectors = 0;
        int count = 0;
        for (int i = 0; i < nics.size(); i++) {
            int moved = of(nics.get(i), queues.get(i));
            vectors += moved;
            count += moved > 0 ? 1 : 0;
        }
        return count == 0 ? Optional.empty() : Optional.of(new DeviceEntry(DeviceKind.IRQ_MOVE, count, vectors));
    }
}
