package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
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
        footer = {
            "  novamq interface-attach web1 --nic net-id=data,queues=2",
            "  novamq interface-attach web1 --net-id data --tag queues=2"
        })
final class InterfaceAttachCommand extends ChangeCommand {
    @Option(
            names = "--nic",
            paramLabel = "KEY=VALUE[,...]",
            description = "The NIC, in the words of boot: net-id= or net-name=, tag=, queues= or throughput=.")
    private Optional<String> nic = Optional.empty();

    @Option(names = "--net-id", paramLabel = "NET", description = "The network; short for --nic net-id=NET.")
    private Optional<String> network = Optional.empty();

    @Option(names = "--tag", paramLabel = "TAG", description = "With --net-id: a tag, which may be queues=N.")
    private Optional<String> tag = Optional.empty();

    @Option(names = "--json", description = "Print the service's answer as one line of JSON.")
    private boolean json;

    InterfaceAttachCommand(Terminal terminal) {
        super(terminal);
    }

    @Override
    void checkOptions() {
        option();
    }

    private NicOption option() {
        return NicOptions.read(List.of(nic())).get(0);
    }

    @Override
    boolean change(NovaMqClient client, String id) {
        NicOption option = option();
        ObjectNode body = Json.MAPPER.createObjectNode();
        ObjectNode attachment = body.putObject("interfaceAttachment");
        option.network().ifPresent(network -> attachment.put("net_id", network));
        option.port().ifPresent(port -> attachment.put("port_id", port));
        option.v4FixedIp()
                .or(option::v6FixedIp)
                .ifPresent(ip -> attachment.putArray("fixed_ips").addObject().put("ip_address", ip));
        option.tag().ifPresent(tag -> attachment.put("tag", tag));
        option.wish().ifPresent(wish -> NicOptions.put(wish, attachment));
        JsonNode answer = client.post(path(id), body);
        if (json) {
            terminal().out().answer(Json.line(answer));
        } else {
            InterfacesTable.print(
                    List.of(answer.path("interfaceAttachment")), terminal().out());
        }
        return false;
    }

    private String nic() {
        if (nic.isPresent() == network.isPresent() || (tag.isPresent() && network.isEmpty())) {
            throw new UsageException(
                    "cannot tell which NIC to attach: either --nic, or --net-id with or without --tag");
        }
        return nic.orElseGet(() -> "net-id=" + network.orElseThrow()
                + tag.map(text -> ",tag=" + text).orElse(""));
    }

    static String path(String id) {
        return ServerReference.path(id) + "/os-interface";
    }
}
