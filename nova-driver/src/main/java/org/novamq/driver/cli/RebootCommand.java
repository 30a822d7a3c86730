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
        description = "Reboot instances: their guests are asked to, and the domains stay as they are defined.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq reboot web1 web2", "  novamq reboot --hard --wait web1"})
final class RebootCommand extends ServersCommand {
    @Option(names = "--hard", description = "Destroy the domains and define them anew; every NIC keeps its queues.")
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

    @Override
    void await(ServerWait wait, String id, String name) {
        wait.untilIdle(id, name);
    }
}
