package org.novamq.tests.system;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.novamq.tests.TestGuest;

/** The service's configuration: what every class needs, and what one adds to it. Not thread-safe. */
final class Scene {
    /** JSON is YAML. */
    private final ObjectNode root = Client.JSON.createObjectNode();

    private final Path images;

    /** @param images where image files lie */
    Scene(Path instances, Path images) {
        this.images = images;
        root.put("virt_type", "qemu").put("instances_path", instances.toString());
        flavor("tiny", 1, 64, 0);
        flavor("guest1", 1, 256, 0);
        flavor("guest4", 4, 256, 0);
        image("kernel", Sandbox.GUEST.resolve("vmlinuz"), "aki");
        image("ramdisk", Sandbox.GUEST.resolve("initramfs"), "ari");
        // its guest finds nothing to boot and costs next to nothing
        image("blank", images.resolve("blank.raw"), "raw");
        image("demo", guestProperties());
        network("data");
        network("admin");
    }

    /** Where image files lie. */
    Path images() {
        return images;
    }

    Scene setting(String key, int value) {
        root.put(key, value);
        return this;
    }

    Scene setting(String key, String value) {
        root.put(key, value);
        return this;
    }

    /** A flavor; RAM in MiB, disk in GiB, and as many extra specs as there are pairs. */
    Scene flavor(String id, int vcpus, int ram, int disk, String... extraSpecs) {
        ObjectNode flavor =
                add("flavors", id).put("vcpus", vcpus).put("ram", ram).put("disk", disk);
        flavor.set("extra_specs", Client.JSON.valueToTree(pairs(extraSpecs)));
        return this;
    }

    /** An image with a file. */
    Scene image(String id, Path path, String format, String... properties) {
        ObjectNode image = add("images", id).put("path", path.toString()).put("disk_format", format);
        image.set("properties", Client.JSON.valueToTree(pairs(properties)));
        return this;
    }

    /** An image with kernel and ramdisk only. */
    Scene image(String id, String... properties) {
        add("images", id).set("properties", Client.JSON.valueToTree(pairs(properties)));
        return this;
    }

    /** What makes an image boot the test guest. */
    static String[] guestProperties() {
        return new String[] {
            "kernel_id", "kernel",
            "ramdisk_id", "ramdisk",
            "os_command_line", TestGuest.commandLine(Sandbox.GUEST),
            "os_type", "linux",
            "os_distro", "debian",
            "os_version", "12",
            "hw_qemu_guest_agent", "yes"
        };
    }

    private void network(String id) {
        add("networks", id).put("bridge", "br-" + id);
    }

    /** Another network on a bridge that is there, with a maximum for each of its NICs. */
    Scene network(String id, String bridge, int maxQueues) {
        add("networks", id).put("bridge", bridge).put("max_queues", maxQueues);
        return this;
    }

    private ObjectNode add(String list, String id) {
        return root.withArray(list).addObject().put("id", id).put("name", id);
    }

    private static Map<String, String> pairs(String... texts) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (int i = 0; i < texts.length; i += 2) {
            pairs.put(texts[i], texts[i + 1]);
        }
        return pairs;
    }

    @Override
    public String toString() {
        return root.toPrettyString();
    }
}
