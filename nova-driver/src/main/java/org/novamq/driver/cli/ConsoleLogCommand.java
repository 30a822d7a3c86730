package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code novamq console-log}. The guest's own bytes: they are printed as they are. */
@Command(
        name = "console-log",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Print what an instance has written to its serial console.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq console-log web1", "  novamq console-log web1 --length 20"})
final class ConsoleLogCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Option(names = "--length", paramLabel = "N", description = "Only the last N lines.")
    private Optional<Integer> length = Optional.empty();

    @Parameters(paramLabel = "SERVER", description = "Its id or name.")
    private String server = "";

    ConsoleLogCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    @Override
    public void run() {
        NovaMqClient client = service.client();
        ObjectNode action = Json.MAPPER.createObjectNode();
        ObjectNode arguments = action.putObject("os-getConsoleOutput");
        length.ifPresent(lines -> arguments.put("length", lines));
        String path = ServerReference.path(ServerReference.resolve(client, server)) + "/action";
        String output = client.post(path, action).path("output").asText();
        terminal.out().print(output);
        if (!output.isEmpty() && !output.endsWith("\n")) {
            terminal.out().println();
        }
    }
}
