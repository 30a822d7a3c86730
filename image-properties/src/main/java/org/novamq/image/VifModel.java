package org.novamq.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The NIC models of {@code hw_vif_model} (Nova: {@code nova/objects/fields.py VIFModel}), under the names that libvirt
 * and the image property share. Which virt type knows which model is the VIF driver's business.
 */
public enum VifModel {
    VIRTIO("virtio"),
    NE2K_PCI("ne2k_pci"),
    PCNET("pcnet"),
    RTL8139("rtl8139"),
    E1000("e1000"),
    E1000E("e1000e"),
    IGB("igb"),
    LAN9118("lan9118"),
    NETFRONT("netfront"),
    SPAPR_VLAN("spapr-vlan"),
    SRIOV("sriov"),
    VMXNET("vmxnet"),
    VMXNET3("vmxnet3");

    /** Names of VMware's days that Nova still accepts, lower-cased. */
    private static final Map<String, VifModel> LEGACY = Map.of(
            "virtuale1000", E1000,
            "virtuale1000e", E1000E,
            "virtualpcnet32", PCNET,
            "virtualvmxnet", VMXNET,
            "virtualvmxnet3", VMXNET3,
            "virtualsriovethernetcard", SRIOV);

    private final String text;

    VifModel(String text) {
        this.text = text;
    }

    /** The name in XML and in the image property. */
    public String text() {
        return text;
    }

    /** Reads a current or legacy name in any case. */
    public static Optional<VifModel> of(String name) {
        String word = name.toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(model -> model.text.equals(word))
                .findFirst()
                .or(() -> Optional.ofNullable(LEGACY.get(word)));
    }

    /** The current names, for error texts. */
    public static List<String> names() {
        return Arrays.stream(values()).map(VifModel::text).toList();
    }
}
