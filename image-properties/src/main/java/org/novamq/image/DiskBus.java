package org.novamq.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The buses of {@code hw_disk_bus} that a domain of ours can have. */
public enum DiskBus {
    VIRTIO("vd"),
    SCSI("sd"),
    SATA("sd"),
    IDE("hd"),
    USB("sd");

    private final String devicePrefix;

    DiskBus(String devicePrefix) {
        this.devicePrefix = devicePrefix;
    }

    /** The name in XML and in the image property. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What the names of disks on this bus begin with ({@code vd} of {@code vda}). */
    public String devicePrefix() {
        return devicePrefix;
    }

    static Optional<DiskBus> of(String name) {
        return Arrays.stream(values()).filter(bus -> bus.text().equals(name)).findFirst();
    }

    static List<String> names() {
        return Arrays.stream(values()).map(DiskBus::text).toList();
    }
}
