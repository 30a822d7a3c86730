package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code novamq interface-list}. */
@Command(
        name = "interface-list",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "List the NICs of an instance.")
final class InterfaceListCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Option(names = "--json", description = "Print the service's answer as one line of JSON.")
    private boolean json;

    @Parameters(paramLabel = "SERVER", description = "Its id or name.")
    private String server = "";

    InterfaceListCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    @Override
    public void run() {
        NovaMqClient client = service.client();
        JsonNode answer = client.get(InterfaceAttachCommand.path(ServerReference.resolve(client, server)));
        if (json) {
            terminal.out().answer(Json.line(answer));
        } else {
            InterfacesTable.print(answer.path("interfaceAttachments"), terminal.out());
        }
    }
}
