package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code novamq host}. */
@Command(
        name = "host",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Say what the host's instances have together, what its deployer allows, and what is left.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq host", "  novamq host --json | jq .totals.queues"})
final class HostCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Option(names = "--json", description = "Print the service's answer as one line of JSON.")
    private boolean json;

    HostCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    @Override
    public void run() {
        JsonNode answer = service.client().get("/v1/host");
        if (json) {
            terminal.out().answer(Json.line(answer));
            return;
        }
        Table table = new Table("", "", "VALUE");
        for (String part : new String[] {"hypervisor", "totals", "limits", "headroom"}) {
            answer.path(part)
                    .properties()
                    .forEach(field -> table.row(
                            part,
                            field.getKey(),
                            field.getValue().isNull() ? Printable.NOTHING : text(field.getValue())));
        }
        table.print(terminal.out());
    }

    private static String text(JsonNode value) {
        return Printable.line(value.isContainerNode() ? value.toString() : value.asText());
    }
}
