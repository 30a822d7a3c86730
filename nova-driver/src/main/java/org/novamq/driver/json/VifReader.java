package org.novamq.driver.json;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.novamq.image.Texts;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VifNetwork;

/**
 * Reads a VIF as Nova's network model writes it, with the values that Nova boots with ({@link NovaFields}). Unknown keys
 * are ignored here, inside {@code network} and in {@code details} and {@code profile}.
 */
final class VifReader {
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");

    /** Types that Nova converts for os-vif (os_vif_util.py), whose MAC field takes hyphens and writes lower case. */
    private static final Set<String> BY_OS_VIF = Set.of("ovs", "bridge", "ivs", "agilio_ovs", "vhostuser", "vrouter");

    private static final Set<String> DETAILS =
            Set.of("vhostuser_socket", "vhostuser_mode", "macvtap_source", "macvtap_mode", "profileid", "vlan");
    private static final Set<String> PROFILE = Set.of("pci_slot");
    private static final Set<String> QBG_PARAMS = Set.of("managerid", "typeid", "typeidversion", "instanceid");

    private VifReader() {}

    static Optional<Vif> read(JsonFields json) {
        NovaFields vif = new NovaFields(json);
        Optional<String> type = vif.text("type");
        Optional<String> id = vif.required("id");
        Optional<String> address = vif.required("address")
                .map(mac -> type.filter(BY_OS_VIF::contains).isPresent() ? asOsVifWrites(mac) : mac)
                .filter(mac -> isMac(json, mac));
        Optional<VifNetwork> network = json.required("network", json::object).flatMap(VifReader::readNetwork);
        Optional<String> devname = vif.text("devname");
        Optional<String> ovsInterfaceId =
                vif.isTrue("ovs_interfaceid") ? vif.text("ovs_interfaceid") : Optional.empty();
        String vnicType = vif.text("vnic_type").orElse("normal");
        Map<String, Object> details = NovaFields.values(vif.object("details"), DETAILS);
        Map<String, Object> profile = NovaFields.values(vif.object("profile"), PROFILE);
        Map<String, Object> qbgParams = NovaFields.values(vif.object("qbg_params"), QBG_PARAMS);
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
                vif.isTrue("delegate_create"),
                qbgParams,
                network.get()));
    }

    /** Keys beside {@code meta} are part of it and go before it, as in Nova's {@code Network}. */
    private static Optional<VifNetwork> readNetwork(JsonFields json) {
        NovaFields network = new NovaFields(json);
        NovaFields meta = new NovaFields(network.object("meta"));
        Optional<Integer> mtu = (json.has("mtu") ? network : meta).number("mtu").filter(size -> size != 0);
        Optional<String> hostInterface = (json.has("interface") ? network : meta).text("interface");
        Optional<String> bridge = network.text("bridge");
        Optional<String> label = network.text("label");
        return network.required("id").map(id -> new VifNetwork(id, bridge, label, mtu, hostInterface));
    }

    private static String asOsVifWrites(String mac) {
        return mac.toLowerCase(Locale.ROOT).replace('-', ':');
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
        } else if (isMulticast(mac)) {
            vif.findings()
                    .problem(
                            vif.path("address"),
                            mac,
                            "cannot use " + Texts.quote(mac) + " as the MAC address of a NIC: its first pair is odd, so"
                                    + " it is a multicast address, which libvirt refuses");
        }
        return sound;
    }

    /** IEEE 802: the lowest bit of the first octet. */
    private static boolean isMulticast(String mac) {
        return (Integer.parseInt(mac.substring(0, 2), 16) & 1) == 1;
    }
}
