package org.novamq.driver.host;

import java.util.Optional;

/**
 * The messages that a PCI device offers, from the bytes of its configuration space (PCI Local Bus Specification 3.0,
 * chapter 6).
 */
final class PciConfig {
    private static final int STATUS = 0x06;
    /** Bit 4 of the status: there is a list of capabilities. */
    private static final int HAS_CAPABILITIES = 0x10;

    private static final int FIRST_CAPABILITY = 0x34;

    /** Capabilities lie behind the header. */
    private static final int HEADER_BYTES = 0x40;

    /** The list lies in the first 256 bytes, and each capability begins at a multiple of 4: more steps are a loop. */
    private static final int MAX_CAPABILITIES = (0x100 - HEADER_BYTES) / 4;

    private static final int MSI = 0x05;
    private static final int MSIX = 0x11;
    /** From the capability's beginning to its Message Control. */
    private static final int CONTROL = 2;

    /** Message Control of MSI-X: the table's size less one. */
    private static final int TABLE_SIZE = 0x7ff;

    /** The value that is read from a device that does not answer because it is powered down or gone. */
    private static final int NO_ANSWER = 0xffff;

    private PciConfig() {}

    /**
     * Messages of the device: the size of its MSI-X table; without one, its MSI messages; 0 without either.
     *
     * @param config configuration space from its beginning; an unprivileged reader gets 64 bytes of it
     * @return empty where the bytes do not tell: too few of them, a list that loops, or no answer of the device
     */
    static Optional<Integer> messages(byte[] config) {
        if (config.length < HEADER_BYTES || word(config, STATUS) == NO_ANSWER) {
            return Optional.empty();
        }
        if ((word(config, STATUS) & HAS_CAPABILITIES) == 0) {
            return Optional.of(0);
        }
        int msi = 0;
        int at = pointer(config, FIRST_CAPABILITY);
        for (int steps = 0; at >= HEADER_BYTES; steps++) {
            if (steps == MAX_CAPABILITIES || at + CONTROL + 2 > config.length) {
                return Optional.empty();
            }
            int control = word(config, at + CONTROL);
            switch (config[at] & 0xff) {
                case MSIX -> {
                    return Optional.of((control & TABLE_SIZE) + 1);
                }
                case MSI -> msi = 1 << ((control >> 1) & 7);
                default -> {}
            }
            at = pointer(config, at + 1);
        }
        return Optional.of(msi);
    }

    private static int pointer(byte[] config, int at) {
        return config[at] & 0xfc;
    }

    private static int word(byte[] config, int at) {
        return (config[at] & 0xff) | (config[at + 1] & 0xff) << 8;
    }
}
