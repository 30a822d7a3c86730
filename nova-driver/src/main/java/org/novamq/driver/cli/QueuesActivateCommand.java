package org.novamq.driver.cli;

import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;

/** {@code novamq queues activate}. */
@Command(
        name = "activate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Have the guest use all the queues that it has, through its agent.")
final class QueuesActivateCommand extends ChangeCommand {
    QueuesActivateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void change(NovaMqClient client, String id) {
        QueuesTable.print(
                client.post(QueuesCommand.path(id) + "/activate", Json.MAPPER.createObjectNode()),
                terminal().out());
    }
}
