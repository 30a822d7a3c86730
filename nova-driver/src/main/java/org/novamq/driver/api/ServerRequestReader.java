package org.novamq.driver.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.ForbiddenException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.novamq.driver.compute.Fetch;
import org.novamq.driver.compute.RebuildRequest;
import org.novamq.driver.compute.ResizeRequest;
import org.novamq.driver.compute.SpawnRequest;
import org.novamq.driver.config.Catalog;
import org.novamq.driver.config.FlavorConfig;
import org.novamq.driver.config.ImageConfig;
import org.novamq.driver.config.NetworkConfig;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.json.InstanceIds;
import org.novamq.driver.json.JsonFields;
import org.novamq.driver.json.NicWishes;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.image.Findings;
import org.novamq.image.NicOption;
import org.novamq.image.OsloBoolean;
import org.novamq.image.Texts;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.VirtType;

/**
 * Reads the body of {@code POST /v2.1/servers}: Nova's (nova/api/openstack/compute/schemas/servers.py), with {@code
 * queues} and {@code throughput} beside a network, and {@code uuid} for callers that bring their own. References are
 * looked up in the catalogue, and all that is wrong comes back at once.
 */
final class ServerRequestReader {
    private static final int MAX_METADATA = 255;
    private static final Pattern METADATA_KEY = Pattern.compile("[a-zA-Z0-9-_:. ]{1," + MAX_METADATA + "}");

    /** nova.conf: {@code [quota] metadata_items}. */
    private static final int MAX_METADATA_ITEMS = 128;

    /** The last four are taken and do nothing: stock clients send them unasked. */
    private static final String[] SERVER_KEYS = {
        "name",
        "uuid",
        "imageRef",
        "flavorRef",
        "networks",
        "metadata",
        "config_drive",
        "min_count",
        "max_count",
        "adminPass",
        "availability_zone",
        "OS-DCF:diskConfig",
        "security_groups"
    };

    private static final String[] REBUILD_KEYS = {
        "imageRef",
        "name",
        "metadata",
        "adminPass",
        "OS-DCF:diskConfig",
        "preserve_ephemeral",
        "accessIPv4",
        "accessIPv6"
    };

    private final Catalog catalog;
    private final VirtType virtType;
    private final HostLimits host;

    ServerRequestReader(Catalog catalog, VirtType virtType, HostLimits host) {
        this.catalog = catalog;
        this.virtType = virtType;
        this.host = host;
    }

    SpawnRequest read(ObjectNode body) {
        Findings findings = new Findings();
        JsonFields root = new JsonFields(body, "", findings)
                .allowOnly("server", "os:scheduler_hints", "OS-SCH-HNT:scheduler_hints");
        Optional<JsonFields> found = root.required("server", root::object);
        findings.throwIfAny();
        return readServer(found.orElseThrow(), findings);
    }

    private SpawnRequest readServer(JsonFields server, Findings findings) {
        server.allowOnly(SERVER_KEYS);
        Optional<String> name =
                server.required("name", server::text).filter(text -> InstanceIds.isNewName(text, "name", server));
        UUID uuid = server.text("uuid")
                .flatMap(text -> InstanceIds.readUuid(text, "uuid", server))
                .orElseGet(UUID::randomUUID);
        Optional<ImageConfig> image = server.required("imageRef", server::text)
                .flatMap(reference -> catalog.image(reference, server.path("imageRef"), findings));
        Optional<FlavorConfig> flavor = server.required("flavorRef", server::textOrNumber)
                .flatMap(reference -> catalog.flavor(reference, server.path("flavorRef"), findings));
        server.digits("min_count", 1, 1);
        server.digits("max_count", 1, 1);
        Map<String, String> metadata = metadata(server, "metadata");
        List<Attachment> attachments = networks(server);
        boolean configDrive = configDrive(server);
        Optional<BootSource> boot = image.map(entry -> boot(entry, findings));
        findings.throwIfAny();
        ObjectNode request = PlanRequestJson.of(
                uuid, name.orElseThrow(), flavor.orElseThrow(), image.orElseThrow(), virtType, attachments);
        PlanRequestReader.Question question = PlanRequestReader.read(request, host);
        return new SpawnRequest(
                question.request().withRootDisk(boot.orElseThrow().disk().isPresent()),
                question.host(),
                request,
                question.findings(),
                boot.orElseThrow(),
                flavor.get().disk(),
                configDrive,
                image.get().id(),
                flavor.get().id(),
                metadata,
                Optional.empty(),
                Fetch.NONE,
                true);
    }

