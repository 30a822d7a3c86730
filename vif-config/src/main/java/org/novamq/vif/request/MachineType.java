package org.novamq.vif.request;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A QEMU machine type ({@code q35}, {@code pc-q35-7.2}, {@code pc}, {@code pc-i440fx-7.2}).
 *
 * @param name as in {@code <type machine=…>}; a name of an x86 machine is read in any case ({@code Q35} is {@code q35}),
 *     any other name stays as it is
 */
public record MachineType(String name) {
    /** The names without a version, for "did you mean". */
    public static final List<String> NAMES = List.of("q35", "pc", "pc-q35-7.2", "pc-i440fx-7.2");

    /** {@code pc-q35-7.2}, {@code pc-q35-4.0.1}, and {@code pc-1.0}, the name of i440fx before QEMU 2.0. */
    private static final Pattern VERSIONED =
            Pattern.compile("pc(?:-(q35|i440fx))?-([0-9]{1,3})\\.([0-9]{1,3})(?:\\.[0-9]{1,3})?");

    /** Names that distributions give their own versions: {@code pc-q35-rhel9.2.0}, {@code pc-i440fx-jammy}. */
    private static final Pattern OF_DISTRIBUTION = Pattern.compile("pc-(q35|i440fx)-[a-z][a-z0-9.-]*");

    /** What we build when neither request nor image says otherwise: PCIe, so that NICs can be hot-plugged by port. */
    public static final MachineType DEFAULT = new MachineType("q35");

    /** The kinds of board. */
    public enum Board {
        /** PCIe: libvirt puts devices behind root ports. */
        Q35,
        /** Conventional PCI. */
        I440FX,
        /** No PCI at all ({@code isapc}), or none that libvirt can use ({@code microvm}). */
        NO_PCI,
        /** No machine of x86 that we know; counted as PCIe. */
        UNKNOWN
    }

    /**
     * A version of QEMU.
     *
     * @param minor the second number
     */
    public record Version(int major, int minor) implements Comparable<Version> {
        @Override
        public int compareTo(Version other) {
            return major == other.major ? Integer.compare(minor, other.minor) : Integer.compare(major, other.major);
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    /** Reads the name of an x86 machine in any case. */
    public MachineType {
        String lower = name.toLowerCase(Locale.ROOT);
        name = boardOf(lower) == Board.UNKNOWN ? name : lower;
    }

    public Board board() {
        return boardOf(name);
    }

    /** The version of QEMU that the machine is compatible with; absent for an alias and for a distribution's own name. */
    public Optional<Version> version() {
        Matcher matcher = VERSIONED.matcher(name);
        return matcher.matches()
                ? Optional.of(new Version(Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3))))
                : Optional.empty();
    }

    /** Whether it is compatible with a version of QEMU before this one. */
    public boolean isBefore(int major, int minor) {
        return version()
                .filter(version -> version.compareTo(new Version(major, minor)) < 0)
                .isPresent();
    }

    /** Whether devices sit behind PCIe root ports, each of which takes a vector of its own in the guest. */
    public boolean hasRootPorts() {
        return board() == Board.Q35 || board() == Board.UNKNOWN;
    }

    /** Whether an AHCI controller is built in (it is on q35). */
    public boolean hasAhci() {
        return board() == Board.Q35;
    }

    /** Whether it is QEMU's board for aarch64 ({@code virt}, {@code virt-7.2}), which has no IO-APIC. */
    public boolean isVirt() {
        return name.equals("virt") || name.startsWith("virt-");
    }

    private static Board boardOf(String name) {
        Matcher versioned = VERSIONED.matcher(name);
        Matcher distribution = OF_DISTRIBUTION.matcher(name);
        if (name.equals("q35") || hasGroup(versioned, "q35") || hasGroup(distribution, "q35")) {
            return Board.Q35;
        }
        if (name.equals("pc") || versioned.matches() || distribution.matches()) {
            return Board.I440FX;
        }
        return name.equals("isapc") || name.equals("microvm") ? Board.NO_PCI : Board.UNKNOWN;
    }

    private static boolean hasGroup(Matcher matcher, String board) {
        return matcher.matches() && board.equals(matcher.group(1));
    }
}
