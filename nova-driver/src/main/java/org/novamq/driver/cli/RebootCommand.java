package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code novamq reboot}. */
@Command(
        name = "reboot",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Reboot an instance: its guest is asked to, and the domain stays as it is defined.")
final class RebootCommand extends ChangeCommand {
    @Option(names = "--hard", description = "Destroy the domain and define it anew; every NIC keeps its queues.")
    private boolean hard;

    RebootCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void change(NovaMqClient client, String id) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("reboot").put("type", hard ? "HARD" : "SOFT");
        client.act(id, body);
    }
}
