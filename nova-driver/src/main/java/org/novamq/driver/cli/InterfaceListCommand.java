package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code novamq interface-list}. */
@Command(
        name = "interface-list",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "List the NICs of an instance.",
        footerHeading = "%nExamples:%n",
        footer = "  novamq interface-list web1")
final class InterfaceListCommand extends OneServerCommand {
    @Option(names = "--json", description = "Print the service's answer as one line of JSON.")
    private boolean json;

    InterfaceListCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void run(NovaMqClient client, String id) {
        JsonNode answer = client.get(InterfaceAttachCommand.path(id));
        if (json) {
            terminal().out().answer(Json.line(answer));
        } else {
            InterfacesTable.print(
                    answer.path("interfaceAttachments"), terminal().out());
        }
    }
}
