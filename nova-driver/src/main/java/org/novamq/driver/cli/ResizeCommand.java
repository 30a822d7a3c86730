package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code novamq resize}. */
@Command(
        name = "resize",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Give an instance another flavor: it is stopped, planned anew and started.",
            "Then look at it, and resize-confirm or resize-revert."
        },
        footerHeading = "%nExamples:%n",
        footer = "  novamq resize --wait web1 mq.large8")
final class ResizeCommand extends ChangeCommand {
    @Parameters(index = "1", paramLabel = "FLAVOR", description = "The flavor's id or name.")
    private String flavor = "";

    ResizeCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    boolean change(NovaMqClient client, String id) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("resize").put("flavorRef", flavor);
        client.act(id, body);
        return true;
    }
}
