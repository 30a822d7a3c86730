package org.novamq.vif.queue;

import java.util.Optional;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.HostPciDevice;

/**
 * MSI vectors of one PCI device that is handed to a guest whole. The first source that knows holds: what the operator says
 * that the driver takes; the rule of the driver, where the device's ids or class tell which driver that is; all that the
 * device offers; one for each vCPU and one more.
 *
 * @param used what the guest's driver takes, as the budget is charged
 * @param reserved what the device offers, which a KVM host routes; {@code used} where that is not known
 * @param doubt why the charge may be far from the truth; absent where the operator or the driver's rule says it
 */
public record AssignedVectors(int used, int reserved, Optional<String> doubt) {

    /** The vectors of a device in a guest of a flavor. */
    public static AssignedVectors of(HostPciDevice device, Flavor flavor) {
        return of(device, AssignedDriver.of(device), flavor);
    }

    /** The vectors of an NVMe controller, whatever its ids are. */
    static AssignedVectors ofNvme(HostPciDevice device, Flavor flavor) {
        return of(device, Optional.of(AssignedDriver.NVME), flavor);
    }

    /** The charge for a device of which nothing is known: a queue for each vCPU, and one vector more. */
    static int byDefault(Flavor flavor) {
        return Math.min(HostPciDevice.MAX_VECTORS, 1 + flavor.vcpus());
    }

    private static AssignedVectors of(HostPciDevice device, Optional<AssignedDriver> driver, Flavor flavor) {
        Optional<Integer> table = device.msix();
        if (device.vectors().isPresent() || driver.isPresent()) {
            int used = device.vectors().orElseGet(() -> driver.orElseThrow().vectors(flavor, table));
            return new AssignedVectors(used, table.orElse(used), Optional.empty());
        }
        String unknown = device.id()
                .map(id -> "its driver's rule is not known (" + id.text() + ")")
                .orElse("its driver is not known");
        if (table.isPresent()) {
            int all = table.get();
            Optional<String> doubt =
                    all > byDefault(flavor) ? Optional.of("all that it offers, because " + unknown) : Optional.empty();
            return new AssignedVectors(all, all, doubt);
        }
        int guess = byDefault(flavor);
        return new AssignedVectors(
                guess,
                guess,
                Optional.of("1 + " + flavor.vcpus() + " vCPUs, because " + unknown
                        + " and nobody says how many vectors it offers"));
    }
}
