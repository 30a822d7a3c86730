package org.novamq.driver.config;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.novamq.image.ExtraSpecs;
import org.novamq.image.Findings;
import org.novamq.image.ImageProperties;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;
import org.novamq.vif.backend.Backends;
import org.novamq.vif.backend.DeviceNames;

/** The configured flavors, images and networks, found by id or by a name that only one of them has. Immutable. */
public final class Catalog {
    /** Linux: the most that CONFIG_KVM_MAX_NR_VCPUS can be on x86. */
    private static final int MAX_VCPUS = 4096;

    /** Formats of disks, and Glance's words for a kernel and a ramdisk. */
    private static final List<String> FORMATS = List.of("raw", "qcow2", "aki", "ari");

    /** Image properties that refer to other images. */
    private static final List<String> PARTS = List.of("kernel_id", "ramdisk_id");

    private final List<FlavorConfig> flavors;
    private final List<ImageConfig> images;
    private final List<NetworkConfig> networks;

    private Catalog(NovaMqConfiguration configuration) {
        this.flavors = List.copyOf(configuration.flavors());
        this.images = List.copyOf(configuration.images());
        this.networks = List.copyOf(configuration.networks());
    }

    /** The catalogue of a configuration; what is wrong with an entry goes into the findings. */
    public static Catalog of(NovaMqConfiguration configuration, Findings findings) {
        Catalog catalog = new Catalog(configuration);
        catalog.checkFlavors(findings);
        catalog.checkImages(findings);
        catalog.checkNetworks(findings);
        return catalog;
    }

    public List<FlavorConfig> flavors() {
        return flavors;
    }

    public List<ImageConfig> images() {
        return images;
    }

    public List<NetworkConfig> networks() {
        return networks;
    }

    /** A flavor by its reference; otherwise a problem of {@code field}. */
    public Optional<FlavorConfig> flavor(String reference, String field, Findings findings) {
        return find("flavor", flavors, FlavorConfig::id, FlavorConfig::name, reference, field, findings);
    }

    /** An image, likewise. */
    public Optional<ImageConfig> image(String reference, String field, Findings findings) {
        return find("image", images, ImageConfig::id, ImageConfig::name, reference, field, findings);
    }

    /** A network, likewise. */
    public Optional<NetworkConfig> network(String reference, String field, Findings findings) {
        return find("network", networks, NetworkConfig::id, NetworkConfig::name, reference, field, findings);
    }

    private static <T> Optional<T> find(
            String kind,
            List<T> entries,
            Function<T, String> id,
            Function<T, String> name,
            String reference,
            String field,
            Findings findings) {
        Optional<T> byId = entries.stream()
                .filter(entry -> id.apply(entry).equals(reference))
                .findFirst();
        if (byId.isPresent()) {
            return byId;
        }
        List<T> byName = entries.stream()
                .filter(entry -> name.apply(entry).equals(reference))
                .toList();
        if (byName.size() == 1) {
            return Optional.of(byName.get(0));
        }
        Map<String, Boolean> known = new LinkedHashMap<>();
        entries.forEach(entry -> {
            known.put(name.apply(entry), true);
            known.put(id.apply(entry), true);
        });
        findings.problem(
                field,
                reference,
                byName.isEmpty()
                        ? "cannot find the " + kind + " " + Texts.quote(reference) + hint(reference, known.keySet())
                        : "cannot tell which " + kind + " " + Texts.quote(reference) + " is: "
                                + byName.stream().map(id).toList() + " have this name, use an id");
        return Optional.empty();
    }

    private static String hint(String reference, Collection<String> known) {
        return known.isEmpty() ? ": the configuration has none" : Suggestions.hint(reference, known);
    }

