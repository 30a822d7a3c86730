package org.novamq.driver.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novamq.driver.json.Json;
import org.novamq.image.NicOption;
import picocli.CommandLine.Option;

/** A dry run's request written as options: every NIC is a bridge VIF on a bridge named after its network. */
final class PlanOptions {
    /** The instance is nobody's; a fixed uuid keeps the answer the same from run to run. */
    private static final String NO_INSTANCE = "00000000-0000-4000-8000-000000000000";

    @Option(names = "--vcpus", paramLabel = "N", description = "vCPUs of the flavor.")
    private Optional<Integer> vcpus = Optional.empty();

    @Option(names = "--memory", paramLabel = "MiB", description = "Memory of the flavor.")
    private Optional<Integer> memory = Optional.empty();

    @Option(names = "--virt-type", paramLabel = "TYPE", description = "kvm (unless given), qemu, lxc or parallels.")
    private Optional<String> virtType = Optional.empty();

    @Option(
            names = "--image-property",
            paramLabel = "KEY=VALUE",
            description = "An image property, like hw_vif_multiqueue_enabled=true or os_distro=debian.")
    private Map<String, String> imageProperties = new LinkedHashMap<>();

    @Option(
            names = "--extra-spec",
            paramLabel = "KEY=VALUE",
            description = "An extra spec of the flavor, like hw:vif_multiqueue_enabled=true.")
    private Map<String, String> extraSpecs = new LinkedHashMap<>();

    @Option(
            names = "--nic",
            paramLabel = "KEY=VALUE[,...]",
            description = "A NIC, in novaclient's words and with queues=N or throughput=high|medium|low beside them.")
    private List<String> nics = List.of();

    boolean isGiven() {
        return vcpus.isPresent()
                || memory.isPresent()
                || virtType.isPresent()
                || !imageProperties.isEmpty()
                || !extraSpecs.isEmpty()
                || !nics.isEmpty();
    }

    /**
     * The request, as a file would hold it.
     *
     * @throws UsageException with every problem of the options
     */
    ObjectNode toRequest() {
        List<NicOption> options = NicOptions.read(nics);
        if (vcpus.isEmpty() || options.isEmpty()) {
            throw new UsageException("cannot plan: give --file, or --vcpus and at least one --nic");
        }
        ObjectNode request = Json.MAPPER.createObjectNode();
        request.putObject("instance").put("uuid", NO_INSTANCE).put("name", "plan");
        ObjectNode flavor = request.putObject("flavor").put("vcpus", vcpus.get());
        memory.ifPresent(mib -> flavor.put("memory_mb", mib));
        flavor.set("extra_specs", Json.MAPPER.valueToTree(extraSpecs));
        request.putObject("image").set("properties", Json.MAPPER.valueToTree(imageProperties));
        request.put("virt_type", virtType.orElse("kvm"));
        Map<String, Integer> seen = new HashMap<>();
        var list = request.putArray("nics");
        for (int i = 0; i < options.size(); i++) {
            list.add(nic(options.get(i), i, seen));
        }
        return request;
    }

    private static ObjectNode nic(NicOption option, int index, Map<String, Integer> seen) {
        String network = option.network().or(option::port).orElseThrow();
        int nth = seen.merge(network, 1, Integer::sum);
        ObjectNode nic = Json.MAPPER.createObjectNode();
        nic.putObject("vif")
                .put("id", nth == 1 ? network : network + "-" + nth)
                .put("address", String.format("52:54:00:00:%02x:%02x", index >> 8 & 0xff, index & 0xff))
                .put("type", "bridge")
                .putObject("network")
                .put("id", network)
                .put("label", network)
                .put("bridge", network);
        option.tag().ifPresent(tag -> nic.put("tag", tag));
        option.wish().ifPresent(wish -> NicOptions.put(wish, nic));
        return nic;
    }
}
