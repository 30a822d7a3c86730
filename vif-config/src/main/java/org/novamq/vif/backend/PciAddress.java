package org.novamq.vif.backend;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PCI function's address in its four hexadecimal parts, as in {@code 0000:0a:00.1}.
 *
 * @param domain four digits
 * @param bus two digits
 * @param slot two digits
 * @param function one digit
 */
public record PciAddress(String domain, String bus, String slot, String function) {
    private static final Pattern SLOT = Pattern.compile("([0-9a-fA-F]{4}):([0-9a-fA-F]{2}):([0-9a-fA-F]{2})\\.([0-7])");

    /** Reads {@code 0000:0a:00.1}; nothing else is an address. */
    public static Optional<PciAddress> of(String pciSlot) {
        Matcher parts = SLOT.matcher(pciSlot);
        return parts.matches()
                ? Optional.of(new PciAddress(parts.group(1), parts.group(2), parts.group(3), parts.group(4)))
                : Optional.empty();
    }

    /** The form that {@link #of} reads, in lower case. */
    public String text() {
        return (domain + ":" + bus + ":" + slot + "." + function).toLowerCase(Locale.ROOT);
    }
}
