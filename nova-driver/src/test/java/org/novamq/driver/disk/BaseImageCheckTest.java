package org.novamq.driver.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** With the real qemu-img. */
class BaseImageCheckTest {
    private static final long MIB = 1 << 20;

    @TempDir
    private Path directory;

    private final BaseImageCheck check = new BaseImageCheck(new QemuImg());

    @Test
    void anHonestQcow2IsDescribed() throws Exception {
        Path image = directory.resolve("cirros, 0.6=x:y.qcow2");
        qemuImg("create", "-q", "-f", "qcow2", image.toString(), "64M");

        ImageInfo info = check.check("cirros", image, "qcow2");

        assertThat(info.format()).isEqualTo("qcow2");
        assertThat(info.virtualSizeBytes()).isEqualTo(64 * MIB);
        assertThat(info.backingFile()).isEmpty();
    }

    @Test
    void anHonestRawIsDescribed() throws Exception {
        Path image = raw(new byte[(int) MIB]);
        assertThat(check.check("disk", image, "raw").virtualSizeBytes()).isEqualTo(MIB);
    }

    @Test
    void aVersion2Qcow2IsFine() throws Exception {
        Path image = directory.resolve("old");
        qemuImg("create", "-q", "-f", "qcow2", "-o", "compat=0.10", image.toString(), "1M");
        assertThat(check.check("old", image, "qcow2").virtualSizeBytes()).isEqualTo(MIB);
    }

    @Test
    void aBackingFileIsRefused() throws Exception {
        Path base = raw(new byte[(int) MIB]);
        Path image = directory.resolve("over");
        qemuImg("create", "-q", "-f", "qcow2", "-F", "raw", "-b", base.toString(), image.toString());
        assertRefused(image, "qcow2", "it has a backing file, a base image must be whole");
    }

    @Test
    void anExternalDataFileIsRefused() throws Exception {
        Path image = directory.resolve("meta");
        qemuImg("create", "-q", "-f", "qcow2", "-o", "data_file=" + directory.resolve("data"), image.toString(), "1M");
        assertRefused(image, "qcow2", "its data lie in another file, a base image must be whole");
    }

