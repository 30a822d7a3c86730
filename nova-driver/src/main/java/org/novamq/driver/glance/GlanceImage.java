package org.novamq.driver.glance;

import java.util.UUID;

/**
 * An image as a request names it.
 *
 * @param id Glance's
 * @param diskFormat its {@code disk_format}
 * @param isDisk whether a disk is to lie over it; a kernel or a ramdisk is loaded as it is
 */
public record GlanceImage(UUID id, String diskFormat, ImageHash hash, boolean isDisk) {
    /** Of its file in the cache: the same name always stands for the same bytes. */
    String fileName() {
        return id + "-" + hash.algorithm() + "-" + hash.value();
    }
}
