package org.novamq.driver.cli;

import org.novamq.vif.request.HostLimits;

/** What a dry run takes for the host where the request does not say. */
final class HostDefaults {
    private HostDefaults() {}

    /** A host without limits of its own, with this machine's kernel. */
    static HostLimits load() {
        return HostLimits.DEFAULT.toBuilder()
                .kernelRelease(System.getProperty("os.version"))
                .build();
    }
}
