package org.novamq.driver.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QemuImgTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    @TempDir
    private Path directory;

    private final QemuImg qemuImg = new QemuImg();

    @Test
    void anOverlayLiesOverItsBaseInTheSizeAskedFor() throws Exception {
        Path base = base();
        Path disk = directory.resolve("disk");

        qemuImg.createOverlay(base, "raw", disk, 5L << 30);

        ImageInfo info = qemuImg.info(disk, "qcow2");
        assertThat(info.virtualSizeBytes()).isEqualTo(5L << 30);
        assertThat(info.backingFile()).isEqualTo(Optional.of(base.toString()));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disk)))
                .isEqualTo("rw-------");
        assertThat(names()).containsExactlyInAnyOrder("base", "disk");
    }

    @Test
    void aDiskThatIsThereIsNotOverwritten() throws Exception {
        Path disk = Files.writeString(directory.resolve("disk"), "precious");
        Path base = base();
        assertThatThrownBy(() -> qemuImg.createOverlay(base, "raw", disk, 1 << 20))
                .isInstanceOf(DiskException.class)
                .hasMessage("cannot create disk " + disk + ": a file of this name exists");
        assertThat(disk).hasContent("precious");
    }

    @Test
    void aMissingBaseLeavesNothingBehind() throws IOException {
        Path disk = directory.resolve("disk");
        assertThatThrownBy(() -> qemuImg.createOverlay(directory.resolve("nobody"), "raw", disk, 1 << 20))
                .isInstanceOf(DiskException.class)
                .hasMessageStartingWith("cannot create disk " + disk + " of 1048576 bytes: ")
                .hasMessageContaining("No such file or directory")
                .hasMessageContaining("bytes are free in " + directory);
        assertThat(names()).isEmpty();
    }

    @Test
    void aFullDiskIsSaidWithFiguresAndLeavesNothingBehind() throws IOException {
        QemuImg full = fake("""
                for last; do before=${target-}; target=$last; done
                echo half > "$before"
                echo "qemu-img: $before: Could not resize image: No space left on device" >&2
                exit 1
                """, MINUTE);
        Path base = base();
        assertThatThrownBy(() -> full.createOverlay(base, "raw", directory.resolve("disk"), 1 << 20))
                .isInstanceOf(DiskException.class)
                .hasMessageContaining("No space left on device; ")
                .hasMessageMatching("(?s).* [0-9]+ bytes are free in " + directory);
        assertThat(names()).containsExactlyInAnyOrder("base", "fake");
    }

    @Test
    void aStuckOneIsKilledWithItsChildren() throws IOException {
        QemuImg stuck = fake("sleep 4321 & echo $! > " + directory.resolve("child") + "; wait", Duration.ofSeconds(1));
        assertThatThrownBy(() -> stuck.info(directory.resolve("image"), "raw"))
                .isInstanceOf(DiskException.class)
                .hasMessage("cannot run fake info: it has not ended within 1 s");
        long child = Long.parseLong(Files.readString(directory.resolve("child")).strip());
        await().until(() -> ProcessHandle.of(child).map(p -> !p.isAlive()).orElse(true));
    }

    @Test
    void endlessOutputIsCutOff() throws IOException {
        QemuImg chatty = fake("exec yes", Duration.ofSeconds(20));
        assertThatThrownBy(() -> chatty.info(directory.resolve("image"), "raw")).isInstanceOf(DiskException.class);
    }

    @Test
    void itRunsUnderNovasLimitsWithAnEmptyEnvironment() throws IOException {
        Path seen = directory.resolve("seen");
        QemuImg curious = fake("{ ulimit -t; ulimit -v; env; echo \"$@\"; } > " + seen + "; exit 1", MINUTE);
        assertThatThrownBy(() -> curious.info(directory.resolve("a b; rm -rf $HOME"), "raw"))
                .isInstanceOf(ImageFormatException.class)
                .hasMessage("fake ended with exit code 1 and no message");
        assertThat(Files.readAllLines(seen))
                .startsWith("30", "1048576")
                .contains("LC_ALL=C")
                .noneMatch(line -> line.startsWith("HOME="))
                .endsWith("info --output=json --force-share -f raw " + directory + "/a b; rm -rf $HOME");
    }

    @Test
    void aMissingProgramIsSaid() {
        QemuImg missing = new QemuImg(directory.resolve("nobody"), MINUTE);
        assertThatThrownBy(() -> missing.info(directory.resolve("image"), "raw"))
                .hasMessageContaining("nobody");
    }

    @Test
    void relativePathsAreAMistakeOfTheCaller() {
        assertThatThrownBy(() -> qemuImg.info(Path.of("nbd:localhost"), "raw"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void readsWhatQemuImgPrints() {
        String real = """
                {"backing-filename-format": "raw", "virtual-size": 5368709120, "filename": "/i/disk", "cluster-size": 65536,
                 "format": "qcow2", "actual-size": 200704, "format-specific": {"type": "qcow2", "data": {"compat": "1.1",
                 "compression-type": "zlib", "lazy-refcounts": false, "refcount-bits": 16, "corrupt": false,
                 "data-file": "/etc/passwd", "extended-l2": false}}, "backing-filename": "/i/base", "dirty-flag": false,
                 "encrypted": true}
                """;
        assertThat(QemuImg.parseInfo(real))
                .isEqualTo(new ImageInfo(
                        "qcow2", 5_368_709_120L, 200_704, Optional.of("/i/base"), Optional.of("/etc/passwd"), true));
        for (String broken : List.of("", "{", "[]", "null", "{\"format\": \"raw\"}", "{\"virtual-size\": 1e30}")) {
            assertThatThrownBy(() -> QemuImg.parseInfo(broken))
                    .as(broken)
                    .isInstanceOf(DiskException.class)
                    .hasMessageStartingWith("cannot read qemu-img's answer");
        }
    }

    private QemuImg fake(String script, Duration wallClock) throws IOException {
        Path program = Files.writeString(directory.resolve("fake"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new QemuImg(program, wallClock);
    }

    private Path base() throws IOException {
        return Files.write(directory.resolve("base"), new byte[1 << 20]);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }
}
