package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
        description = "Show all that the service says of an instance.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq show web1", "  novamq show web1 --json | jq -r .server.status"})
final class ShowCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Option(names = "--json", description = "Print one line of JSON: {\"server\": ..., \"warnings\": [...]}.")
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
        JsonNode warnings = ServerReference.warnings(client, id);
        if (json) {
            ObjectNode joined = Json.MAPPER.createObjectNode();
            joined.set("server", answer.path("server"));
            joined.set("warnings", warnings);
            terminal.out().answer(Json.line(joined));
            return;
        }
        Table table = new Table("FIELD", "VALUE");
        answer.path("server").properties().stream()
                .filter(field -> !field.getKey().equals("links"))
                .forEach(field ->
                        table.row(Printable.line(field.getKey()), Printable.field(answer, "server", field.getKey())));
        warnings.forEach(warning -> table.row("warning", Printable.line(warning.asText())));
        table.print(terminal.out());
    }
}
