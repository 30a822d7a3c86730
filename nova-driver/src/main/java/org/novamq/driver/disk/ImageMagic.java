package org.novamq.driver.disk;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Tells an image format by the bytes with which such files start, as oslo.utils' format inspector does for Nova: a file that
 * is declared raw and has another format's header is refused, for something down the line would believe the header.
 */
final class ImageMagic {
    /** How much of a file's start {@link #detect} and {@link Qcow2Header} want to see. */
    static final int HEAD_BYTES = 512;

    private static final List<Signature> SIGNATURES = List.of(
            // docs/interop/qcow2.txt, also of version 1 (block/qcow.c)
            new Signature("qcow2", 0, "QFI\u00fb"),
            // block/vmdk.c: sparse extent, ESX sparse extent, descriptor
            new Signature("vmdk", 0, "KDMV"),
            new Signature("vmdk", 0, "COWD"),
            new Signature("vmdk", 0, "# Disk DescriptorFile"),
            // block/vdi.c: VDI_SIGNATURE after 64 bytes of text
            new Signature("vdi", 64, "\u007f\u0010\u00da\u00be"),
            new Signature("vhdx", 0, "vhdxfile"),
            // block/vpc.c: a dynamic disk repeats its footer at the start
            new Signature("vhd", 0, "conectix"),
            // crypto/block-luks.c
            new Signature("luks", 0, "LUKS\u00ba\u00be"),
            new Signature("qed", 0, "QED\u0000"),
            // block/parallels.c
            new Signature("parallels", 0, "WithoutFreeSpace"),
            new Signature("parallels", 0, "WithouFreSpacExt"),
            new Signature("bochs", 0, "Bochs Virtual HD Image"));

    private ImageMagic() {}

    /** The format that this start of a file announces; empty for anything that may be raw. */
    static Optional<String> detect(byte[] head) {
        return SIGNATURES.stream()
                .filter(signature -> signature.matches(head))
                .map(Signature::format)
                .findFirst();
    }

    /** Bytes at a place, written as text of which each character is one byte (ISO 8859-1). */
    private record Signature(String format, int offset, String bytes) {
        boolean matches(byte[] head) {
            int end = offset + bytes.length();
            return head.length >= end
                    && new String(head, offset, bytes.length(), StandardCharsets.ISO_8859_1).equals(bytes);
        }
    }
}
