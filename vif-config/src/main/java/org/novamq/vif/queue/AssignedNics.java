package org.novamq.vif.queue;

import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.backend.PciAddress;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;

/** Charges NICs that are PCI devices of the host, handed over whole, and warns where the charge is a guess. */
public final class AssignedNics {
    private AssignedNics() {}

    /** The vectors of a NIC; absent for one that is not handed over, and in a guest without PCI. */
    public static Optional<AssignedVectors> vectors(
            PlanRequest request, HostLimits host, Vif vif, Backend backend, Findings findings) {
        Optional<PciAddress> address = address(backend);
        if (address.isEmpty() || !request.virtType().hasPci()) {
            return Optional.empty();
        }
        String slot = address.get().text();
        AssignedVectors vectors = AssignedVectors.of(host.pciDevice(slot).or(vif.boundDevice()), request.flavor());
        vectors.doubt()
                .ifPresent(doubt ->
                        findings.warning("NIC " + vif.id() + " is handed over whole (" + slot + "): " + vectors.used()
                                + " vectors are charged for it, " + doubt + "; " + DeviceCharges.remedy(slot)));
        return Optional.of(vectors);
    }

    /** Warns of the request's other devices whose charge is a guess. */
    public static void warnOfDevices(PlanRequest request, HostLimits host, Findings findings) {
        DeviceCharges.warnOfGuesses(request, host, findings);
    }

    private static Optional<PciAddress> address(Backend backend) {
        if (backend instanceof Backend.VirtualFunction function) {
            return Optional.of(function.address());
        }
        return backend instanceof Backend.PciDevice device ? Optional.of(device.address()) : Optional.empty();
    }
}
