package org.novamq.driver.json;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.novamq.image.Texts;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VifNetwork;

/**
 * Reads a VIF as Nova's network model writes it. Keys that Nova may add are ignored here, inside {@code network} and in
 * the two bags {@code details} and {@code profile}.
 */
final class VifReader {
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final int MAX_MTU = 65535;

    private VifReader() {}

    static Optional<Vif> read(JsonFields vif) {
        Optional<String> id = vif.required("id", vif::word);
        Optional<String> address = vif.required("address", vif::text).filter(mac -> isMac(vif, mac));
        Optional<VifNetwork> network = vif.required("network", vif::object).flatMap(VifReader::readNetwork);
        Optional<String> type = vif.text("type");
        Optional<String> devname = vif.word("devname");
        Optional<String> ovsInterfaceId = vif.word("ovs_interfaceid");
        String vnicType = vif.word("vnic_type").orElse("normal");
        boolean delegateCreate = vif.bool("delegate_create").orElse(false);
        Map<String, Object> details = bag(vif, "details");
        Map<String, Object> profile = bag(vif, "profile");
        Map<String, Object> qbgParams = bag(vif, "qbg_params");
        if (id.isEmpty() || address.isEmpty() || network.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Vif(
                id.get(),
                address.get(),
                type,
                vnicType,
                devname,
                ovsInterfaceId,
                details,
                profile,
                delegateCreate,
                qbgParams,
                network.get()));
    }

    private static Optional<VifNetwork> readNetwork(JsonFields network) {
        JsonFields meta = network.objectOrEmpty("meta");
        Optional<Integer> mtu = meta.integer("mtu", 0, MAX_MTU).filter(size -> size > 0);
        Optional<String> bridge = network.word("bridge");
        Optional<String> label = network.text("label");
        Optional<String> hostInterface = meta.word("interface");
        return network.required("id", network::word).map(id -> new VifNetwork(id, bridge, label, mtu, hostInterface));
    }

    /** Any of its texts may become part of the XML. */
    private static Map<String, Object> bag(JsonFields vif, String name) {
        JsonFields bag = vif.objectOrEmpty(name);
        Map<String, Object> values = bag.values();
        values.forEach((key, value) -> {
            if (value instanceof String) {
                bag.text(key);
            }
        });
        return values;
    }

    private static boolean isMac(JsonFields vif, String mac) {
        boolean sound = MAC.matcher(mac).matches();
        if (!sound) {
            vif.findings()
                    .problem(
                            vif.path("address"),
                            mac,
                            "cannot use " + Texts.quote(mac) + " as a MAC address: six pairs of hexadecimal digits"
                                    + " with colons are needed");
        }
        return sound;
    }
}
