package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novamq.driver.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code novamq rebuild}. */
@Command(
        name = "rebuild",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Make an instance anew from an image: its disk is replaced, its NICs are planned anew.",
        footerHeading = "%nExamples:%n",
        footer = "  novamq rebuild --wait web1 debian-12")
final class RebuildCommand extends ChangeCommand {
    @Parameters(index = "1", paramLabel = "IMAGE", description = "The image's id or name.")
    private String image = "";

    RebuildCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    boolean change(NovaMqClient client, String id) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.putObject("rebuild").put("imageRef", image);
        client.act(id, body);
        return true;
    }
}
