package org.novamq.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The kernel parameters that change a guest's vectors, as Documentation/admin-guide/kernel-parameters.txt has them. */
class KernelCommandLineTest {
    @ParameterizedTest
    @CsvSource({
        "console=ttyS0 nr_cpus=2, 2",
        "maxcpus=1, 1",
        "maxcpus=0, 1",
        "nosmp, 1",
        "nr_cpus=4 maxcpus=2, 2",
        "maxcpus=2 nr_cpus=4 quiet, 2",
        "'  nr_cpus=8\t', 8",
        "possible_cpus=2, ",
        "nr_cpus=two, ",
        "nr_cpus=, ",
        "xnr_cpus=1, ",
        "root=/dev/vda1 -- nr_cpus=1, ",
        "'', ",
    })
    void cpus(String line, Integer expected) {
        assertThat(new KernelCommandLine(line).maxCpus())
                .isEqualTo(expected == null ? OptionalInt.empty() : OptionalInt.of(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "pci=nomsi, true",
        "'pci=noaer,nomsi', true",
        "pci=nomsix, false",
        "nolapic, true",
        "disableapic, true",
        "nolapic_timer, false",
        "pci=noaer, false",
        "quiet -- pci=nomsi, false",
    })
    void withoutMsi(String line, boolean expected) {
        assertThat(new KernelCommandLine(line).isWithoutMsi()).isEqualTo(expected);
    }

    @Test
    void withoutIoApic() {
        assertThat(new KernelCommandLine("quiet noapic").isWithoutIoApic()).isTrue();
        assertThat(new KernelCommandLine("noapictimer").isWithoutIoApic()).isFalse();
        assertThat(KernelCommandLine.NONE.isWithoutIoApic()).isFalse();
    }
}
