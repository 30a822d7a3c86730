package org.novamq.vif.backend;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A PCI function's address in its four hexadecimal parts, as in {@code 0000:0a:00.1}.
 *
 * @param domain four digits, up to eight where there are more than 65,536 domains (libvirt: 32 bits; Intel VMD has 10000)
 * @param bus two digits
 * @param slot two digits, up to 1f
 * @param function one digit
 */
public record PciAddress(String domain, String bus, String slot, String function) {
    private static final Pattern SLOT =
            Pattern.compile("([0-9a-fA-F]{4,8}):([0-9a-fA-F]{2}):([01][0-9a-fA-F])\\.([0-7])");

    /** Reads the address in a port's {@code pci_slot} ({@code 0000:0a:00.1}); empty where the text is none. */
    public static Optional<PciAddress> of(String pciSlot) {
        Matcher parts = SLOT.matcher(pciSlot);
        return parts.matches()
                ? Optional.of(new PciAddress(parts.group(1), parts.group(2), parts.group(3), parts.group(4)))
                : Optional.empty();
    }

    /** The address in lower case, as os-vif writes it. */
    PciAddress lowerCase() {
        return new PciAddress(
                domain.toLowerCase(Locale.ROOT), bus.toLowerCase(Locale.ROOT), slot.toLowerCase(Locale.ROOT), function);
    }

    /** The address in the form that is the same for every spelling of it. */
    public String canonical() {
        return String.format(Locale.ROOT, "%04x:%s:%s.%s", Long.parseLong(domain, 16), bus, slot, function)
                .toLowerCase(Locale.ROOT);
    }

    /** The form that {@link #of} reads, in lower case. */
    public String text() {
        return (domain + ":" + bus + ":" + slot + "." + function).toLowerCase(Locale.ROOT);
    }
}
