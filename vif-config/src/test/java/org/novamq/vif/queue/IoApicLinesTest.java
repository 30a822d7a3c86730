package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.KernelCommandLine;
import org.novamq.vif.request.MachineType;

/** The lines of the IO-APIC by machine and devices, as full guests with Debian's generic kernel showed them. */
class IoApicLinesTest {
    @ParameterizedTest
    @CsvSource({
        // machine, devices without MSI, lines, lines from 16 on
        "q35, 0, 8, 2",
        "q35, 1, 9, 3",
        "q35, 6, 14, 8",
        "q35, 40, 14, 8",
        "pc-q35-7.2, 2, 10, 4",
        "pc, 0, 10, 0",
        "pc, 1, 11, 0",
        "pc, 8, 11, 0",
        "pc-i440fx-7.2, 2, 11, 0",
    })
    void byMachineAndDevices(String machine, int intx, int count, int fromSixteen) {
        IoApicLines lines = IoApicLines.of(new MachineType(machine), intx, KernelCommandLine.NONE);
        assertThat(lines.count()).isEqualTo(count);
        assertThat(lines.fromSixteen()).isEqualTo(fromSixteen);
        assertThat(lines.count()).isLessThan(IoApicLines.PINS);
    }

    @Test
    void withoutTheIoApicIsaKeepsItsVectors() {
        assertThat(IoApicLines.of(MachineType.DEFAULT, 3, new KernelCommandLine("noapic"))
                        .count())
                .isEqualTo(15);
    }
}
