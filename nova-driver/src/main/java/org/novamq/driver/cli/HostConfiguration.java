package org.novamq.driver.cli;

import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.nio.file.Path;
import org.novamq.driver.config.ConfigurationReader;
import org.novamq.vif.request.HostLimits;

/** The host's limits in the service's configuration. The only class here that a dry run pays Dropwizard for. */
final class HostConfiguration {
    private HostConfiguration() {}

    /**
     * Reads a configuration file as the service does.
     *
     * @throws IOException if the file cannot be read, or is no configuration
     */
    static HostLimits read(Path file) throws IOException {
        try {
            return new ConfigurationReader(null, Jackson.newObjectMapper(), "dw")
                    .build(new FileConfigurationSourceProvider(), file.toString())
                    .hostLimits();
        } catch (ConfigurationException e) {
            throw new IOException(String.valueOf(e.getMessage()).strip(), e);
        }
    }
}