    private void checkFlavors(Findings findings) {
        identify("flavors", flavors, FlavorConfig::id, FlavorConfig::name, findings);
        for (int i = 0; i < flavors.size(); i++) {
            FlavorConfig flavor = flavors.get(i);
            String field = "flavors[" + i + "]";
            between(findings, field + ".vcpus", flavor.vcpus(), 1, MAX_VCPUS);
            atLeast(findings, field + ".ram", flavor.ram(), 1);
            atLeast(findings, field + ".disk", flavor.disk(), 0);
            if (flavor.maxVcpus() != null) {
                between(findings, field + ".max_vcpus", flavor.maxVcpus(), flavor.vcpus(), MAX_VCPUS);
            }
            ExtraSpecs.read(orEmpty(flavor.extraSpecs()), field + ".extra_specs", findings);
        }
    }

    private void checkImages(Findings findings) {
        identify("images", images, ImageConfig::id, ImageConfig::name, findings);
        for (int i = 0; i < images.size(); i++) {
            ImageConfig image = images.get(i);
            String field = "images[" + i + "]";
            ImageProperties properties =
                    ImageProperties.read(orEmpty(image.properties()), field + ".properties", findings);
            if (image.path() == null && properties.kernelId().isEmpty()) {
                findings.problem(
                        field + ".path",
                        "",
                        "cannot do without a path: only an image with a kernel_id boots without a disk");
            }
            if (image.path() != null && image.diskFormat() == null) {
                findings.problem(
                        field + ".disk_format", "", "cannot do without disk_format: formats are never guessed");
            }
            if (image.path() != null) {
                NovaMqConfiguration.absolute(findings, field + ".path", image.path());
            }
            if (image.diskFormat() != null) {
                String format = image.diskFormat();
                NovaMqConfiguration.known(
                        findings,
                        field + ".disk_format",
                        format,
                        Optional.of(format).filter(FORMATS::contains),
                        FORMATS);
            }
            for (String part : PARTS) {
                Optional.ofNullable(orEmpty(image.properties()).get(part))
                        .ifPresent(id -> image(id.toString(), field + ".properties." + part, findings));
            }
        }
    }

    private void checkNetworks(Findings findings) {
        identify("networks", networks, NetworkConfig::id, NetworkConfig::name, findings);
        for (int i = 0; i < networks.size(); i++) {
            NetworkConfig network = networks.get(i);
            String field = "networks[" + i + "]";
            required(findings, field + ".bridge", network.bridge());
            if (network.bridge() != null && !network.bridge().isBlank() && !DeviceNames.isSound(network.bridge())) {
                findings.problem(
                        field + ".bridge",
                        network.bridge(),
                        "cannot use " + Texts.quote(network.bridge()) + ": a bridge has a name of 1 to "
                                + DeviceNames.MAX_LENGTH + " letters, digits, dots, hyphens and underscores");
            }
            if (network.maxQueues() != null) {
                atLeast(findings, field + ".max_queues", network.maxQueues(), 1);
            }
            if (network.mtu() != null) {
                between(findings, field + ".mtu", network.mtu(), Backends.MIN_MTU, Backends.MAX_MTU);
            }
        }
    }

    private static <T> void identify(
            String list, List<T> entries, Function<T, String> id, Function<T, String> name, Findings findings) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < entries.size(); i++) {
            String field = list + "[" + i + "]";
            String key = id.apply(entries.get(i));
            required(findings, field + ".id", key);
            required(findings, field + ".name", name.apply(entries.get(i)));
            if (key != null && !seen.add(key)) {
                findings.problem(field + ".id", key, "cannot use the id " + Texts.quote(key) + " twice");
            }
        }
    }

    private static void required(Findings findings, String field, @Nullable String value) {
        if (value == null || value.isBlank()) {
            findings.problem(field, "", "cannot do without " + field + ": it is required");
        }
    }

    private static void atLeast(Findings findings, String field, int value, int min) {
        if (value < min) {
            findings.problem(field, value, "cannot use " + value + ": at least " + min + " is needed");
        }
    }

    private static void between(Findings findings, String field, int value, int min, int max) {
        if (value < min || value > max) {
            findings.problem(field, value, "cannot use " + value + ": it must be from " + min + " to " + max);
        }
    }

    /** A map that YAML may leave out. */
    public static Map<String, Object> orEmpty(@Nullable Map<String, Object> map) {
        return map == null ? Map.of() : map;
    }
}
