package org.novamq.vif.queue;

import java.util.Optional;
import org.novamq.vif.request.PlanRequest;

/** The virtio network driver of a guest family: the queue pairs that it sets up, and the interrupt vectors that they take. */
public enum GuestDriver {
    /** Linux, drivers/virtio/virtio_pci_common.c vp_find_vqs_msix: configuration, N in, N out; none for control. */
    VIRTIO_NET("virtio under Linux", Optional.empty(), 2, 1),
    /** virtio-win, NetKVM: at most 32 since pull request 601 (2021), 2N+1 messages. */
    NETKVM("virtio under windows (NetKVM)", Optional.of(32), 2, 1),
    /** FreeBSD, sys/dev/virtio/network/if_vtnetvar.h VTNET_MAX_QUEUE_PAIRS (8 before FreeBSD 12); if_vtnet.c. */
    VTNET("virtio under FreeBSD (vtnet)", Optional.of(32), 2, 1),
    /** FreeBSD with ALTQ in its kernel: if_vtnet.c then defines VTNET_LEGACY_TX, which has one queue. */
    VTNET_ALTQ("virtio under FreeBSD with ALTQ (vtnet)", Optional.of(1), 2, 1),
    /** OpenBSD, sys/dev/pv/if_vio.c: one vector for each pair, one for configuration, one for control. */
    VIO("virtio under OpenBSD (vio)", Optional.empty(), 1, 2);

    private final String text;
    private final Optional<Integer> maxQueues;
    private final int perQueue;
    private final int fixed;

    GuestDriver(String text, Optional<Integer> maxQueues, int perQueue, int fixed) {
        this.text = text;
        this.maxQueues = maxQueues;
        this.perQueue = perQueue;
        this.fixed = fixed;
    }

    /** The driver of a request's guest; an unknown guest is taken for Linux, whose queues take the most vectors. */
    public static GuestDriver of(PlanRequest request) {
        return switch (request.image().guest().profile().family()) {
            case LINUX, LINUX_BEFORE_4_15, LINUX_2_6_32, UNKNOWN -> VIRTIO_NET;
            case WINDOWS -> NETKVM;
            case FREEBSD -> VTNET;
            case FREEBSD_ALTQ -> VTNET_ALTQ;
            case OPENBSD -> VIO;
        };
    }

    /** The name for the origin of a limit. */
    public String text() {
        return text;
    }

    /** The most queue pairs that it sets up for one NIC; empty where the driver has no limit of its own. */
    public Optional<Integer> maxQueues() {
        return maxQueues;
    }

    /** Vectors that one more queue pair takes. */
    int vectorsPerQueue() {
        return perQueue;
    }

    /** Vectors that a NIC with so many queue pairs takes. */
    public int vectors(int queues) {
        return perQueue * queues + fixed;
    }
}
