package org.novamq.driver.instance;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that an instance boots from.
 *
 * @param disk the base of its root disk; absent for a guest without one
 * @param kernel a kernel that is booted directly, with its ramdisk
 */
public record BootSource(Optional<ImageFile> disk, Optional<ImageFile> kernel, Optional<ImageFile> ramdisk) {
    public BootSource {
        requireNonNull(disk, "disk is missing");
        requireNonNull(kernel, "kernel is missing");
        requireNonNull(ramdisk, "ramdisk is missing");
    }

    /**
     * One image's file.
     *
     * @param name the image's name, for messages
     * @param path absolute; a text, because the record keeps it
     * @param format its declared {@code disk_format}
     */
    public record ImageFile(String name, String path, String format) {
        public ImageFile {
            requireNonNull(name, "name is missing");
            requireNonNull(path, "path is missing");
            requireNonNull(format, "format is missing");
        }

        public Path file() {
            return Path.of(path);
        }
    }
}
