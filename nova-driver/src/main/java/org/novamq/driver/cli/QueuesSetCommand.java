package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code novamq queues set}. */
@Command(
        name = "set",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Give a NIC of a running instance other queues.",
            "As many as it has or fewer: the guest does that at once. More: only with --replug."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  novamq queues set web1 PORT 2", "  novamq queues set --replug --wait web1 PORT 8"})
final class QueuesSetCommand extends ChangeCommand {
    @Option(
            names = "--replug",
            description = {
                "Take the NIC out of the guest and put it in again where that is needed.",
                "Its connections are lost meanwhile."
            })
    private boolean replug;

    @Parameters(index = "1", paramLabel = "PORT", description = "The NIC's id, from interface-list.")
    private String port = "";

    @Parameters(index = "2", paramLabel = "QUEUES", description = "1 to 256.")
    private int queues;

    QueuesSetCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    boolean change(NovaMqClient client, String id) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("queues", queues).put("replug", replug);
        return client.put(
                "/v1/instances/" + NovaMqClient.segment(id) + "/nics/" + NovaMqClient.segment(port) + "/queues", body);
    }
}
