package org.novamq.driver.json;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novamq.image.ExtraSpecs;
import org.novamq.image.Findings;
import org.novamq.image.ImageProperties;
import org.novamq.image.NicWish;
import org.novamq.vif.queue.Source;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.FormerWish;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.InstanceId;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VirtType;

/**
 * Reads the dry run's request (specs/plan-api.rst). All problems of a request come back at once.
 */
public final class PlanRequestReader {
    /** Linux: the most that CONFIG_KVM_MAX_NR_VCPUS can be on x86. */
    static final int MAX_VCPUS = 4096;

    private static final String[] KEYS = {
        "instance",
        "flavor",
        "image",
        "virt_type",
        "machine",
        "nics",
        "devices",
        "host",
        "strict",
        "running",
        "conflict"
    };

    private PlanRequestReader() {}

    /**
     * A request and the host that it is planned for.
     *
     * @param host the given limits, with what the request says instead
     * @param findings warnings; and problems of parts that the rest can be understood without, so that the planner can
     *     add its own before it refuses
     */
    public record Question(PlanRequest request, HostLimits host, Findings findings) {}

    /**
     * Reads one request as far as it can be understood.
     *
     * @param host what the request's own {@code host} leaves out
     * @throws org.novamq.image.InvalidRequestException with every problem of its form, where there is nothing to plan
     */
    public static Question read(ObjectNode json, HostLimits host) {
        Findings findings = new Findings();
        JsonFields root = new JsonFields(json, "", findings).allowOnly(KEYS);
        Optional<InstanceId> instance = root.required("instance", root::object).flatMap(PlanRequestReader::instance);
        Optional<Flavor> flavor = root.required("flavor", root::object).flatMap(PlanRequestReader::flavor);
        Optional<ImageProperties> image = root.required("image", root::object).map(PlanRequestReader::image);
        Optional<VirtType> virtType =
                root.required("virt_type", name -> root.oneOf(name, VirtType::of, VirtType.names()));
        Optional<ArrayNode> given = root.required("nics", root::list);
        List<NicRequest> nics = nics(root);
        Optional<List<DeviceCount>> devices = DevicesReader.read(root);
        var machine = HostReader.machine(root);
        HostReader.Read hostRead = HostReader.read(root, host, nics);
        boolean isWhole = instance.isPresent()
                && flavor.isPresent()
                && image.isPresent()
                && virtType.isPresent()
                && given.map(list -> list.size() == nics.size()).orElse(false);
        if (!isWhole) {
            findings.throwIfAny();
        }
        ImageProperties properties = image.orElseThrow();
        boolean rootDisk =
                properties.kernelId().isEmpty() || properties.ramdiskId().isEmpty();
        PlanRequest request = new PlanRequest(
                instance.orElseThrow(),
                flavor.orElseThrow(),
                properties,
                virtType.orElseThrow(),
                machine,
                nics,
                devices,
                rootDisk,
                root.bool("running").orElse(false),
                hostRead.overrides());
        return new Question(request, hostRead.limits(), findings);
    }

    private static Optional<InstanceId> instance(JsonFields instance) {
        instance.allowOnly("uuid", "name");
        Optional<String> uuid = instance.required("uuid", instance::text);
        Optional<String> name = instance.required("name", instance::text);
        return InstanceIds.read(uuid, name, instance);
    }

    private static Optional<Flavor> flavor(JsonFields flavor) {
        flavor.allowOnly("name", "vcpus", "max_vcpus", "memory_mb", "extra_specs");
        Optional<Integer> vcpus = flavor.required("vcpus", name -> flavor.integer(name, 1, MAX_VCPUS));
        Optional<Integer> max = flavor.integer("max_vcpus", vcpus.orElse(1), MAX_VCPUS);
        int memory = flavor.integer("memory_mb", 1, Integer.MAX_VALUE).orElse(0);
        String name = flavor.text("name").orElse("");
        ExtraSpecs specs = ExtraSpecs.read(
                flavor.objectOrEmpty("extra_specs").values(), flavor.path("extra_specs"), flavor.findings());
        return vcpus.map(count -> new Flavor(name, count, max, memory, specs));
    }

    private static ImageProperties image(JsonFields image) {
        image.allowOnly("properties");
        Map<String, Object> properties = image.objectOrEmpty("properties").values();
        return ImageProperties.read(properties, image.path("properties"), image.findings());
    }

    private static List<NicRequest> nics(JsonFields root) {
        List<NicRequest> nics = new ArrayList<>();
        if (!root.has("nics") || !root.node("nics").orElseThrow().isArray()) {
            return nics;
        }
        for (JsonFields nic : root.objects("nics")) {
            nic.allowOnly("vif", "queues", "throughput", "tag", "granted", "granted_for");
            Optional<Vif> vif = nic.required("vif", nic::object).flatMap(VifReader::read);
            NicWishes wishes = NicWishes.read(nic);
            Optional<NicWish> port = vif.flatMap(v -> portWish(v, nic));
            Optional<Integer> kept = nic.integer("granted", 1, NicWish.MAX_QUEUES);
            Optional<FormerWish> keptFor = nic.object("granted_for").flatMap(PlanRequestReader::formerWish);
            vif.ifPresent(v -> nics.add(new NicRequest(v, port, wishes.own(), wishes.tag(), kept, keptFor)));
        }
        return nics;
    }

    /** As the answer wrote it: a wish of the whole instance may be for as many queues as it has vCPUs. */
    private static Optional<FormerWish> formerWish(JsonFields wish) {
        wish.allowOnly("queues", "source");
        Optional<Integer> queues = wish.required("queues", name -> wish.integer(name, 1, MAX_VCPUS));
        Optional<String> source = wish.required("source", name -> wish.oneOf(name, Source::of, Source.names()))
                .map(Source::text);
        return queues.flatMap(count -> source.map(name -> new FormerWish(count, name)));
    }

    /** An administrator's {@code queues}; from the command line it comes as text. */
    private static Optional<NicWish> portWish(Vif vif, JsonFields nic) {
        return Optional.ofNullable(vif.profile().get("queues"))
                .flatMap(raw -> NicWish.readQueues(raw, nic.path("vif.profile.queues"), nic.findings()));
    }
}
