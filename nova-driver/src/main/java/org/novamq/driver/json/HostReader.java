package org.novamq.driver.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.novamq.image.NicWish;
import org.novamq.image.SplitPolicy;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;
import org.novamq.image.VectorBudget;
import org.novamq.vif.backend.HostDevices;
import org.novamq.vif.backend.PciAddress;
import org.novamq.vif.request.ConflictRule;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.HostLimitsBuilder;
import org.novamq.vif.request.HostPciDevice;
import org.novamq.vif.request.MachineType;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.Overrides;
import org.novamq.vif.request.Vif;

/** Reads the {@code host} of a plan request over the limits that stand without it. */
final class HostReader {
    private static final Pattern KERNEL = Pattern.compile("[0-9]{1,4}\\..*");
    private static final Pattern MACHINE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

    private HostReader() {}

    /**
     * What a request says of its host.
     *
     * @param overrides what it says about how to decide, which goes before flavor and image
     */
    record Read(HostLimits limits, Overrides overrides) {}

    static Read read(JsonFields root, HostLimits base, List<NicRequest> nics) {
        JsonFields host = root.objectOrEmpty("host");
        host.allowOnly(
                "kernel_release",
                "max_queues",
                "rx_queue_size",
                "tx_queue_size",
                "use_virtio_for_bridges",
                "msi_vector_budget",
                "vhost_memory_limit_kib",
                "policy",
                "vhost_net",
                "vhostuser_max_queues",
                "hotplug_nics",
                "pci_netdev_name",
                "vdpa_device_path",
                "pci_devices");
        HostLimitsBuilder limits = base.toBuilder();
        host.text("kernel_release").filter(text -> isKernel(host, text)).ifPresent(limits::kernelRelease);
        host.integer("max_queues", 1, Integer.MAX_VALUE).ifPresent(limits::maxQueues);
        ringSize(host, "rx_queue_size").ifPresent(limits::rxQueueSize);
        ringSize(host, "tx_queue_size").ifPresent(limits::txQueueSize);
        host.bool("use_virtio_for_bridges").ifPresent(limits::useVirtioForBridges);
        host.integer("vhost_memory_limit_kib", 1, Integer.MAX_VALUE).ifPresent(limits::vhostMemoryLimitKib);
        host.bool("vhost_net").ifPresent(limits::vhostNet);
        host.integer("vhostuser_max_queues", 1, NicWish.MAX_QUEUES).ifPresent(limits::vhostuserMaxQueues);
        host.integer("hotplug_nics", 0, HostLimits.MAX_HOTPLUG_NICS).ifPresent(limits::hotplugNics);
        bySlot(host, "pci_netdev_name", nics, HostDevices::needsNetdev).ifPresent(limits::pciNetdevNames);
        bySlot(host, "vdpa_device_path", nics, HostDevices::needsVdpaDevice).ifPresent(limits::vdpaDevicePaths);
        limits.pciDevices(pciDevices(base, PciDevicesReader.read(host)));
        Overrides overrides = new Overrides(
                root.bool("strict"),
                host.oneOf("policy", SplitPolicy::of, SplitPolicy.names()),
                vectorBudget(host),
                root.oneOf("conflict", ConflictRule::of, ConflictRule.names()).orElse(ConflictRule.REFUSE));
        return new Read(limits.build(), overrides);
    }

    static Optional<MachineType> machine(JsonFields root) {
        Optional<String> name = root.word("machine");
        name.filter(text -> !MACHINE.matcher(text).matches())
                .ifPresent(text -> root.findings()
                        .problem(root.path("machine"), text, "cannot use " + Texts.quote(text) + " as a machine type"));
        return name.filter(text -> MACHINE.matcher(text).matches()).map(MachineType::new);
    }

    /** Merges the facts of devices; those of the request go before those known without it. */
    private static Map<String, HostPciDevice> pciDevices(HostLimits base, Map<String, HostPciDevice> said) {
        Map<String, HostPciDevice> devices = new HashMap<>(base.pciDevices());
        said.forEach((slot, device) -> devices.put(slot, device.or(base.pciDevice(slot))));
        return devices;
    }

    /** Names of host devices by PCI slot: an object, or one text where at most one NIC of the request needs a name. */
    private static Optional<Map<String, String>> bySlot(
            JsonFields host, String key, List<NicRequest> nics, Predicate<Vif> needed) {
        if (host.node(key).filter(JsonNode::isObject).isPresent()) {
            return host.object(key).map(HostReader::namesBySlot);
        }
        List<Vif> needing = nics.stream().map(NicRequest::vif).filter(needed).toList();
        Optional<String> name = host.word(key);
        if (name.isPresent() && needing.size() > 1) {
            host.findings()
                    .problem(
                            host.path(key),
                            name.get(),
                            "cannot use one name for the devices of " + needing.size()
                                    + " NICs: an object is needed, with a name for each pci_slot");
        }
        Map<String, String> names = new HashMap<>();
        name.ifPresent(device -> needing.forEach(vif -> vif.pciSlot().ifPresent(slot -> names.put(slot, device))));
        return name.map(device -> names);
    }

    private static Map<String, String> namesBySlot(JsonFields object) {
        Map<String, String> names = new HashMap<>();
        for (String slot : object.values().keySet()) {
            if (PciAddress.of(slot).isEmpty()) {
                object.findings()
                        .problem(
                                object.path(slot),
                                slot,
                                "cannot use " + Texts.quote(slot) + " as a PCI slot: dddd:bb:ss.f is needed");
            }
            object.word(slot).ifPresent(name -> names.put(slot, name));
        }
        return names;
    }

    private static Optional<VectorBudget> vectorBudget(JsonFields host) {
        Optional<Object> raw =
                host.node("msi_vector_budget").map(value -> Json.MAPPER.convertValue(value, Object.class));
        Optional<VectorBudget> budget = raw.flatMap(VectorBudget::of);
        if (raw.isPresent() && budget.isEmpty()) {
            host.findings()
                    .problem(
                            host.path("msi_vector_budget"),
                            raw.get(),
                            "cannot use " + Texts.quote(raw.get()) + " as a vector budget: it must be "
                                    + Texts.choice(VectorBudget.names())
                                    + Suggestions.hint(raw.get().toString(), VectorBudget.names()));
        }
        return budget;
    }

    private static Optional<Integer> ringSize(JsonFields host, String name) {
        Optional<Integer> size = host.integer(name, 1, Integer.MAX_VALUE);
        size.filter(n -> !HostLimits.RING_SIZES.contains(n))
                .ifPresent(n -> host.findings()
                        .problem(host.path(name), n, "cannot make rings of " + n + " descriptors: 256, 512 or 1024"));
        return size.filter(HostLimits.RING_SIZES::contains);
    }

    private static boolean isKernel(JsonFields host, String release) {
        boolean sound = KERNEL.matcher(release).matches();
        if (!sound) {
            host.findings()
                    .problem(
                            host.path("kernel_release"),
                            release,
                            "cannot read the kernel release " + Texts.quote(release) + ": it begins with a number and"
                                    + " a dot, as uname -r prints it");
        }
        return sound;
    }
}
