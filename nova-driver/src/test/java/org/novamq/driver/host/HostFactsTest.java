package org.novamq.driver.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostFactsTest {
    @TempDir
    private Path root;

    @Test
    void readsReleaseAndVhostNet() throws IOException {
        Path release = root.resolve("proc/sys/kernel/osrelease");
        Files.createDirectories(release.getParent());
        Files.writeString(release, "6.1.0-18-amd64\n");
        assertThat(HostFacts.read(root)).isEqualTo(new HostFacts("6.1.0-18-amd64", false));

        Files.createDirectories(root.resolve("dev"));
        Files.createFile(root.resolve("dev/vhost-net"));
        assertThat(HostFacts.read(root).vhostNet()).isTrue();
    }

    @Test
    void withoutAReleaseThereAreNoFacts() {
        assertThatThrownBy(() -> HostFacts.read(root))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageStartingWith("cannot read the kernel release from " + root);
    }

    @Test
    void parsesFullEmptyAndOdd() {
        assertThat(HostFacts.parseRelease("5.15.167.4-microsoft-standard-WSL2\n"))
                .isEqualTo("5.15.167.4-microsoft-standard-WSL2");
        assertThat(HostFacts.parseRelease("2.6.32")).isEqualTo("2.6.32");
        assertThat(HostFacts.parseRelease("")).isEmpty();
    }

    @Test
    void thisMachineHasFacts() {
        assertThat(HostFacts.read().kernelRelease()).matches("[0-9]+\\..*");
    }
}
