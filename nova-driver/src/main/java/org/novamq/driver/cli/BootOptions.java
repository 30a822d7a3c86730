package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novamq.driver.json.InstanceIds;
import org.novamq.driver.json.Json;
import org.novamq.image.NicOption;
import org.novamq.image.Texts;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to boot, as options, and as the body of {@code POST /v2.1/servers}. */
final class BootOptions {
    private static final String AUTO = "auto";

    /** What may stand instead of NICs. */
    private static final List<String> WORDS = List.of("none", AUTO);

    @Parameters(paramLabel = "NAME", description = "The instance's name.")
    private String name = "";

    @Option(names = "--image", paramLabel = "REF", required = true, description = "The image's id or name.")
    private String image = "";

    @Option(names = "--flavor", paramLabel = "REF", required = true, description = "The flavor's id or name.")
    private String flavor = "";

    @Option(
            names = "--nic",
            paramLabel = "KEY=VALUE[,...]",
            description = {
                "A NIC: exactly one of net-id=, net-name= and port-id=; with it, if you like,",
                "v4-fixed-ip= or v6-fixed-ip=, tag=, and how many queues it wants: queues=N (1 to 256),",
                "or throughput=high|medium|low (all, half or one of the vCPUs).",
                "'none' boots without a NIC, 'auto' with one on the only network there is; that is so too",
                "where no --nic is given."
            })
    private List<String> nics = List.of();

    @Option(names = "--config-drive", description = "Give the guest a config drive, which turns its queues on.")
    private boolean configDrive;

    @Option(names = "--meta", paramLabel = "KEY=VALUE", description = "Metadata of the instance.")
    private Map<String, String> metadata = new LinkedHashMap<>();

    @Option(
            names = "--uuid",
            paramLabel = "UUID",
            description = "The instance's id; the service makes one unless given.")
    private Optional<String> uuid = Optional.empty();

    String name() {
        return name;
    }

    /**
     * The request.
     *
     * @throws UsageException with every problem of the options
     */
    ObjectNode toRequest() {
        ObjectNode request = Json.MAPPER.createObjectNode();
        ObjectNode server = request.putObject("server").put("name", name);
        uuid.ifPresent(text -> server.put("uuid", checkedUuid(text)));
        server.put("imageRef", image).put("flavorRef", flavor);
        Optional<String> word = WORDS.stream().filter(nics::contains).findFirst();
        if (word.isPresent() && nics.size() > 1) {
            throw new UsageException("cannot use --nic " + word.get() + " beside another --nic");
        }
        if (nics.isEmpty() || word.isPresent()) {
            server.put("networks", word.orElse(AUTO));
        } else {
            ArrayNode networks = server.putArray("networks");
            NicOptions.read(nics).forEach(option -> networks.add(network(option)));
        }
        if (configDrive) {
            server.put("config_drive", true);
        }
        server.set("metadata", Json.MAPPER.valueToTree(metadata));
        return request;
    }

    private static ObjectNode network(NicOption option) {
        ObjectNode network = Json.MAPPER.createObjectNode();
        option.network().ifPresent(reference -> network.put("uuid", reference));
        option.port().ifPresent(port -> network.put("port", port));
        option.v4FixedIp().or(option::v6FixedIp).ifPresent(ip -> network.put("fixed_ip", ip));
        option.tag().ifPresent(tag -> network.put("tag", tag));
        option.wish().ifPresent(wish -> NicOptions.put(wish, network));
        return network;
    }

    private static String checkedUuid(String text) {
        if (InstanceIds.parseUuid(text).isEmpty()) {
            throw new UsageException("--uuid: cannot use " + Texts.quote(text) + " as a UUID");
        }
        return text;
    }
}
