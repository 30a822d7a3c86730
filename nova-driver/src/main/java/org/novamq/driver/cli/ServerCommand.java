package org.novamq.driver.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.novamq.driver.api.NovaMqApplication;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code novamq server}. */
@Command(
        name = "server",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Run the service until it is stopped.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq server", "  novamq server --config novamq.yaml"})
final class ServerCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Its configuration; unless given, /etc/novamq/novamq.yaml where it exists, else the defaults.")
    private Optional<Path> config = Optional.empty();

    @Override
    public Integer call() throws Exception {
        config.filter(file -> !Files.isReadable(file)).ifPresent(file -> {
            throw new CommandFailedException("cannot read " + file + ": no such file, or no right to read it");
        });
        NovaMqApplication.serve(config);
        return ExitCode.DONE;
    }
}
