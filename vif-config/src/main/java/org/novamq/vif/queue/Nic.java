package org.novamq.vif.queue;

import com.google.common.collect.Sets;
import java.util.Optional;
import java.util.Set;
import org.novamq.image.VifModel;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VirtType;

/**
 * A NIC with everything understood that decides about its queues.
 *
 * @param model what the guest sees; absent where libvirt or the hardware decides
 * @param countsAsVirtio whether Nova would let this NIC have queues: virtio by image or default, or vDPA
 * @param usesVhostNet whether the kernel's vhost-net serves it
 * @param driver of the guest, where the NIC is a virtio device
 * @param kept queues that it has already and keeps
 * @param assigned the vectors of a device that is handed over whole; absent for every other NIC, and in a guest without PCI
 */
public record Nic(
        Vif vif,
        Backend backend,
        Optional<VifModel> model,
        boolean countsAsVirtio,
        boolean usesVhostNet,
        VirtType virtType,
        GuestDriver driver,
        Wish wish,
        Optional<Integer> kept,
        Optional<AssignedVectors> assigned) {

    /** Linux: VMXNET3_DEVICE_MAX_TX_QUEUES, drivers/net/vmxnet3/vmxnet3_int.h; measured with 12, 16 and 17 vCPUs. */
    private static final int VMXNET3_MAX_QUEUES = 8;

    /** Linux: VMXNET3_LINUX_MIN_MSIX_VECT, drivers/net/vmxnet3/vmxnet3_int.h. */
    private static final int VMXNET3_MIN_VECTORS = 3;

    /** Linux: IGB_MAX_RX_QUEUES, drivers/net/ethernet/intel/igb/igb.h. */
    private static final int IGB_MAX_QUEUES = 8;

    /** Models that QEMU gives no MSI: they take a line of the IO-APIC (e1000 and rtl8139 measured). */
    private static final Set<VifModel> WITHOUT_MSI =
            Sets.immutableEnumSet(VifModel.E1000, VifModel.RTL8139, VifModel.PCNET, VifModel.NE2K_PCI);

    /** Vectors that the guest takes for the NIC with so many queues. */
    public int usedVectors(int queues, int vcpus) {
        if (isVirtioDevice()) {
            return driver.vectors(queues);
        }
        if (assigned.isPresent()) {
            return assigned.get().used();
        }
        return hasOwnModel() ? otherModelVectors(vcpus) : 0;
    }

    /** Vectors that the device has. */
    public int reservedVectors(int queues, int vcpus) {
        if (isVirtioDevice()) {
            return virtioVectors(queues);
        }
        return assigned.map(AssignedVectors::reserved).orElseGet(() -> usedVectors(queues, vcpus));
    }

    /** Whether the guest takes vectors for it. */
    boolean takesVectors() {
        return usedVectors(1, 1) > 0;
    }

    /** Those of a virtio NIC with so many queues: libvirt src/qemu/qemu_command.c qemuBuildNicDevProps, 2N+2. */
    public static int virtioVectors(int queues) {
        return 2 * queues + 2;
    }

    /** Whether it takes a line of the IO-APIC. */
    boolean takesLine() {
        return hasOwnModel() && WITHOUT_MSI.contains(model.orElseThrow());
    }

    /** A virtio-net PCI device in the guest. Macvtap makes one even where the image's model denies it queues. */
    public boolean isVirtioDevice() {
        return virtType.hasPci() && !backend.isAssigned() && model.equals(Optional.of(VifModel.VIRTIO));
    }

    private boolean hasOwnModel() {
        return virtType.hasPci() && !backend.isAssigned() && model.isPresent();
    }

    /** e1000e and vmxnet3 (measured), igb (by its driver). */
    private int otherModelVectors(int vcpus) {
        return switch (model.orElseThrow()) {
            case E1000E -> 3;
            case VMXNET3 -> vmxnet3Vectors(vcpus);
            case IGB -> igbVectors(vcpus);
            default -> 0;
        };
    }

    /** One for each queue and one for events; a power of two of queues, and three vectors at least. */
    private static int vmxnet3Vectors(int vcpus) {
        int queues = Integer.highestOneBit(Math.min(vcpus, VMXNET3_MAX_QUEUES));
        return Math.max(VMXNET3_MIN_VECTORS, queues + 1);
    }

    /**
     * Linux: drivers/net/ethernet/intel/igb/igb_main.c, igb_set_flag_queue_pairs. Up to half of its queues it has one
     * vector for each queue that receives and one for each that sends, beyond that one for each pair; and one more.
     */
    private static int igbVectors(int vcpus) {
        int queues = Math.min(vcpus, IGB_MAX_QUEUES);
        return (queues > IGB_MAX_QUEUES / 2 ? queues : 2 * queues) + 1;
    }
}
