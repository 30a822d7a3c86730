package org.novamq.vif.backend;

import java.util.List;
import org.novamq.vif.request.Vif;

/** Tells which VIFs need the name of a host device that only the host knows, by the PCI slot of their binding. */
public final class HostDevices {
    /** vnic types of hw_veb that hand the function to the guest; any other is a macvtap over it. */
    private static final List<String> HANDED_OVER = List.of("direct", "accelerator-direct");

    private static final List<String> OPEN_VSWITCH = List.of("ovs", "agilio_ovs");

    private HostDevices() {}

    /** Whether a VIF becomes a macvtap over the host's NIC at its PCI slot. */
    public static boolean needsNetdev(Vif vif) {
        return switch (vif.type().orElse("")) {
            case "hw_veb" -> !HANDED_OVER.contains(vif.vnicType());
            case "802.1qbh" -> !vif.vnicType().equals("direct");
            default -> false;
        };
    }

    /** Whether a VIF becomes a vDPA NIC over the vhost-vdpa device at its PCI slot. */
    public static boolean needsVdpaDevice(Vif vif) {
        return vif.vnicType().equals("vdpa") && OPEN_VSWITCH.contains(vif.type().orElse(""));
    }
}
