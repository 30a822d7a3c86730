package org.novamq.vif.request;

import java.util.Optional;

/**
 * The facts known of a PCI device of the host that is handed to a guest whole.
 *
 * @param id vendor and device
 * @param classCode base class, subclass and programming interface, 24 bits; 0x010802 is an NVMe controller
 * @param msix messages that the device offers, 0 to {@value #MAX_VECTORS}: the size of its MSI-X table; of a device
 *     without one its MSI messages, and 0 of a device that has neither
 * @param vectors messages that the guest's driver takes, where the operator says so; at most {@code msix}
 */
public record HostPciDevice(
        Optional<PciId> id, Optional<Integer> classCode, Optional<Integer> msix, Optional<Integer> vectors) {

    /** PCI Local Bus Specification 3.0, 6.8.2.3: Table Size has 11 bits and holds N - 1. */
    public static final int MAX_VECTORS = 2048;

    /** The largest class code: 24 bits. */
    public static final int MAX_CLASS_CODE = 0xffffff;

    /** A device of which nothing is known. */
    public static final HostPciDevice UNKNOWN =
            new HostPciDevice(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    public HostPciDevice {
        check("class", classCode, MAX_CLASS_CODE);
        check("msix", msix, MAX_VECTORS);
        check("vectors", vectors, msix.orElse(MAX_VECTORS));
    }

    /** A device of which only the ids are known. */
    public static HostPciDevice of(PciId id) {
        return new HostPciDevice(Optional.of(id), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /** This knowledge, with another source's where it has none. A source with other ids is about another device. */
    public HostPciDevice or(HostPciDevice other) {
        if (id.isPresent() && other.id.isPresent() && !id.equals(other.id)) {
            return this;
        }
        Optional<Integer> table = msix.or(other::msix);
        return new HostPciDevice(
                id.or(other::id),
                classCode.or(other::classCode),
                table,
                vectors.or(other::vectors).map(n -> Math.min(n, table.orElse(MAX_VECTORS))));
    }

    private static void check(String name, Optional<Integer> value, int max) {
        if (value.isPresent() && (value.get() < 0 || value.get() > max)) {
            throw new IllegalArgumentException(
                    "cannot describe a PCI device with " + name + " " + value.get() + ": 0 to " + max);
        }
    }
}
