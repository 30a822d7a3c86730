package org.novamq.driver.cli;

import picocli.CommandLine.Command;

/** {@code novamq queues snippet}. */
@Command(
        name = "snippet",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Print a cloud-config that has the guest turn its queues on at every boot,",
            "for guests that do not by themselves (Linux before 4.10)."
        })
final class QueuesSnippetCommand extends ChangeCommand {
    QueuesSnippetCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void change(NovaMqClient client, String id) {
        terminal()
                .out()
                .print(client.get(QueuesCommand.path(id) + "/snippet")
                        .path("cloud_config")
                        .asText());
    }
}
