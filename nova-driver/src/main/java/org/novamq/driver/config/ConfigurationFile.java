package org.novamq.driver.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Where the configuration lies. Knows nothing of what is in it, so that asking costs nothing. */
public final class ConfigurationFile {
    private static final Path DEFAULT = Path.of("/etc/novamq/novamq.yaml");

    private ConfigurationFile() {}

    /** The file that the user names, else the default one if it exists. */
    public static Optional<Path> locate(Optional<Path> named) {
        return named.or(() -> Optional.of(DEFAULT).filter(Files::exists));
    }
}
