package org.novamq.driver.instance;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.novamq.driver.json.Json;

/**
 * What guests are given to read, for those that do not turn their queues on by themselves (Linux does since 4.10): a udev
 * rule, the cloud-config that installs it, and the config drive with both.
 */
public final class GuestConfig {
    /** The same for everyone who looks for it. */
    private static final String RULES = "/etc/udev/rules.d/60-novamq-queues.rules";

    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

    private GuestConfig() {}

    /** One line for each NIC with more than one queue; empty where there is none. */
    public static String udevRules(Blueprint blueprint) {
        StringBuilder rules = new StringBuilder();
        for (int i = 0; i < blueprint.nicCount(); i++) {
            int queues = blueprint.nicPlan(i).path("granted").asInt();
            String mac = blueprint.mac(i);
            if (queues > 1 && MAC.matcher(mac).matches()) {
                rules.append("ACTION==\"add\", SUBSYSTEM==\"net\", DRIVERS==\"virtio_net\", ATTR{address}==\"")
                        .append(mac)
                        .append("\", RUN+=\"/usr/sbin/ethtool -L $name combined ")
                        .append(queues)
                        .append("\"\n");
            }
        }
        return rules.toString();
    }

    /** For cloud-init; JSON is YAML. */
    public static String cloudConfig(Blueprint blueprint) {
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.putArray("write_files")
                .addObject()
                .put("path", RULES)
                .put("permissions", "0644")
                .put("content", udevRules(blueprint));
        ArrayNode commands = config.putArray("runcmd");
        commands.addArray().add("udevadm").add("control").add("--reload");
        commands.addArray().add("udevadm").add("trigger").add("--action=add").add("--subsystem-match=net");
        return "#cloud-config\n" + Json.pretty(config) + "\n";
    }

    /** The files of the config drive, in OpenStack's layout, which cloud-init's ConfigDrive data source reads. */
    public static Map<String, String> configDrive(UUID uuid, InstanceRecord record) {
        ObjectNode meta = Json.MAPPER
                .createObjectNode()
                .put("uuid", uuid.toString())
                .put("name", record.name())
                .put("hostname", record.name());
        meta.set("meta", Json.MAPPER.valueToTree(record.metadata()));
        ObjectNode vendor = Json.MAPPER.createObjectNode();
        if (!udevRules(record.blueprint()).isEmpty()) {
            vendor.put("cloud-init", cloudConfig(record.blueprint()));
        }
        Map<String, String> files = new LinkedHashMap<>();
        files.put("openstack/latest/meta_data.json", Json.pretty(meta));
        files.put("openstack/latest/vendor_data.json", Json.pretty(vendor));
        return files;
    }
}
