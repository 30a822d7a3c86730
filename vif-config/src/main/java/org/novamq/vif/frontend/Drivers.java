package org.novamq.vif.frontend;

import java.util.Optional;
import org.novamq.image.VifModel;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.VirtType;

/**
 * The driver element of a NIC: Nova's (vif.py get_base_config, config.py format_dom), with queues under {@code qemu}
 * and for vDPA, and only beside a virtio model.
 */
public final class Drivers {
    private static final String VHOST = "vhost";
    private static final String QEMU = "qemu";

    private final PlanRequest request;
    private final HostLimits host;
    private final boolean packed;

    public Drivers(PlanRequest request, HostLimits host) {
        this.request = request;
        this.host = host;
        this.packed = request.flavor()
                .extraSpecs()
                .packedRing()
                .or(() -> request.image().packedRing())
                .orElse(false);
    }

    /**
     * The element, or nothing where it would carry no attribute.
     *
     * @param multiqueue whether more than one queue was asked for, whatever was granted
     * @param asksItself whether somebody asked for this very NIC
     * @param granted queues
     */
    public Optional<DriverElement> of(
            Models models, Backend backend, boolean multiqueue, boolean asksItself, int granted) {
        if (!models.model().equals(Optional.of(VifModel.VIRTIO))) {
            return Optional.empty();
        }
        if (backend instanceof Backend.Vdpa) {
            return vdpa(multiqueue && asksItself ? Optional.of(granted) : Optional.empty());
        }
        Optional<String> name = models.hasQueues() ? name(backend, multiqueue) : Optional.empty();
        Optional<Integer> queues = models.hasQueues() ? queues(multiqueue, granted) : Optional.empty();
        boolean vhostUser = backend instanceof Backend.VhostUser;
        boolean rendered = name.isPresent() || packed || vhostUser;
        DriverElement element = new DriverElement(
                vhostUser ? Optional.empty() : name,
                queues,
                packed,
                rendered ? host.rxQueueSize() : Optional.empty(),
                vhostUser ? host.txQueueSize() : Optional.empty());
        return Optional.of(element).filter(e -> !e.equals(DriverElement.NONE));
    }

    /** Without vhost-net a {@code vhost} driver would keep the domain from starting under KVM. */
    public boolean lacksVhostNet(DriverElement driver) {
        return request.virtType() == VirtType.KVM
                && !host.vhostNet()
                && driver.name().equals(Optional.of(VHOST));
    }

    /** The same queues, served by QEMU itself. */
    public DriverElement servedByQemu(DriverElement driver) {
        return driver.withName(QEMU);
    }

    /** Nova never names a driver for vDPA, and writes ring sizes only where something else makes it write the element. */
    private Optional<DriverElement> vdpa(Optional<Integer> queues) {
        if (queues.isEmpty() && !packed) {
            return Optional.empty();
        }
        return Optional.of(new DriverElement(Optional.empty(), queues, packed, host.rxQueueSize(), host.txQueueSize()));
    }

    private Optional<String> name(Backend backend, boolean multiqueue) {
        boolean namesVhost = backend instanceof Backend.Direct direct && direct.namesVhost();
        if (request.virtType() == VirtType.QEMU) {
            return Optional.of(namesVhost && !multiqueue ? VHOST : QEMU);
        }
        boolean rxSize = host.rxQueueSize().isPresent();
        return multiqueue || rxSize || namesVhost ? Optional.of(VHOST) : Optional.empty();
    }

    /** A 1 is written where several were asked for, as Nova does; QEMU's own driver gets it only from 2 on. */
    private Optional<Integer> queues(boolean multiqueue, int granted) {
        boolean written = request.virtType() == VirtType.QEMU ? granted > 1 : multiqueue;
        return written ? Optional.of(granted) : Optional.empty();
    }
}
