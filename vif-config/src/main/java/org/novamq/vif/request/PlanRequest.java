package org.novamq.vif.request;

import java.util.List;
import java.util.Optional;
import org.novamq.image.Architecture;
import org.novamq.image.ImageProperties;
import org.novamq.image.VifModel;

/**
 * Everything about an instance that the plan depends on.
 *
 * @param machine the machine type, before the image's and the default
 * @param nics in the order in which the guest will see them
 * @param devices the other devices of a domain that somebody else builds; absent for a domain of ours
 * @param running whether the guest runs with the NICs that keep their queues: then nothing that may say otherwise by now
 *     changes them, and a new NIC takes only what they leave
 * @param rootDisk whether a domain of ours has a root disk (a guest booted from kernel and ramdisk may have none)
 */
public record PlanRequest(
        InstanceId instance,
        Flavor flavor,
        ImageProperties image,
        VirtType virtType,
        Optional<MachineType> machine,
        List<NicRequest> nics,
        Optional<List<DeviceCount>> devices,
        boolean rootDisk,
        boolean running,
        Overrides overrides) {

    public PlanRequest {
        nics = List.copyOf(nics);
        devices = devices.map(List::copyOf);
    }

    /** For a guest that does not run. */
    public PlanRequest(
            InstanceId instance,
            Flavor flavor,
            ImageProperties image,
            VirtType virtType,
            Optional<MachineType> machine,
            List<NicRequest> nics,
            Optional<List<DeviceCount>> devices,
            boolean rootDisk,
            Overrides overrides) {
        this(instance, flavor, image, virtType, machine, nics, devices, rootDisk, false, overrides);
    }

    /** The same request for a domain with or without a root disk, by one who knows. */
    public PlanRequest withRootDisk(boolean present) {
        return new PlanRequest(instance, flavor, image, virtType, machine, nics, devices, present, running, overrides);
    }

    /** Returns this request for a guest that runs: its NICs that keep their queues give nothing back. */
    public PlanRequest whileRunning() {
        return new PlanRequest(instance, flavor, image, virtType, machine, nics, devices, rootDisk, true, overrides);
    }

    /** The same request with other NICs. */
    public PlanRequest withNics(List<NicRequest> other) {
        return new PlanRequest(
                instance, flavor, image, virtType, machine, other, devices, rootDisk, running, overrides);
    }

    /**
     * The CPUs that the guest brings online while it boots, at least 1: the flavor's, or fewer where the command line of a
     * kernel that is booted directly says so. They have the interrupt vectors.
     */
    public int guestCpus() {
        return Math.min(flavor.vcpus(), image.kernelCommandLine().maxCpus().orElse(flavor.vcpus()));
    }

    /** The guest's architecture: the image's, else the machine's; x86_64 where neither says it. */
    public Architecture architecture() {
        return image.architecture().orElse(machineType().isVirt() ? Architecture.AARCH64 : Architecture.X86_64);
    }

    /** The machine that the domain gets. */
    public MachineType machineType() {
        return machine.or(() -> image.machineType().map(MachineType::new)).orElse(MachineType.DEFAULT);
    }

    /** The model of a NIC of no particular kind: the image's, or virtio by default; absent where libvirt chooses. */
    public Optional<VifModel> nicModel(HostLimits host) {
        return image.vifModel()
                .or(() ->
                        Optional.of(VifModel.VIRTIO).filter(model -> virtType.hasPci() && host.useVirtioForBridges()));
    }

    /** Whether what falls short is refused: the request says so, else the flavor, else the deployer. */
    public boolean isStrict(HostLimits host) {
        return overrides.strict().or(() -> flavor.extraSpecs().strict()).orElse(host.strict());
    }
}
