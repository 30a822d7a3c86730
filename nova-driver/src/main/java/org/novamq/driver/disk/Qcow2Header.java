package org.novamq.driver.disk;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The part of a qcow2 header that says whether the file is alone (docs/interop/qcow2.txt), read before any QEMU code sees
 * the file: qemu-img itself has followed such references where it should not (CVE-2024-4467).
 *
 * @param version 2 or 3
 * @param backingFileOffset 0 when there is none
 * @param cryptMethod 0 none, 1 AES, 2 LUKS
 * @param incompatibleFeatures bits without whose meaning nobody may open the file
 */
record Qcow2Header(int version, long backingFileOffset, int cryptMethod, long incompatibleFeatures) {
    private static final int V2_BYTES = 72;
    private static final int V3_BYTES = 80;
    private static final long EXTERNAL_DATA_FILE = 1L << 2;
    // dirty, corrupt, external data file, compression type, extended L2 entries: what QEMU 7.2 knows
    private static final long KNOWN = 0x1f;

    /** Empty when the bytes are not the start of a qcow2 file. */
    static Optional<Qcow2Header> parse(byte[] head) {
        if (!ImageMagic.detect(head).equals(Optional.of("qcow2")) || head.length < V2_BYTES) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(head); // big-endian, as the format is
        int version = buffer.getInt(4);
        if (version != 2 && (version != 3 || head.length < V3_BYTES)) {
            return Optional.empty();
        }
        return Optional.of(new Qcow2Header(
                version, buffer.getLong(8), buffer.getInt(32), version == 2 ? 0 : buffer.getLong(V2_BYTES)));
    }

    boolean hasBackingFile() {
        return backingFileOffset != 0;
    }

    boolean hasExternalDataFile() {
        return (incompatibleFeatures & EXTERNAL_DATA_FILE) != 0;
    }

    boolean isEncrypted() {
        return cryptMethod != 0;
    }

    boolean hasUnknownFeatures() {
        return (incompatibleFeatures & ~KNOWN) != 0;
    }
}
