package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.novamq.driver.json.Json;
import org.novamq.image.NicOption;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code novamq interface-attach}. */
@Command(
        name = "interface-attach",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = "Attach a NIC, with what queues the others leave.",
        footerHeading = "%nExamples:%n",
        footer = "  novamq interface-attach web1 --nic net-id=data,queues=2")
final class InterfaceAttachCommand extends ChangeCommand {
    @Option(
            names = "--nic",
            paramLabel = "KEY=VALUE[,...]",
            required = true,
            description = "The NIC, in the words of boot: net-id= or net-name=, tag=, queues= or throughput=.")
    private String nic = "";

    @Option(names = "--json", description = "Print the service's answer as one line of JSON.")
    private boolean json;

    InterfaceAttachCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void change(NovaMqClient client, String id) {
        NicOption option = NicOptions.read(List.of(nic)).get(0);
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode attachment = body.putObject("interfaceAttachment");
        option.network().ifPresent(network -> attachment.put("net_id", network));
        option.port().ifPresent(port -> attachment.put("port_id", port));
        option.tag().ifPresent(tag -> attachment.put("tag", tag));
        option.wish().ifPresent(wish -> NicOptions.put(wish, attachment));
        JsonNode answer = client.post(path(id), body);
        if (json) {
            terminal().out().answer(Json.line(answer));
        } else {
            printInterfaces(List.of(answer.path("interfaceAttachment")));
        }
    }

    static String path(String id) {
        return ServerReference.path(id) + "/os-interface";
    }
}
