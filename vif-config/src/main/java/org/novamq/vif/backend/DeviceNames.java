package org.novamq.vif.backend;

import java.util.regex.Pattern;

/** Names of network devices of the host: what both the kernel and libvirt's schema take. */
public final class DeviceNames {
    /** Linux: IFNAMSIZ, 16, less the final NUL. libvirt 9.0: "Network interface name … is too long". */
    public static final int MAX_LENGTH = 15;

    /**
     * libvirt's schema ({@code deviceName} in basictypes.rng) less what the kernel refuses (dev_valid_name in
     * net/core/dev.c): slash and colon; and less the backslash, which nobody uses.
     */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1," + MAX_LENGTH + "}");

    private DeviceNames() {}

    /** Whether a device can have this name. */
    public static boolean isSound(String name) {
        return NAME.matcher(name).matches() && !name.equals(".") && !name.equals("..");
    }
}
