package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code novamq queues activate}. */
@Command(
        name = "activate",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Have the guest use all the queues that it has, through its agent.",
        footerHeading = "%nExamples:%n",
        footer = "  novamq queues activate web1")
final class QueuesActivateCommand extends OneServerCommand {
    @Option(names = "--json", description = "Print the service's answer as one line of JSON.")
    private boolean json;

    QueuesActivateCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void run(NovaMqClient client, String id) {
        JsonNode answer = client.post(QueuesCommand.path(id) + "/activate", Json.MAPPER.createObjectNode());
        if (json) {
            terminal().out().answer(Json.line(answer));
        } else {
            QueuesTable.print(answer, terminal().out());
        }
    }
}
