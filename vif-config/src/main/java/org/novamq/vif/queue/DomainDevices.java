package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.List;
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
 * @param rootPorts PCIe root ports: one for each PCIe device and for each NIC that may be hot-plugged; 0 without PCIe
 * @param ahci the SATA controller that the machine has built in, or that a SATA disk needs
 * @param hotplugNics NICs that may be hot-plugged later
 */
public record DomainDevices(
        boolean rootDisk,
        DiskBus diskBus,
        boolean agentChannel,
        boolean rng,
        int rootPorts,
        boolean ahci,
        int hotplugNics) {

    /** The devices of the domain that we would build for a request. */
    public static DomainDevices of(PlanRequest request, HostLimits host) {
        DiskBus bus = request.image().diskBus().orElse(DiskBus.VIRTIO);
        boolean agent = request.image().guestAgent().orElse(true);
        boolean rng = request.flavor().extraSpecs().rngAllowed();
        boolean sata = request.rootDisk() && bus == DiskBus.SATA;
        int behindPorts = request.nics().size()
                + host.hotplugNics()
                + count(request.rootDisk() && (bus == DiskBus.VIRTIO || bus == DiskBus.SCSI || bus == DiskBus.USB))
                + count(agent)
                + count(rng)
                + 1; // the balloon
        return new DomainDevices(
                request.rootDisk(),
                bus,
                agent,
                rng,
                request.machineType().hasRootPorts() ? behindPorts : 0,
                request.machineType().hasAhci() || sata,
                host.hotplugNics());
    }

    /** The same as a list, by kind; the reserve for hot-plug is an entry of its own. */
    public List<DeviceCount> counts() {
        List<DeviceCount> counts = new ArrayList<>();
        if (rootDisk) {
            switch (diskBus) {
                case VIRTIO -> counts.add(new DeviceCount(DeviceKind.DISK, 1));
                case SCSI -> counts.add(new DeviceCount(DeviceKind.SCSI, 1));
                case USB -> counts.add(new DeviceCount(DeviceKind.USB, 1));
                case SATA, IDE -> {} // the controller has the vector, or a legacy line
            }
        }
        addIf(ahci, DeviceKind.AHCI, counts);
        addIf(agentChannel, DeviceKind.SERIAL, counts);
        addIf(rng, DeviceKind.RNG, counts);
        counts.add(new DeviceCount(DeviceKind.BALLOON, 1));
        if (rootPorts > 0) {
            counts.add(new DeviceCount(DeviceKind.ROOT_PORT, rootPorts));
        }
        counts.addAll(reserve(hotplugNics));
        return counts;
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
