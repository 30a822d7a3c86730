package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code novamq queues}. */
@Command(
        name = "queues",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Compare an instance's queues: planned, in its domain, and in use by the guest.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  novamq queues web1",
            "  novamq queues activate web1",
            "  novamq queues web1 --json | jq '.nics[].active.queues'"
        })
final class QueuesCommand implements Runnable {
    private final Terminal terminal;

    @Mixin
    private final ServiceOptions service;

    @Option(names = "--json", description = "Print the service's answer as one line of JSON.")
    private boolean json;

    @Parameters(paramLabel = "SERVER", arity = "0..1", description = "Its id or name.")
    private String server = "";

    QueuesCommand(Terminal terminal) {
        this.terminal = terminal;
        this.service = new ServiceOptions(terminal);
    }

    @Override
    public void run() {
        if (server.isEmpty()) {
            throw new UsageException("Missing required parameter: 'SERVER'");
        }
        NovaMqClient client = service.client();
        JsonNode answer = client.get(path(ServerReference.resolve(client, server)));
        if (json) {
            terminal.out().answer(Json.line(answer));
        } else {
            QueuesTable.print(answer, terminal.out());
        }
    }

    static String path(String id) {
        return "/v1/instances/" + NovaMqClient.segment(id) + "/queues";
    }
}
