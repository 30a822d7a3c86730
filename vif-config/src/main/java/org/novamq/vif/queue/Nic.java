package org.novamq.vif.queue;

import java.util.Optional;
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
 * @param kept queues that it has already and keeps
 */
public record Nic(
        Vif vif,
        Backend backend,
        Optional<VifModel> model,
        boolean countsAsVirtio,
        boolean usesVhostNet,
        VirtType virtType,
        Wish wish,
        Optional<Integer> kept) {

    /** Linux: VMXNET3_DEVICE_MAX_TX_QUEUES, drivers/net/vmxnet3/vmxnet3_int.h; measured with 12, 16 and 17 vCPUs. */
    private static final int VMXNET3_MAX_QUEUES = 8;

    /** Linux: VMXNET3_LINUX_MIN_MSIX_VECT, drivers/net/vmxnet3/vmxnet3_int.h. */
    private static final int VMXNET3_MIN_VECTORS = 3;

    /** Linux: IGB_MAX_RX_QUEUES, drivers/net/ethernet/intel/igb/igb.h. */
    private static final int IGB_MAX_QUEUES = 8;

    /** Vectors that the guest takes for the NIC with so many queues: drivers/net/virtio_net.c, config + N in + N out. */
    public int usedVectors(int queues, int vcpus) {
        if (isVirtioDevice()) {
            return 2 * queues + 1;
        }
        return hasOwnModel() ? otherModelVectors(vcpus) : 0;
    }

    /** Vectors that the device has. */
    public int reservedVectors(int queues, int vcpus) {
        return isVirtioDevice() ? virtioVectors(queues) : usedVectors(queues, vcpus);
    }

    /** Those of a virtio NIC with so many queues: libvirt src/qemu/qemu_command.c qemuBuildNicDevProps, 2N+2. */
    public static int virtioVectors(int queues) {
        return 2 * queues + 2;
    }

    /** A virtio-net PCI device in the guest. Macvtap makes one even where the image's model denies it queues. */
    public boolean isVirtioDevice() {
        return virtType.hasPci() && !backend.isAssigned() && model.equals(Optional.of(VifModel.VIRTIO));
    }

    private boolean hasOwnModel() {
        return virtType.hasPci() && !backend.isAssigned() && model.isPresent();
    }

    /** e1000e (measured): rx, tx and other. vmxnet3 (measured) and igb (by its driver): see there. */
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

    /** igb_set_flag_queue_pairs: up to half of the most queues, in and out have one vector each; beyond, a pair shares one. */
    private static int igbVectors(int vcpus) {
        int queues = Math.min(vcpus, IGB_MAX_QUEUES);
        return (queues > IGB_MAX_QUEUES / 2 ? queues : 2 * queues) + 1;
    }
}