    /** Nova takes a boolean, its text, and nothing as no. */
    private static boolean configDrive(JsonFields server) {
        Optional<JsonNode> node = server.node("config_drive");
        if (node.isEmpty() || node.get().isBoolean()) {
            return node.map(JsonNode::booleanValue).orElse(false);
        }
        OsloBoolean text = OsloBoolean.read(node.get().asText());
        boolean empty = node.get().isTextual() && node.get().asText().isEmpty();
        if (!text.recognised() && !empty) {
            server.findings()
                    .problem(
                            server.path("config_drive"),
                            node.get().asText(),
                            "cannot use " + Texts.quote(node.get().asText()) + ": true or false is needed");
        }
        return text.value();
    }

    /** {@code {"resize": {"flavorRef": …}}} */
    ResizeRequest readResize(JsonFields body) {
        JsonFields resize = body.objectOrEmpty("resize").allowOnly("flavorRef", "OS-DCF:diskConfig");
        Optional<FlavorConfig> flavor = resize.required("flavorRef", resize::textOrNumber)
                .flatMap(reference -> catalog.flavor(reference, resize.path("flavorRef"), body.findings()));
        body.findings().throwIfAny();
        FlavorConfig found = flavor.orElseThrow();
        return new ResizeRequest(found.id(), PlanRequestJson.flavor(found), found.disk());
    }

    /** {@code {"rebuild": {"imageRef": …}}}; the addresses are Nova's own business, and there is no ephemeral disk. */
    RebuildRequest readRebuild(JsonFields body) {
        JsonFields rebuild = body.objectOrEmpty("rebuild").allowOnly(REBUILD_KEYS);
        Optional<ImageConfig> image = rebuild.required("imageRef", rebuild::text)
                .flatMap(reference -> catalog.image(reference, rebuild.path("imageRef"), body.findings()));
        Optional<BootSource> boot = image.map(entry -> boot(entry, body.findings()));
        Optional<String> name = rebuild.text("name").filter(text -> InstanceIds.isNewName(text, "name", rebuild));
        Optional<Map<String, String>> metadata =
                rebuild.has("metadata") ? Optional.of(metadata(rebuild, "metadata")) : Optional.empty();
        body.findings().throwIfAny();
        ImageConfig found = image.orElseThrow();
        return new RebuildRequest(found.id(), PlanRequestJson.image(found), boot.orElseThrow(), name, metadata);
    }

    /** {@code {"interfaceAttachment": {"net_id": …}}}, with our keys beside it. */
    ObjectNode readAttachment(ObjectNode body) {
        Findings findings = new Findings();
        JsonFields root = new JsonFields(body, "", findings).allowOnly("interfaceAttachment");
        JsonFields asked = root.objectOrEmpty("interfaceAttachment")
                .allowOnly("net_id", "port_id", "fixed_ips", "tag", "queues", "throughput");
        readWishes(asked);
        refuseNeutron(asked, "port_id", "fixed_ips");
        Optional<NetworkConfig> network = asked.required("net_id", asked::text)
                .flatMap(reference -> catalog.network(reference, asked.path("net_id"), findings));
        findings.throwIfAny();
        return PlanRequestJson.nic(new Attachment(network.orElseThrow(), asked));
    }

    /**
     * A NIC to be made.
     *
     * @param asked the request's own keys for it, whose wish has been checked
     */
    record Attachment(NetworkConfig network, JsonFields asked) {}

