package org.novamq.vif.queue;

import org.novamq.image.KernelCommandLine;
import org.novamq.vif.request.MachineType;

/**
 * The lines of the IO-APIC that a guest's drivers hold. Each takes one interrupt vector from those that messages (MSI) could
 * have: in full guests messages and lines add up to the vectors that the CPUs have (measured, QEMU 7.2, Linux 6.1).
 *
 * <p>A kernel for all machines has drivers for more of the board than a kernel for virtual machines only, and which one a
 * guest has cannot be known. The numbers are those of the former; with the latter one or two vectors stay unused.
 *
 * @param board held by the board's own devices and the balloon, which has no MSI
 * @param devices held by further devices without MSI
 * @param fromSixteen how many of all of them are lines from 16 on, above those of ISA
 */
public record IoApicLines(int board, int devices, int fromSixteen) {
    /**
     * An IO-APIC's pins: QEMU, include/hw/intc/ioapic.h {@code IOAPIC_NUM_PINS}. Each pin that the guest uses takes one vector,
     * and the guest chooses which it uses.
     */
    public static final int PINS = 24;

    static final IoApicLines NONE = new IoApicLines(0, 0, 0);

    /**
     * q35 with Debian's generic kernel 6.1: timer 2, keyboard 1, serial 4, clock 8, ACPI 9, mouse 12, SMBus 16, and the balloon
     * on one of 16 to 23.
     */
    private static final int Q35_BOARD = 8;

    /** Of those the SMBus and the balloon. */
    private static final int Q35_FROM_SIXTEEN = 2;

    /** q35 connects its PCI devices to lines 16 to 23 (QEMU, hw/isa/lpc_ich9.c); one is the SMBus', one the balloon's. */
    private static final int Q35_PCI_LINES_LEFT = 6;

    /**
     * pc with the same kernel: timer 2, keyboard 1, serial 4, floppy 6, clock 8, ACPI 9, mouse 12, both IDE channels 14 and
     * 15, and the balloon on 10 or 11.
     */
    private static final int PC_BOARD = 10;

    /** pc connects all its PCI devices to lines 10 and 11 (SeaBIOS, src/fw/pciinit.c); one of them is the balloon's. */
    private static final int PC_PCI_LINES_LEFT = 1;

    /** Without the IO-APIC all ISA interrupts but the cascade keep their vectors (measured: 186 of 201 are left). */
    private static final int LEGACY_PIC = 15;

    /**
     * The lines of a domain.
     *
     * @param intxDevices devices beside the balloon that have no MSI and so take a line
     */
    static IoApicLines of(MachineType machine, int intxDevices, KernelCommandLine kernel) {
        if (kernel.isWithoutIoApic()) {
            return new IoApicLines(LEGACY_PIC, 0, 0);
        }
        if (!machine.hasRootPorts()) {
            return new IoApicLines(PC_BOARD, Math.min(intxDevices, PC_PCI_LINES_LEFT), 0);
        }
        int devices = Math.min(intxDevices, Q35_PCI_LINES_LEFT);
        return new IoApicLines(Q35_BOARD, devices, Q35_FROM_SIXTEEN + devices);
    }

    /** All of them. */
    public int count() {
        return board + devices;
    }
}
