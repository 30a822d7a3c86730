package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Stream;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code novamq show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Show all that the service says of an instance. An instance that goes on has a fault too if the last thing",
            "asked of it was not done."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  novamq show web1", "  novamq show web1 --json | jq -r .server.status"})
final class ShowCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Option(
            names = "--json",
            description =
                    "Print one line of JSON: {\"server\": ..., \"task\": ..., \"fault\": ..., \"warnings\": [...]}.")
    private boolean json;

    @Parameters(paramLabel = "SERVER", description = "Its id or name.")
    private String server = "";

    ShowCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    @Override
    public void run() {
        NovaMqClient client = service.client();
        String id = ServerReference.resolve(client, server);
        JsonNode answer = client.get(ServerReference.path(id));
        JsonNode ours = ServerReference.ours(client, id);
        if (json) {
            ObjectNode joined = Json.MAPPER.createObjectNode();
            joined.set("server", answer.path("server"));
            List.of("task", "fault", "warnings").forEach(key -> joined.set(key, ours.path(key)));
            terminal.out().answer(Json.line(joined));
            return;
        }
        Table table = new Table("FIELD", "VALUE");
        JsonNode shown = answer.path("server");
        List.of(shown, shown.path("image"), shown.path("flavor")).forEach(ShowCommand::dropLinks);
        shown.fieldNames().forEachRemaining(key -> table.row(Printable.line(key), Printable.field(shown, key)));
        Stream.of("task", "fault")
                .filter(key -> ours.has(key) && !shown.has(key))
                .forEach(key -> table.row(key, Printable.field(ours, key)));
        ours.path("warnings").forEach(warning -> table.row("warning", Printable.line(warning.asText())));
        table.print(terminal.out());
    }

    private static void dropLinks(JsonNode part) {
        if (part instanceof ObjectNode object) {
            object.remove("links");
        }
    }
}
