package org.novamq.driver.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code novamq queues snippet}. */
@Command(
        name = "snippet",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Print a cloud-config that has the guest turn its queues on at every boot,",
            "for guests that do not by themselves (Linux before 4.10)."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  novamq queues snippet web1 > user-data", "  novamq queues snippet --udev web1"})
final class QueuesSnippetCommand extends OneServerCommand {
    @Option(names = "--udev", description = "Print the udev rules alone, for guests without cloud-init.")
    private boolean udev;

    QueuesSnippetCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void run(NovaMqClient client, String id) {
        String form = udev ? "udev_rules" : "cloud_config";
        terminal()
                .out()
                .print(client.get(QueuesCommand.path(id) + "/snippet")
                        .path(form)
                        .asText());
    }
}
