package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novamq.image.DiskBus;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;

/**
 * The devices beside the NICs of a domain that we build: the ledger charges them and the emitter writes them, so that
 * the two cannot disagree.
 *
 * @param rootDisk whether there is one
 * @param diskBus its bus
 * @param agentChannel the guest agent's serial channel: on unless the image says {@code hw_qemu_guest_agent=no},
 *     because the proof of a plan needs the agent
 * @param rng on unless the flavor says {@code hw_rng:allowed=false}
 * @param video the model of the screen behind VNC, where the deployer wants one; with it come a USB controller and tablet
 * @param pci the PCI controllers
 * @param ahci the SATA controller that the machine has built in, or that a SATA disk needs
 * @param hotplugNics NICs that may be hot-plugged later
 */
public record DomainDevices(
        boolean rootDisk,
        DiskBus diskBus,
        boolean agentChannel,
        boolean rng,
        Optional<String> video,
        PciTopology pci,
        boolean ahci,
        int hotplugNics) {

    /** The devices of the domain that we would build for a request with these NICs. */
    public static DomainDevices of(PlanRequest request, HostLimits host, List<Nic> nics) {
        DiskBus bus = request.image().diskBus().orElse(DiskBus.VIRTIO);
        boolean agent = request.image().guestAgent().orElse(true);
        boolean rng = request.flavor().extraSpecs().rngAllowed();
        boolean sata = request.rootDisk() && bus == DiskBus.SATA;
        Optional<String> video = video(request, host);
        boolean usb = video.isPresent() || (request.rootDisk() && bus == DiskBus.USB);
        int others = count(request.rootDisk() && (bus == DiskBus.VIRTIO || bus == DiskBus.SCSI))
                + count(usb)
                + count(agent)
                + count(rng)
                + 1; // the balloon
        boolean hasAhci = request.machineType().hasAhci();
        int addedAhci = count(sata && !hasAhci);
        return new DomainDevices(
                request.rootDisk(),
                bus,
                agent,
                rng,
                video,
                PciTopology.of(
                        request.machineType(),
                        PciDevices.of(request, host, nics, others, addedAhci, video.isPresent())),
                hasAhci || sata,
                host.hotplugNics());
    }

    /** The same as a list, by kind; the reserve for hot-plug is an entry of its own. */
    public List<DeviceCount> counts() {
        List<DeviceCount> counts = new ArrayList<>();
        if (rootDisk) {
            switch (diskBus) {
                case VIRTIO -> counts.add(new DeviceCount(DeviceKind.DISK, 1));
                case SCSI -> counts.add(new DeviceCount(DeviceKind.SCSI, 1));
                case SATA, IDE, USB -> {} // the controller has the vectors, or a legacy line
            }
        }
        addIf(ahci, DeviceKind.AHCI, counts);
        addIf(hasUsb(), DeviceKind.USB, counts);
        addIf(video.equals(Optional.of("virtio")), DeviceKind.GPU, counts);
        addIf(video.equals(Optional.of("qxl")), DeviceKind.INTX, counts);
        addIf(agentChannel, DeviceKind.SERIAL, counts);
        addIf(rng, DeviceKind.RNG, counts);
        counts.add(new DeviceCount(DeviceKind.BALLOON, 1));
        counts.addAll(pci.counts());
        counts.addAll(reserve(hotplugNics));
        return counts;
    }

    /** Whether a USB controller is needed; without one none is made, because it would take a vector per vCPU. */
    public boolean hasUsb() {
        return video.isPresent() || (rootDisk && diskBus == DiskBus.USB);
    }

    /**
     * The bus of the root disk of an instance that is rescued, beside the disk that it is rescued from. It must take no
     * vector of the NICs', because the instance keeps its queues.
     *
     * <p>SCSI where the disk is on SCSI: its controller is charged already. A virtio disk of one queue has 1 + V vectors
     * reserved (they are managed), and fits where the vectors set aside for NICs to be hot-plugged, which nobody can do
     * meanwhile, and those that are left are enough; it takes the place of such a NIC. Else the built-in controller's, for
     * which Debian's cloud kernel has no driver.
     *
     * @param ledger of the domain that rescues
     * @param vcpus online at boot
     */
    public DiskBus ownDiskBus(Ledger ledger, int vcpus) {
        DiskBus bus = rootDisk ? diskBus : DiskBus.VIRTIO;
        int reserved = hotplugNics * DeviceKind.HOTPLUG_NIC.used(vcpus);
        boolean fits = ledger.budget()
                .map(budget -> DeviceKind.DISK.used(vcpus) <= reserved + budget - ledger.used())
                .orElse(true);
        if (bus == DiskBus.SCSI || (bus == DiskBus.VIRTIO && hotplugNics > 0 && fits)) {
            return bus;
        }
        return builtInBus();
    }

    /** As Nova: SATA where the machine has it, else IDE; both take no vector that is not charged already. */
    public DiskBus builtInBus() {
        return ahci ? DiskBus.SATA : DiskBus.IDE;
    }

    /** As Nova: virtio unless the image names a model, and nothing for {@code none} or without a console to show it. */
    private static Optional<String> video(PlanRequest request, HostLimits host) {
        return Optional.of(request.image().videoModel().orElse("virtio"))
                .filter(model -> host.vnc() && !model.equals("none"));
    }

    /** What is set aside for NICs to come. */
    static List<DeviceCount> reserve(int hotplugNics) {
        return hotplugNics == 0 ? List.of() : List.of(new DeviceCount(DeviceKind.HOTPLUG_NIC, hotplugNics));
    }

    private static void addIf(boolean present, DeviceKind kind, List<DeviceCount> counts) {
        if (present) {
            counts.add(new DeviceCount(kind, 1));
        }
    }

    private static int count(boolean present) {
        return present ? 1 : 0;
    }
}
