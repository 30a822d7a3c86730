package org.novamq.vif.frontend;

import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.image.Texts;
import org.novamq.image.VifModel;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;

/**
 * The model of a NIC (nova/virt/libvirt/vif.py get_vif_model and get_base_config).
 *
 * @param model what goes into {@code <model>}; absent where libvirt or the hardware decides
 * @param hasQueues whether Nova's rule lets it have queues: virtio by image or default. A macvtap is virtio whatever the
 *     image says, and then has one queue
 */
public record Models(Optional<VifModel> model, boolean hasQueues) {
    private static final Models NONE = new Models(Optional.empty(), false);

    /** The model of one NIC; an image's model that the virt type does not know is a problem. */
    public static Models of(PlanRequest request, HostLimits host, Vif vif, Backend backend, Findings findings) {
        if (backend instanceof Backend.Vdpa) {
            return new Models(Optional.of(VifModel.VIRTIO), true);
        }
        if (backend.isAssigned() || vif.isDirectPassthrough()) {
            return NONE;
        }
        Optional<VifModel> model = request.nicModel(host);
        if (model.isPresent() && !request.virtType().supports(model.get())) {
            findings.problem(
                    "image.properties.hw_vif_model",
                    model.get().text(),
                    "cannot give a NIC the model " + Texts.quote(model.get().text()) + ": Requested hardware '"
                            + model.get().text() + "' is not supported by the '"
                            + request.virtType().text() + "' virt driver");
        }
        boolean virtio = model.equals(Optional.of(VifModel.VIRTIO));
        boolean forced = backend instanceof Backend.Direct direct && direct.forcesVirtio();
        return new Models(forced ? Optional.of(VifModel.VIRTIO) : model, virtio);
    }
}
