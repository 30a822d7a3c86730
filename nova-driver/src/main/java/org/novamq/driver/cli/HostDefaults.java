package org.novamq.driver.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.novamq.driver.config.ConfigurationFile;
import org.novamq.vif.request.HostLimits;

/** What a dry run takes for the host where the request does not say. */
final class HostDefaults {
    private HostDefaults() {}

    /**
     * What the deployer allows, by a configuration file if there is one, on this machine's kernel.
     *
     * @param config the file that the user names; it must exist then
     * @throws IOException if the file cannot be read, or is no configuration
     */
    static HostLimits load(Optional<Path> config) throws IOException {
        Optional<Path> file = ConfigurationFile.locate(config);
        HostLimits limits = file.isPresent() ? HostConfiguration.read(file.get()) : HostLimits.DEFAULT;
        return limits.toBuilder()
                .kernelRelease(System.getProperty("os.version"))
                .build();
    }
}
