package org.novamq.driver.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceDirectoryTest {
    private static final UUID ONE = UUID.fromString("11111111-aaaa-4bbb-8ccc-000000000001");

    @TempDir
    private Path directory;

    @Test
    void filesLieWhereNovaPutsThem() {
        InstanceDirectory instances = new InstanceDirectory(Path.of("/var/lib/nova/instances"));
        assertThat(instances.disk(ONE)).hasToString("/var/lib/nova/instances/" + ONE + "/disk");
        assertThat(instances.consoleLog(ONE)).hasToString("/var/lib/nova/instances/" + ONE + "/console.log");
    }

    @Test
    void createsWithLeastPrivilegeAndKeepsWhatIsThere() throws IOException {
        InstanceDirectory instances = new InstanceDirectory(directory.resolve("not/yet"));
        Path created = instances.create(ONE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(created)))
                .isEqualTo("rwx--x--x");

        Files.writeString(instances.disk(ONE), "data");
        instances.create(ONE);
        assertThat(instances.disk(ONE)).hasContent("data");
    }

    @Test
    void deletesEverythingButWhatLinksLeadTo() throws IOException {
        InstanceDirectory instances = new InstanceDirectory(directory.resolve("instances"));
        Path precious = Files.createDirectory(directory.resolve("precious"));
        Files.writeString(precious.resolve("file"), "stays");
        Path created = instances.create(ONE);
        Files.createDirectories(created.resolve("a/b/c"));
        Files.writeString(created.resolve("a/b/disk"), "goes");
        Files.createSymbolicLink(created.resolve("a/link"), precious);

        instances.delete(ONE);

        assertThat(created).doesNotExist();
        assertThat(precious.resolve("file")).hasContent("stays");
        assertThatCode(() -> instances.delete(ONE)).as("a second time").doesNotThrowAnyException();
    }

    @Test
    void aLinkInPlaceOfTheDirectoryIsNeitherUsedNorFollowed() throws IOException {
        InstanceDirectory instances = new InstanceDirectory(directory);
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("file"), "stays");
        Files.createSymbolicLink(instances.path(ONE), elsewhere);

        assertThatThrownBy(() -> instances.create(ONE))
                .isInstanceOf(DiskException.class)
                .hasMessageStartingWith("cannot create the directory of instance " + ONE);
        instances.delete(ONE);
        assertThat(instances.path(ONE)).doesNotExist();
        assertThat(elsewhere.resolve("file")).hasContent("stays");
    }

    @Test
    void instancesPathMayBeALinkAndMustBeAbsolute() throws IOException {
        Path real = Files.createDirectory(directory.resolve("real"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), real);
        new InstanceDirectory(link).create(ONE);
        assertThat(real.resolve(ONE.toString())).isDirectory();

        assertThatThrownBy(() -> new InstanceDirectory(Path.of("instances")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("instances_path instances is relative, libvirt needs it absolute");
    }
}
