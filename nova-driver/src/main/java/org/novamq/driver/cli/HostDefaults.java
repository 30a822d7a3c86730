package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.configuration.ConfigurationException;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.configuration.YamlConfigurationFactory;
import io.dropwizard.jackson.Jackson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.novamq.driver.config.NovaMqConfiguration;
import org.novamq.image.Findings;
import org.novamq.vif.request.HostLimits;

/** What a dry run takes for the host where the request does not say. */
final class HostDefaults {
    /** The service's own default, named again: asking NovaMqApplication for it would load Dropwizard. */
    private static final Path CONFIG = Path.of("/etc/novamq/novamq.yaml");

    private HostDefaults() {}

    /**
     * What the deployer allows, by a configuration file if there is one, on this machine's kernel.
     *
     * @param config the file that the user names; it must exist then
     * @throws IOException if the file cannot be read, or is no configuration
     */
    static HostLimits load(Optional<Path> config) throws IOException {
        Optional<Path> file = config.or(() -> Optional.of(CONFIG).filter(Files::exists));
        HostLimits limits = file.isPresent() ? read(file.get()) : HostLimits.DEFAULT;
        return limits.toBuilder()
                .kernelRelease(System.getProperty("os.version"))
                .build();
    }

    /** Only here does a dry run load the service's classes. */
    private static HostLimits read(Path file) throws IOException {
        ObjectMapper mapper = Jackson.newObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
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
