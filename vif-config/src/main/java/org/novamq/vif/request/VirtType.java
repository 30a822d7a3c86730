package org.novamq.vif.request;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.novamq.image.VifModel;

/** nova.conf's {@code [libvirt] virt_type}, and the NIC models that each knows (nova/virt/libvirt/vif.py). */
public enum VirtType {
    KVM(EnumSet.complementOf(EnumSet.of(VifModel.LAN9118, VifModel.NETFRONT, VifModel.SRIOV, VifModel.VMXNET))),
    QEMU(EnumSet.complementOf(EnumSet.of(VifModel.NETFRONT, VifModel.SRIOV, VifModel.VMXNET))),
    LXC(EnumSet.noneOf(VifModel.class)),
    PARALLELS(EnumSet.of(VifModel.VIRTIO, VifModel.RTL8139, VifModel.E1000));

    private final ImmutableSet<VifModel> models;

    VirtType(EnumSet<VifModel> models) {
        this.models = Sets.immutableEnumSet(models);
    }

    /** The name in configuration, requests and {@code <domain type=…>}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    public boolean supports(VifModel model) {
        return models.contains(model);
    }

    /** Whether guests are machines with PCI devices, and so with MSI vectors; containers have none. */
    public boolean hasPci() {
        return this != LXC;
    }

    public static Optional<VirtType> of(String name) {
        return Arrays.stream(values()).filter(type -> type.text().equals(name)).findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(VirtType::text).toList();
    }
}
