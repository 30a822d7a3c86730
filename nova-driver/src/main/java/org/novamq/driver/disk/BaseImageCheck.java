package org.novamq.driver.disk;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether a file may be the base of an instance's disk: there, readable, of the format that its owner declared, and
 * alone (no backing file, no external data file, no encryption), so that booting it cannot open any other file of the host.
 *
 * <p>Thread-safe. Every refusal is a {@link BadImageException} "cannot use image NAME (PATH): …".
 */
public final class BaseImageCheck {
    private static final Set<String> BOOTABLE = Set.of("raw", "qcow2");
    public static final long GIB = 1L << 30;

    private final QemuImg qemuImg;

    /** A check that asks this qemu-img. */
    public BaseImageCheck(QemuImg qemuImg) {
        this.qemuImg = requireNonNull(qemuImg, "qemuImg is null");
    }

    /**
     * Checks a disk image.
     *
     * @param image its name or id, for messages
     * @param path the file, absolute
     * @param declaredFormat the image's {@code disk_format}
     * @return what is to know of it; its format is the declared one
     * @throws BadImageException when it may not be used
     * @throws DiskException when qemu-img could not be run
     */
    public ImageInfo check(String image, Path path, String declaredFormat) {
        Subject subject = new Subject(image, path);
        if (!isBootable(declaredFormat)) {
            throw subject.refused(notBootable(declaredFormat));
        }
        checkFile(image, path);
        byte[] head = subject.head();
        Optional<String> found = ImageMagic.detect(head);
        if (declaredFormat.equals("raw") && found.isPresent()) {
            throw subject.refused("it starts like " + found.get() + ", but its disk_format says raw");
        }
        if (declaredFormat.equals("qcow2")) {
            checkQcow2(subject, head, found);
        }
        ImageInfo info = describe(subject, declaredFormat);
        checkAlone(subject, info);
        return info;
    }

    /** Whether a disk of this {@code disk_format} may be one at all; the rest is in the file. */
    public static boolean isBootable(String declaredFormat) {
        return BOOTABLE.contains(declaredFormat);
    }

    /** What is said of one that may not. */
    public static String notBootable(String declaredFormat) {
        return "its disk_format is " + declaredFormat
                + ", this driver boots raw and qcow2 (qemu-img convert makes them)";
    }

    /**
     * Checks a file that QEMU loads as it is (a kernel, a ramdisk): there, regular, readable.
     *
     * @throws BadImageException when it may not be used
     */
    public void checkFile(String image, Path path) {
        Subject subject = new Subject(image, path);
        if (!path.isAbsolute()) {
            throw subject.refused("the path is relative, libvirt needs an absolute one");
        }
        if (!Files.exists(path)) {
            throw subject.refused("there is no such file");
        }
        if (!Files.isRegularFile(path)) {
            throw subject.refused("it is not a regular file");
        }
        if (!Files.isReadable(path)) {
            throw subject.refused("this service may not read it");
        }
    }

    /**
     * The size of the root disk: the flavor's, or the image's own when the flavor says 0.
     *
     * @param info the checked image
     * @param flavorDiskGib the flavor's {@code disk}, GiB
     * @return bytes
     * @throws BadImageException when the image does not fit, as Nova's FlavorDiskSmallerThanImage
     */
    public static long rootDiskBytes(String image, Path path, ImageInfo info, int flavorDiskGib) {
        if (flavorDiskGib == 0) {
            return info.virtualSizeBytes();
        }
        long flavorBytes = flavorDiskGib * GIB;
        if (flavorBytes < info.virtualSizeBytes()) {
            throw new Subject(image, path)
                    .refused("its disk has " + info.virtualSizeBytes() + " bytes, the flavor's root disk " + flavorBytes
                            + " (disk: " + flavorDiskGib + " GiB); it cannot shrink");
        }
        return flavorBytes;
    }

    private static void checkQcow2(Subject subject, byte[] head, Optional<String> found) {
        Qcow2Header header = Qcow2Header.parse(head)
                .orElseThrow(() -> subject.refused("it "
                        + found.map(format -> "starts like " + format + " but is no version 2 or 3")
                                .orElse("does not start like qcow2")
                        + ", its disk_format says qcow2"));
        if (header.hasBackingFile()) {
            throw subject.refused("it has a backing file, a base image must be whole");
        }
        if (header.hasExternalDataFile()) {
            throw subject.refused("its data lie in another file, a base image must be whole");
        }
        if (header.isEncrypted()) {
            throw subject.refused("it is encrypted, this driver has no key for it");
        }
        if (header.hasUnknownFeatures()) {
            throw subject.refused("it uses features of qcow2 that are unknown here (incompatible_features 0x"
                    + Long.toHexString(header.incompatibleFeatures()) + "), known are 0x1f");
        }
    }

    private ImageInfo describe(Subject subject, String declaredFormat) {
        try {
            return qemuImg.info(subject.path(), declaredFormat);
        } catch (ImageFormatException e) {
            throw subject.refused("qemu-img cannot open it as " + declaredFormat + ": " + e.getMessage());
        }
    }

    /** Asks again what the header has said already: the two must agree that nothing else belongs to the image. */
    private static void checkAlone(Subject subject, ImageInfo info) {
        if (info.backingFile().isPresent()) {
            throw subject.refused("it has a backing file, a base image must be whole");
        }
        if (info.dataFile().isPresent()) {
            throw subject.refused("its data lie in another file, a base image must be whole");
        }
        if (info.encrypted()) {
            throw subject.refused("it is encrypted, this driver has no key for it");
        }
        if (info.virtualSizeBytes() == 0) {
            throw subject.refused("it is empty, a disk has at least one sector (512 bytes)");
        }
    }

    /** The image that a message is about. */
    private record Subject(String image, Path path) {
        BadImageException refused(String why) {
            return new BadImageException("cannot use image " + image + " (" + path + "): " + why);
        }

        byte[] head() {
            try (InputStream file = Files.newInputStream(path)) {
                return file.readNBytes(ImageMagic.HEAD_BYTES);
            } catch (IOException e) {
                throw refused("it cannot be read (" + e + ")");
            }
        }
    }
}
