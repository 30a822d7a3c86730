package org.novamq.vif.queue;

import java.util.List;
import org.novamq.image.Findings;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.PlanRequest;

/**
 * MSI vectors of the devices of one entry of a request's {@code devices}, all together.
 *
 * @param used what the guest takes
 * @param offered what the devices have
 */
record DeviceCharges(int used, int offered) {

    /** The charges of one entry. */
    static DeviceCharges of(DeviceCount devices, Flavor flavor, HostLimits host) {
        DeviceKind kind = devices.kind();
        int usedEach = devices.vectorsEach().orElseGet(() -> kind.used(flavor));
        int offeredEach = devices.vectorsEach().orElseGet(() -> kind.offered(flavor));
        int others = devices.count() - devices.pciSlots().size();
        int used = others * usedEach;
        int offered = others * offeredEach;
        for (String slot : devices.pciSlots()) {
            AssignedVectors vectors = at(slot, kind, flavor, host);
            used += vectors.used();
            offered += vectors.reserved();
        }
        return new DeviceCharges(used, offered);
    }

    /** Warns of every charge that is a guess, with the figure and the field that says better. */
    static void warnOfGuesses(PlanRequest request, HostLimits host, Findings findings) {
        if (!request.virtType().hasPci()) {
            return;
        }
        Flavor flavor = request.flavor();
        for (DeviceCount devices : request.devices().orElse(List.of())) {
            for (String slot : devices.pciSlots()) {
                AssignedVectors vectors = at(slot, devices.kind(), flavor, host);
                vectors.doubt()
                        .ifPresent(doubt -> findings.warning("the device at " + slot + " is handed over whole: "
                                + vectors.used() + " vectors are charged for it, " + doubt + "; " + remedy(slot)));
            }
            int others = devices.count() - devices.pciSlots().size();
            boolean guessed = devices.kind() == DeviceKind.VF || devices.kind() == DeviceKind.PCI;
            if (guessed && others > 0 && devices.vectorsEach().isEmpty()) {
                findings.warning("devices of type " + devices.kind().text() + " are handed over whole: "
                        + devices.kind().used(flavor) + " vectors are charged for each of " + others + ", 1 + "
                        + flavor.vcpus() + " vCPUs, because their drivers are not known; vectors or pci_slots in"
                        + " their entry of devices says better");
            }
        }
    }

    /** How a caller says what is not known. */
    static String remedy(String slot) {
        return "host.pci_devices[\"" + slot + "\"] with vendor, msix or vectors says better";
    }

    private static AssignedVectors at(String slot, DeviceKind kind, Flavor flavor, HostLimits host) {
        HostPciDevice device = host.pciDevice(slot);
        return kind == DeviceKind.NVME ? AssignedVectors.ofNvme(device, flavor) : AssignedVectors.of(device, flavor);
    }
}
