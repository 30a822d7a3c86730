package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.nio.file.Path;
import org.novamq.driver.config.NovaMqConfiguration;
import org.novamq.image.Findings;
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
        ObjectMapper mapper = NovaMqConfiguration.prepare(
                Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES));
        try {
            NovaMqConfiguration configuration = new YamlConfigurationFactory<>(
                            NovaMqConfiguration.class, null, mapper, "dw")
                    .build(new FileConfigurationSourceProvider(), file.toString());
            Findings findings = new Findings();
            configuration.check(findings);
            findings.throwIfAny();
            return configuration.hostLimits();
        } catch (ConfigurationException e) {
            throw new IOException(String.valueOf(e.getMessage()).strip(), e);
        }
    }
}
