package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.disk.InstanceDirectory;
import org.novamq.driver.disk.QemuImg;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.InMemoryHypervisor;
import org.novamq.vif.request.HostLimits;

/** A host in memory, drivers of it under any limits, and instances with NICs {@code p0}, {@code p1}, … */
final class Computes {
    static final UUID ONE = new UUID(0, 1);
    static final UUID TWO = new UUID(0, 2);

    private static final Timeouts TIMEOUTS =
            new Timeouts(Duration.ofMillis(50), Duration.ofMillis(50), Duration.ofMillis(50), 1);

    final InMemoryHypervisor hypervisor = new InMemoryHypervisor();
    private final Path root;

    Computes(Path root) {
        this.root = root;
        try {
            Files.createDirectories(root.resolve("sys/class/net/br0"));
            for (String file : List.of("vmlinuz", "initramfs")) {
                Files.writeString(root.resolve(file), file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LibvirtComputeDriver driver() {
        return driver(HostLimits.DEFAULT);
    }

    LibvirtComputeDriver driver(HostLimits limits) {
        return driver(hypervisor, limits);
    }

    LibvirtComputeDriver driver(Hypervisor over, HostLimits limits) {
        return new LibvirtComputeDriver(
                over,
                new InstanceFiles(new InstanceDirectory(root.resolve("instances")), new QemuImg()),
                new NetDevices(root),
                limits,
                TIMEOUTS,
                images(root),
                Clock.systemUTC());
    }

    /** Without a Glance. */
    static ImageCache images(Path root) {
        return new ImageCache(
                root.resolve("cache"),
                Optional.empty(),
                new BaseImageCheck(new QemuImg()),
                Duration.ofDays(1),
                Clock.systemUTC());
    }

    Path directory(UUID uuid) {
        return root.resolve("instances").resolve(uuid.toString());
    }

    /** One with enough vCPUs, under no limits. */
    Instance boot(LibvirtComputeDriver driver, UUID uuid, int... queues) {
        return boot(driver, uuid, 8, HostLimits.DEFAULT, queues);
    }

    /** An instance with so many vCPUs, and a NIC for each of these numbers of queues. */
    Instance boot(LibvirtComputeDriver driver, UUID uuid, int vcpus, HostLimits limits, int... queues) {
        driver.spawn(driver.claim(request(uuid, vcpus, limits, queues)));
        return driver.info(uuid);
    }

    SpawnRequest request(UUID uuid, int vcpus, HostLimits limits, int... queues) {
        ObjectNode json = Json.parseObject("""
                {"instance": {"uuid": "%s", "name": "one"}, "flavor": %s, "nics": [], "virt_type": "qemu",
                 "image": {"properties": {"kernel_id": "k", "ramdisk_id": "r"}}}
                """.formatted(uuid, flavor("first", vcpus)));
        ArrayNode nics = (ArrayNode) json.get("nics");
        for (int i = 0; i < queues.length; i++) {
            nics.add(nic(i).put("queues", queues[i]));
        }
        return spawn(json, limits, boot());
    }

    /** What is to be made of a request of the dry run. */
    static SpawnRequest spawn(ObjectNode request, HostLimits limits, BootSource boot) {
        PlanRequestReader.Question question = PlanRequestReader.read(request, limits);
        return new SpawnRequest(
                question.request(),
                question.host(),
                request,
                question.findings(),
                boot,
                0,
                false,
                "i",
                "first",
                Map.of(),
                Optional.empty(),
                Fetch.NONE,
                true);
    }

    static ObjectNode nic(int number) {
        return Json.parseObject("""
                {"vif": {"id": "p%1$d", "address": "fa:16:3e:00:00:0%1$d", "type": "bridge",
                         "network": {"id": "n", "bridge": "br0"}}}
                """.formatted(number));
    }

    static ResizeRequest toFlavor(String name, int vcpus) {
        return new ResizeRequest(name, flavor(name, vcpus), 0);
    }

    private static ObjectNode flavor(String name, int vcpus) {
        return Json.MAPPER
                .createObjectNode()
                .put("name", name)
                .put("vcpus", vcpus)
                .put("memory_mb", 64);
    }

    RebuildRequest rebuild() {
        ObjectNode image = Json.parseObject("{\"properties\": {\"kernel_id\": \"k\", \"ramdisk_id\": \"r\"}}");
        return new RebuildRequest("j", image, boot(), Optional.empty(), Optional.empty());
    }

    private BootSource boot() {
        return new BootSource(Optional.empty(), file("vmlinuz"), file("initramfs"));
    }

    private Optional<BootSource.ImageFile> file(String name) {
        return Optional.of(new BootSource.ImageFile(name, root.resolve(name).toString(), "aki"));
    }

    /** Asks for it and does it. */
    static Instance act(LibvirtComputeDriver driver, UUID uuid, Action action) {
        driver.accept(uuid, action);
        driver.perform(uuid);
        return driver.info(uuid);
    }

    static int granted(Instance instance, int nic) {
        return instance.record().blueprint().nicPlan(nic).path("granted").asInt();
    }

    /** Empty where there is none. */
    static String fault(Instance instance) {
        Fault fault = instance.record().fault();
        return fault == null ? "" : fault.message();
    }
}
