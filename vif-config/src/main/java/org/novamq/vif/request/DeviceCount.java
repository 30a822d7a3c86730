package org.novamq.vif.request;

import java.util.List;
import java.util.Optional;

/**
 * So many devices of one kind.
 *
 * @param count 0 or more
 * @param vectorsEach vectors that the guest takes for each, where the request says so; else the kind's rule holds
 * @param pciSlots the host's PCI addresses of those that are handed over and whose address is known, at most {@code count}
 */
public record DeviceCount(DeviceKind kind, int count, Optional<Integer> vectorsEach, List<String> pciSlots) {
    public DeviceCount {
        pciSlots = List.copyOf(pciSlots);
        if (count < 0 || pciSlots.size() > count) {
            throw new IllegalArgumentException(
                    "cannot count " + count + " devices with " + pciSlots.size() + " PCI addresses");
        }
    }

    /** Devices to which the kind's rule applies. */
    public DeviceCount(DeviceKind kind, int count) {
        this(kind, count, Optional.empty(), List.of());
    }
}
