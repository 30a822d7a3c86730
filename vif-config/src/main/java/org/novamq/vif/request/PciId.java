package org.novamq.vif.request;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ids by which a driver finds its PCI device.
 *
 * @param vendor four hexadecimal digits, lower case
 * @param device four hexadecimal digits, lower case
 */
public record PciId(String vendor, String device) {
    private static final Pattern DIGITS = Pattern.compile("[0-9a-f]{4}");

    public PciId {
        if (!DIGITS.matcher(vendor).matches() || !DIGITS.matcher(device).matches()) {
            throw new IllegalArgumentException(
                    "cannot use " + vendor + ":" + device + " as PCI ids: two times four hexadecimal digits");
        }
    }

    /** Reads {@code 15b3:1018}, the form of {@code lspci -n} and of Neutron's {@code pci_vendor_info}. */
    public static Optional<PciId> of(String text) {
        String[] parts = text.toLowerCase(Locale.ROOT).split(":", -1);
        return parts.length == 2
                        && DIGITS.matcher(parts[0]).matches()
                        && DIGITS.matcher(parts[1]).matches()
                ? Optional.of(new PciId(parts[0], parts[1]))
                : Optional.empty();
    }

    /** The form that {@link #of} reads. */
    public String text() {
        return vendor + ":" + device;
    }
}
