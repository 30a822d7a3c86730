package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.novamq.driver.json.Json;
import org.novamq.image.Texts;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code novamq meta}, as novaclient has it. */
@Command(
        name = "meta",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Set or delete metadata of an instance: the user's own keys and values.",
        footerHeading = "%nExamples:%n",
        footer = {"  novamq meta web1 set role=front owner=alice", "  novamq meta web1 delete owner"})
final class MetaCommand extends OneServerCommand {
    /** What can be done to metadata. */
    enum Change {
        set,
        delete
    }

    @Parameters(index = "1", paramLabel = "set|delete", description = "What to do.")
    private Change change = Change.set;

    @Parameters(
            index = "2..*",
            arity = "1..*",
            paramLabel = "KEY=VALUE",
            description = "What to set; to delete, only the keys.")
    private List<String> items = List.of();

    MetaCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void checkOptions() {
        if (change != Change.delete) {
            metadata();
        }
    }

    private ObjectNode metadata() {
        ObjectNode metadata = Json.MAPPER.createObjectNode();
        for (String item : items) {
            int equals = item.indexOf('=');
            if (equals < 1) {
                throw new UsageException("cannot set " + Texts.quote(item) + ": KEY=VALUE is needed");
            }
            metadata.put(item.substring(0, equals), item.substring(equals + 1));
        }
        return metadata;
    }

    @Override
    void run(NovaMqClient client, String id) {
        String path = ServerReference.path(id) + "/metadata";
        if (change == Change.delete) {
            items.forEach(key -> client.delete(path + "/" + NovaMqClient.segment(key)));
            return;
        }
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.set("metadata", metadata());
        client.post(path, body);
    }
}
