package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code novamq list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "List the instances.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq list", "  novamq list --json | jq -r '.servers[].id'"})
final class ListCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Option(names = "--json", description = "Print the service's answer as one line of JSON.")
    private boolean json;

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    @Override
    public void run() {
        JsonNode answer = service.client().get("/v2.1/servers/detail");
        if (json) {
            terminal.out().answer(Json.line(answer));
            return;
        }
        Table table = new Table("ID", "NAME", "STATUS", "FLAVOR", "IMAGE", "NETWORKS");
        for (JsonNode server : answer.path("servers")) {
            table.row(
                    Printable.field(server, "id"),
                    Printable.field(server, "name"),
                    Printable.field(server, "status"),
                    flavor(server),
                    Printable.field(server, "image", "id"),
                    networks(server));
        }
        table.print(terminal.out());
    }

    /** From microversion 2.47 on the flavor is embedded, and has a name in the place of an id. */
    private static String flavor(JsonNode server) {
        return server.path("flavor").has("original_name")
                ? Printable.field(server, "flavor", "original_name")
                : Printable.field(server, "flavor", "id");
    }

    private static String networks(JsonNode server) {
        List<String> names = new ArrayList<>();
        server.path("addresses").fieldNames().forEachRemaining(name -> names.add(Printable.line(name)));
        return names.isEmpty() ? Printable.NOTHING : String.join(", ", names);
    }
}
