package org.novamq.driver.disk;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * What {@code qemu-img info --output=json} says of one image.
 *
 * @param format the format that it was opened with, {@code raw} or {@code qcow2}
 * @param virtualSizeBytes the disk that a guest sees
 * @param actualSizeBytes what the file takes on the host
 * @param backingFile the image that it lies over, as written in its header
 * @param dataFile the external file that holds its data (a qcow2 feature)
 * @param encrypted whether it needs a key
 */
public record ImageInfo(
        String format,
        long virtualSizeBytes,
        long actualSizeBytes,
        Optional<String> backingFile,
        Optional<String> dataFile,
        boolean encrypted) {
    /** Checks that nothing is missing. */
    public ImageInfo {
        requireNonNull(format, "format is null");
        requireNonNull(backingFile, "backingFile is null");
        requireNonNull(dataFile, "dataFile is null");
    }
}
