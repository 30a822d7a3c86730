package org.novamq.image;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The guest architectures of {@code hw_architecture} for which the number of interrupt vectors is known. Nova's names and
 * aliases: {@code nova/objects/fields.py Architecture.canonicalize}.
 */
public enum Architecture {
    X86_64,
    I686,
    AARCH64;

    private static final Map<String, Architecture> ALIASES =
            Map.of("amd64", X86_64, "i386", I686, "i486", I686, "i586", I686, "x86_32", I686, "x86_32p", I686);

    /** The name in the image property and in libvirt's {@code <type arch=…>}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether its interrupts come over an x86 local APIC. */
    public boolean isX86() {
        return this != AARCH64;
    }

    /** Reads a name or alias, in any case. */
    static Optional<Architecture> of(String name) {
        String word = name.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(architecture -> architecture.text().equals(word))
                .findFirst()
                .or(() -> Optional.ofNullable(ALIASES.get(word)));
    }

    static List<String> names() {
        return Arrays.stream(values()).map(Architecture::text).toList();
    }
}