    @Test
    void anEncryptedOneIsRefused() throws Exception {
        Path image = directory.resolve("secret");
        qemuImg("create", "-q", "-f", "qcow2", image.toString(), "1M");
        // docs/interop/qcow2.txt: bytes 32 to 35 are crypt_method, 2 is LUKS
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(32);
            file.writeInt(2);
        }
        assertRefused(image, "qcow2", "it is encrypted, this driver has no key for it");
    }

    @Test
    void unknownIncompatibleFeaturesAreRefused() throws Exception {
        Path image = directory.resolve("future");
        qemuImg("create", "-q", "-f", "qcow2", image.toString(), "1M");
        byte[] bytes = Files.readAllBytes(image);
        ByteBuffer.wrap(bytes).putLong(72, 1L << 40);
        Files.write(image, bytes);
        assertRefused(
                image,
                "qcow2",
                "it uses features of qcow2 that are unknown here (incompatible_features 0x10000000000), known are 0x1f");
    }

    @Test
    void whatSaysQcow2MustBeQcow2() throws Exception {
        assertRefused(raw(new byte[4096]), "qcow2", "it does not start like qcow2, its disk_format says qcow2");
        assertRefused(raw(new byte[0]), "qcow2", "it does not start like qcow2, its disk_format says qcow2");
        assertRefused(
                raw(new byte[] {'Q', 'F', 'I', (byte) 0xfb, 0, 0, 0, 1}),
                "qcow2",
                "it starts like qcow2 but is no version 2 or 3, its disk_format says qcow2");
    }

    @Test
    void aQcow2HeaderWithNothingBehindItIsRefusedByQemuImg() throws Exception {
        byte[] bytes = new byte[512];
        ByteBuffer.wrap(bytes).putInt(0, 0x514649fb).putInt(4, 3);
        Path image = raw(bytes);
        assertThatThrownBy(() -> check.check("img", image, "qcow2"))
                .isInstanceOf(BadImageException.class)
                .hasMessageStartingWith(
                        "cannot use image img (" + image + "): qemu-img cannot open it as qcow2: Could not open");
    }

    /** A guest may have written the header of another format to its raw disk, to have the host open a file for it. */
    @ParameterizedTest
    @CsvSource({
        "qcow2, QFI\u00fb",
        "vmdk, KDMV",
        "vmdk, # Disk DescriptorFile",
        "vhdx, vhdxfile",
        "vhd, conectix",
        "luks, LUKS\u00ba\u00be",
        "parallels, WithoutFreeSpace"
    })
    void aRawOneWithAnotherFormatsHeaderIsRefused(String format, String start) throws Exception {
        byte[] bytes = new byte[1024];
        byte[] head = start.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(head, 0, bytes, 0, head.length);
        assertRefused(raw(bytes), "raw", "it starts like " + format + ", but its disk_format says raw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"qcow2", "vmdk", "vdi", "vhdx", "vpc", "qed", "parallels"})
    void whatQemuImgReallyWritesIsSeen(String format) throws Exception {
        Path image = directory.resolve("real." + format);
        qemuImg("create", "-q", "-f", format, image.toString(), "4M");
        assertThatThrownBy(() -> check.check("img", image, "raw"))
                .isInstanceOf(BadImageException.class)
                .hasMessageContaining("it starts like ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"vmdk", "QCOW2", "", "iso"})
    void formatsThatWeDoNotBootAreRefused(String format) throws Exception {
        assertRefused(
                raw(new byte[512]),
                format,
                "its disk_format is " + format + ", this driver boots raw and qcow2 (qemu-img convert makes them)");
    }

    @Test
    void whatIsNotThereOrNoFileIsRefused() throws IOException {
        assertRefused(directory.resolve("nobody"), "raw", "there is no such file");
        assertRefused(directory, "raw", "it is not a regular file");
        assertRefused(Path.of("/dev/zero"), "raw", "it is not a regular file");
        assertRefused(Path.of("images/a.img"), "raw", "the path is relative, libvirt needs an absolute one");
        assertRefused(raw(new byte[0]), "raw", "it is empty, a disk has at least one sector (512 bytes)");
        assertRefused(
                Files.createSymbolicLink(directory.resolve("link"), directory.resolve("nobody")),
                "raw",
                "there is no such file");
    }

    @Test
    void theRootDiskIsTheFlavorsOrTheImagesOwn() {
        ImageInfo image = new ImageInfo("qcow2", 2L << 30, 1, Optional.empty(), Optional.empty(), false);
        Path path = Path.of("/images/a");
        assertThat(BaseImageCheck.rootDiskBytes("a", path, image, 0)).isEqualTo(2L << 30);
        assertThat(BaseImageCheck.rootDiskBytes("a", path, image, 2)).isEqualTo(2L << 30);
        assertThat(BaseImageCheck.rootDiskBytes("a", path, image, 5000)).isEqualTo(5000L << 30);
        assertThatThrownBy(() -> BaseImageCheck.rootDiskBytes("a", path, image, 1))
                .isInstanceOf(BadImageException.class)
                .hasMessage("cannot use image a (/images/a): its disk has 2147483648 bytes, the flavor's root disk"
                        + " 1073741824 (disk: 1 GiB); it cannot shrink");
    }

    private void assertRefused(Path image, String format, String why) {
        assertThatThrownBy(() -> check.check("img", image, format))
                .isInstanceOf(BadImageException.class)
                .hasMessage("cannot use image img (" + image + "): " + why);
    }

    private Path raw(byte[] bytes) throws IOException {
        return Files.write(Files.createTempFile(directory, "raw", ""), bytes);
    }

    static void qemuImg(String... arguments) throws IOException, InterruptedException {
        String[] line = new String[arguments.length + 1];
        line[0] = "qemu-img";
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        Process process = new ProcessBuilder(line).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }
}
