package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code novamq console-log}. The guest's own bytes: they are printed as they are. */
@Command(
        name = "console-log",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Print what an instance has written to its serial console.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq console-log web1", "  novamq console-log web1 --length 20"})
final class ConsoleLogCommand extends OneServerCommand {
    @Option(names = "--length", paramLabel = "N", description = "Only the last N lines.")
    private Optional<Integer> length = Optional.empty();

    ConsoleLogCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void run(NovaMqClient client, String id) {
        ObjectNode action = Json.MAPPER.createObjectNode();
        ObjectNode arguments = action.putObject("os-getConsoleOutput");
        length.ifPresent(lines -> arguments.put("length", lines));
        String output = client.post(ServerReference.path(id) + "/action", action)
                .path("output")
                .asText();
        terminal().out().print(output);
        if (!output.isEmpty() && !output.endsWith("\n")) {
            terminal().out().println();
        }
    }
}
