package org.novamq.driver.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuStatsTest {
    @TempDir
    private Path root;

    private CpuStats read(String stat, String cpuinfo) throws IOException {
        Files.createDirectories(root.resolve("proc"));
        Files.writeString(root.resolve("proc/stat"), stat);
        Files.writeString(root.resolve("proc/cpuinfo"), cpuinfo);
        return CpuStats.read(root);
    }

    @Test
    void ticksBecomeNanoseconds() throws IOException {
        assertThat(read(
                        "cpu  1 2 3 4 5 6 7 8 9 10\ncpu0 1 1 1 1 1 1 1 1 1 1\n",
                        "processor\t: 0\ncpu MHz\t\t: 2445.406\n"))
                .isEqualTo(new CpuStats(160_000_000, 30_000_000, 40_000_000, 50_000_000, 2445));
    }

    @Test
    void aMachineWithoutAFrequencyHasNone() throws IOException {
        assertThat(read("cpu  1 2 3 4 5 6 7\n", "processor\t: 0\n").frequency()).isZero();
    }

    @Test
    void whatCannotBeReadIsSaid() {
        assertThatThrownBy(() -> read("intr 1\n", ""))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("no line 'cpu' in /proc/stat");
    }

    @Test
    void thisMachineIsRead() {
        assertThat(CpuStats.read().user()).isPositive();
    }
}
