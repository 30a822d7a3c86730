package org.novamq.driver.instance;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The files that an instance boots from.
 *
 * @param disk the base of its root disk; absent for a guest without one
 * @param kernel a kernel that is booted directly, with its ramdisk
 */
public record BootSource(Optional<ImageFile> disk, Optional<ImageFile> kernel, Optional<ImageFile> ramdisk) {
    /**
     * One image's file.
     *
     * @param name the image's name, for messages
     * @param path absolute; a text, because the record keeps it
     * @param format its declared {@code disk_format}
     */
    public record ImageFile(String name, String path, String format) {
        public Path file() {
            return Path.of(path);
        }
    }
}