    private List<Attachment> networks(JsonFields server) {
        Optional<JsonNode> node = server.node("networks");
        if (node.isEmpty() || node.get().isTextual()) {
            return byWord(server, node.map(JsonNode::asText).orElse("auto"));
        }
        List<Attachment> attachments = new ArrayList<>();
        for (JsonFields network : server.objects("networks")) {
            network.allowOnly("uuid", "port", "fixed_ip", "tag", "queues", "throughput");
            readWishes(network);
            refuseNeutron(network, "port", "fixed_ip");
            network.required("uuid", network::text)
                    .flatMap(reference -> catalog.network(reference, network.path("uuid"), network.findings()))
                    .ifPresent(entry -> attachments.add(new Attachment(entry, network)));
        }
        return attachments;
    }

    /** {@code none}, or {@code auto}: the one network there is. */
    private List<Attachment> byWord(JsonFields server, String word) {
        List<NetworkConfig> all = catalog.networks();
        if (word.equals("auto") && all.size() == 1) {
            return List.of(new Attachment(all.get(0), server.objectOrEmpty("auto")));
        }
        boolean fine = word.equals("none") || (word.equals("auto") && all.isEmpty());
        if (!fine) {
            server.findings()
                    .problem(
                            server.path("networks"),
                            word,
                            word.equals("auto")
                                    ? "cannot choose a network: Multiple possible networks found, use a Network ID to be"
                                            + " more specific."
                                    : "cannot use " + Texts.quote(word) + ": a list, 'auto' or 'none' is needed");
        }
        return List.of();
    }

    private static void readWishes(JsonFields network) {
        NicWishes.read(network);
        network.text("tag").ifPresent(tag -> NicOption.isTag(tag, network.path("tag"), network.findings()));
    }

    /** Ports and addresses are Neutron's; to take them and do nothing would be worse than to say so. */
    private static void refuseNeutron(JsonFields network, String... keys) {
        for (String key : keys) {
            network.node(key)
                    .ifPresent(value -> network.findings()
                            .problem(
                                    network.path(key),
                                    value.asText(),
                                    "cannot use " + key + ": this service has no Neutron, its networks are bridges"));
        }
    }

    /** The user's own keys and values, as Nova takes them (nova/api/validation/parameter_types.py, metadata). */
    static Map<String, String> metadata(JsonFields server, String field) {
        Map<String, String> metadata = new LinkedHashMap<>();
        server.node(field)
                .filter(JsonNode::isObject)
                .ifPresent(given -> given.properties().forEach(entry -> {
                    String key = entry.getKey();
                    JsonNode value = entry.getValue();
                    boolean sound = METADATA_KEY.matcher(key).matches()
                            && value.isTextual()
                            && value.textValue().length() <= MAX_METADATA;
                    if (sound) {
                        metadata.put(key, value.textValue());
                    } else {
                        server.findings()
                                .problem(
                                        server.path(field),
                                        key,
                                        "cannot keep the metadata " + Texts.quote(key)
                                                + ": a key has 1 to " + MAX_METADATA
                                                + " letters, digits, blanks and '-', '_', ':', '.', a value is a text"
                                                + " of at most " + MAX_METADATA + " characters");
                    }
                }));
        server.object(field);
        requireFew(metadata);
        return metadata;
    }

    /** Nova's quota; 403 beyond it. */
    static void requireFew(Map<String, String> metadata) {
        if (metadata.size() > MAX_METADATA_ITEMS) {
            throw new ForbiddenException("Maximum number of metadata items exceeds " + MAX_METADATA_ITEMS);
        }
    }

    private BootSource boot(ImageConfig image, Findings findings) {
        Map<String, Object> properties = Catalog.orEmpty(image.properties());
        return new BootSource(
                Optional.ofNullable(image.path()).map(path -> file(image, path)),
                part(properties, "kernel_id", findings),
                part(properties, "ramdisk_id", findings));
    }

    private Optional<BootSource.ImageFile> part(Map<String, Object> properties, String key, Findings findings) {
        return Optional.ofNullable(properties.get(key))
                .flatMap(id -> catalog.image(id.toString(), "image.properties." + key, findings))
                .flatMap(entry -> Optional.ofNullable(entry.path()).map(path -> file(entry, path)));
    }

    private static BootSource.ImageFile file(ImageConfig image, String path) {
        String format = image.diskFormat();
        return new BootSource.ImageFile(image.name(), path, format == null ? "" : format);
    }
}
