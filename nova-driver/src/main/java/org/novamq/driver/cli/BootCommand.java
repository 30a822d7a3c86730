package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code novamq boot}. */
@Command(
        name = "boot",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Boot an instance whose NICs have the queues that they ask for.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  novamq boot web1 --image debian --flavor m1.mq --nic net-id=data,queues=4 --nic net-id=admin --wait",
            "  novamq boot web2 --image debian --flavor m1.mq --nic net-name=data,throughput=medium --meta owner=me",
            "  novamq boot lone --image debian --flavor m1.mq --nic none --json | jq -r .server.id"
        })
final class BootCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Mixin
    private final BootOptions options = new BootOptions();

    @Mixin
    private final WaitOptions waiting = new WaitOptions();

    @Option(
            names = "--json",
            description = "Print one line of JSON: {\"server\": ...}, with \"queues\" beside it after --wait.")
    private boolean json;

    BootCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    @Override
    public Integer call() {
        ObjectNode request = options.toRequest();
        NovaMqClient client = service.client();
        JsonNode accepted = client.post("/v2.1/servers", request);
        String id = accepted.path("server").path("id").asText();
        for (JsonNode warning : ServerReference.ours(client, id).path("warnings")) {
            terminal.err().println("warning: " + Printable.line(warning.asText()));
        }
        if (waiting.isGiven()) {
            return await(client, id);
        }
        terminal.out().answer(json ? Json.line(accepted) : Printable.line(id));
        return ExitCode.DONE;
    }

    private int await(NovaMqClient client, String id) {
        JsonNode server = waiting.begin(client, terminal).untilBuilt(id, options.name());
        boolean failed = server.path("status").asText().equals("ERROR");
        Optional<JsonNode> queues = failed ? Optional.empty() : Optional.of(client.get(QueuesCommand.path(id)));
        if (json) {
            ObjectNode answer = Json.MAPPER.createObjectNode();
            answer.set("server", server);
            queues.ifPresent(body -> answer.set("queues", body));
            terminal.out().answer(Json.line(answer));
        } else {
            queues.ifPresent(body -> QueuesTable.print(body, terminal.out()));
        }
        if (failed) {
            terminal.err()
                    .println("cannot boot " + Printable.line(options.name()) + " (" + Printable.line(id) + "): "
                            + Printable.field(server, "fault", "message"));
        }
        return failed ? ExitCode.FAILED : ExitCode.DONE;
    }
}
