package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.image.NicWish;
import org.novamq.image.SplitPolicy;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/** The limits that bind a NIC by itself, applied in order; each that bites is recorded. */
final class Caps {
    /** Linux: {@code MAX_TAP_QUEUES}, drivers/net/tun.c; macvtap has the same in drivers/net/tap.c. */
    static final int MAX_TAP_QUEUES = NicWish.MAX_QUEUES;

    /** Nova's guess for kernels 3.x (LP#1570631), while {@code max_queues} is unset. */
    static final int KERNEL_3_TAP_QUEUES = 8;

    private final PlanRequest request;
    private final HostLimits host;
    private final int vcpusEach;
    private final GuestDriver driver;

    /** @param vcpusEach the vCPUs that a NIC without a wish of its own may count on, under {@code gcp-equal} */
    private Caps(PlanRequest request, HostLimits host, int vcpusEach) {
        this.request = request;
        this.host = host;
        this.vcpusEach = vcpusEach;
        this.driver = GuestDriver.of(request);
    }

    static Caps of(PlanRequest request, HostLimits host, SplitPolicy policy, List<Nic> nics) {
        int vcpus = request.flavor().vcpus();
        return new Caps(request, host, policy == SplitPolicy.GCP_EQUAL ? equalShare(nics, vcpus) : vcpus);
    }

    /** Google's rule: what the NICs with a count of their own leave, divided by the others, rounded down. */
    private static int equalShare(List<Nic> nics, int vcpus) {
        int taken = 0;
        int others = 0;
        for (Nic nic : nics) {
            if (nic.countsAsVirtio() && nic.wish().source().isOwn()) {
                taken += Math.min(nic.wish().queues(), vcpus);
            } else if (nic.countsAsVirtio()) {
                others++;
            }
        }
        return Math.max(1, (vcpus - taken) / Math.max(1, others));
    }

    /** What the NIC keeps, or else its wish, under every limit of its own; what a running guest has stays. */
    Capped apply(Nic nic) {
        if (request.running() && nic.kept().isPresent()) {
            return new Capped(nic.kept().get(), List.of());
        }
        Running running = new Running(nic);
        if (nic.backend().isAssigned()) {
            return running.without();
        }
        model(nic, running);
        backend(nic, running);
        vcpus(nic, running);
        if (nic.backend().isTap()) {
            hostTap(running);
        }
        host.maxQueues().ifPresent(max -> running.lower(LimitName.MAX_QUEUES, max, "max_queues of the deployer"));
        Optional.ofNullable(host.networkMaxQueues().get(nic.vif().network().id()))
                .ifPresent(max -> running.lower(
                        LimitName.NETWORK,
                        max,
                        "max_queues of network " + nic.vif().network().id()));
        return running.done();
    }

    private void model(Nic nic, Running running) {
        if (!nic.countsAsVirtio()) {
            running.lower(LimitName.MODEL, 1, whyNoQueues(nic) + ": only virtio has queues");
        } else if (nic.kept().isEmpty()) {
            driver.maxQueues().ifPresent(max -> running.lower(LimitName.MODEL, max, driver.text()));
        }
    }

    private String whyNoQueues(Nic nic) {
        if (nic.vif().isDirectPassthrough()) {
            return "vnic_type " + nic.vif().vnicType();
        }
        return request.image()
                .vifModel()
                .map(model -> "the image's model " + model.text())
                .orElse("no model is set");
    }

    private void backend(Nic nic, Running running) {
        if (nic.backend() instanceof Backend.VhostUser) {
            running.lower(
                    LimitName.BACKEND, host.vhostuserMaxQueues(), "vhostuser_max_queues of the deployer, or DPDK's");
        } else if (nic.backend() instanceof Backend.Direct) {
            running.lower(LimitName.BACKEND, MAX_TAP_QUEUES, "Linux: queues of one macvtap");
        } else if (nic.backend() instanceof Backend.Vdpa && !nic.wish().source().isOwn()) {
            running.lower(
                    LimitName.BACKEND, 1, "vDPA: the device's maximum is not known, and the NIC itself does not ask");
        }
    }

    private void vcpus(Nic nic, Running running) {
        if (!host.vcpusLimitQueues()) {
            return;
        }
        int vcpus = request.flavor().vcpus();
        boolean shared = vcpusEach < vcpus && !nic.wish().source().isOwn();
        running.lower(
                LimitName.VCPUS,
                shared ? vcpusEach : vcpus,
                vcpus,
                shared ? "vCPUs of the flavor, shared out by gcp-equal" : "vCPUs of the flavor");
    }

    private void hostTap(Running running) {
        int kernel = MAX_TAP_QUEUES;
        String origin = "Linux: queues of one tap";
        Optional<Integer> old = host.kernelMajor().filter(major -> major <= 3);
        if (host.maxQueues().isEmpty() && old.isPresent()) {
            kernel = old.get() == 3 ? KERNEL_3_TAP_QUEUES : 1;
            origin = "Nova's rule for kernel " + host.kernelRelease().orElseThrow() + "; max_queues replaces it";
        }
        running.lower(LimitName.HOST_TAP, kernel, origin);
    }

    /**
     * A wish under the NIC's own limits.
     *
     * @param queues 1 or more; 0 for a NIC that has none
     */
    record Capped(int queues, List<Limit> limits) {}

    private static final class Running {
        private final Wish wish;
        private final List<Limit> limits = new ArrayList<>(2);
        private int queues;

        Running(Nic nic) {
            this.wish = nic.wish();
            this.queues = nic.kept().orElse(wish.queues());
        }

        void lower(LimitName name, int value, String origin) {
            lower(name, value, value, origin);
        }

        /** To a share of what the limit is. */
        void lower(LimitName name, int share, int value, String origin) {
            if (queues > share) {
                limits.add(new Limit(name, queues, Optional.of(share), value, origin));
                queues = share;
            }
        }

        Capped without() {
            if (wish.source() != Source.DEFAULT) {
                String origin = "the device is handed to the guest whole: it has no virtio queues";
                limits.add(new Limit(LimitName.BACKEND, queues, Optional.empty(), 0, origin));
            }
            return new Capped(0, limits);
        }

        Capped done() {
            return new Capped(queues, limits);
        }
    }
}
