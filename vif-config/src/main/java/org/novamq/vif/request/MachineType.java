package org.novamq.vif.request;

/**
 * A QEMU machine type ({@code q35}, {@code pc-q35-7.2}, {@code pc}, {@code pc-i440fx-7.2}).
 *
 * @param name as in {@code <type machine=…>}
 */
public record MachineType(String name) {
    /** What we build when neither request nor image says otherwise: PCIe, so that NICs can be hot-plugged by port. */
    public static final MachineType DEFAULT = new MachineType("q35");

    /** Whether devices sit behind PCIe root ports, each of which takes a vector of its own in the guest. */
    public boolean hasRootPorts() {
        return !isI440fx() && !name.equals("isapc") && !name.equals("microvm");
    }

    /** Whether an AHCI controller is built in (it is on q35). */
    public boolean hasAhci() {
        return name.equals("q35") || name.startsWith("pc-q35-");
    }

    /** Whether it is QEMU's board for aarch64 ({@code virt}, {@code virt-7.2}), which has no IO-APIC. */
    public boolean isVirt() {
        return name.equals("virt") || name.startsWith("virt-");
    }

    private boolean isI440fx() {
        return name.equals("pc") || name.startsWith("pc-i440fx-") || isVersionedPc();
    }

    /** {@code pc-1.0}: what i440fx was called before QEMU 2.0. */
    private boolean isVersionedPc() {
        return name.startsWith("pc-") && name.length() > 3 && Character.isDigit(name.charAt(3));
    }
}
