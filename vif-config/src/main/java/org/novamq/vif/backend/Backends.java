package org.novamq.vif.backend;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.image.Suggestions;
import org.novamq.image.Texts;
import org.novamq.image.WholeNumber;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.Vif;

/**
 * Understands Nova's VIF types: from a VIF to the backend that Nova's libvirt driver would configure
 * (nova/virt/libvirt/vif.py get_config and nova/network/os_vif_util.py). What Nova refuses, or stumbles over, is a
 * problem with the missing piece named.
 */
public final class Backends {
    private static final List<String> TYPES = List.of(
            "ovs",
            "bridge",
            "tap",
            "vhostuser",
            "macvtap",
            "hw_veb",
            "hostdev_physical",
            "ib_hostdev",
            "802.1qbg",
            "802.1qbh",
            "vrouter",
            "agilio_ovs",
            "ivs",
            "iovisor",
            "midonet");

    private static final List<String> QBG_KEYS = List.of("managerid", "typeid", "typeidversion", "instanceid");

    /** IEEE 802.1Q: 4095 is reserved. */
    private static final int MAX_VLAN = 4094;

    /** libvirt: the modes of {@code <source mode=…>} for {@code type='direct'}. */
    private static final List<String> MACVTAP_MODES = List.of("vepa", "bridge", "private", "passthrough");

    /** Linux: unix(7), sun_path has 108 bytes, the last of which is NUL. */
    private static final int MAX_SOCKET_PATH = 107;

    /** RFC 791; the kernel's tap refuses less (drivers/net/tun.c: MIN_MTU). */
    public static final int MIN_MTU = 68;

    /** Linux: drivers/net/tun.c MAX_MTU, 65535, less the 14 bytes of an Ethernet header (measured, Linux 6.18). */
    public static final int MAX_MTU = 65_521;

    private final Vif vif;
    private final HostLimits host;
    private final String field;
    private final Findings findings;

    private Backends(Vif vif, HostLimits host, String field, Findings findings) {
        this.vif = vif;
        this.host = host;
        this.field = field;
        this.findings = findings;
    }

    /**
     * The backend of a VIF, or nothing and at least one problem.
     *
     * @param field the VIF's path in the request, for messages
     */
    public static Optional<Backend> of(Vif vif, HostLimits host, String field, Findings findings) {
        return new Backends(vif, host, field, findings).resolve();
    }

    private Optional<Backend> resolve() {
        String type = vif.type().orElse("");
        return switch (type) {
            case "ovs" -> openVSwitch();
            case "agilio_ovs" ->
                vif.vnicType().equals("virtio-forwarder") ? vhostUser(vif.targetName()) : openVSwitch();
            case "vrouter" -> vrouter();
            case "ivs" -> vif.detailIsTrue("ovs_hybrid_plug") ? hybrid() : tap(TapMode.BY_LIBVIRT, mtu(), true);
            case "bridge" -> bridge(Optional.empty());
            case "tap" -> tap(vif.devname(), TapMode.PRE_CREATED, mtu(), false);
            case "iovisor" -> tap(vif.devname(), TapMode.BY_LIBVIRT, Optional.empty(), true);
            case "midonet" -> tap(vif.devname(), TapMode.BY_LIBVIRT, Optional.empty(), false);
            case "vhostuser" -> vhostUser(vhostUserTarget());
            case "macvtap" -> macvtap();
            case "hw_veb" -> hwVeb();
            case "802.1qbh" -> qbh();
            case "802.1qbg" -> qbg();
            case "hostdev_physical", "ib_hostdev" -> pciAddress().map(Backend.PciDevice::new);
            default -> unknownType(type);
        };
    }

    private Optional<Backend> openVSwitch() {
        return switch (vif.vnicType()) {
            case "vdpa" -> vdpa();
            case "direct", "remote-managed" -> functionByOsVif();
            default -> vif.detailIsTrue("ovs_hybrid_plug") ? hybrid() : openVSwitchPort();
        };
    }

    /** os-vif makes the port and, where Neutron says so, the tap; without os-vif libvirt makes both. */
    private Optional<Backend> openVSwitchPort() {
        if (vif.delegateCreate()) {
            return tap(vif.detailIsTrue("ovs_create_tap") ? TapMode.PRE_CREATED : TapMode.BY_LIBVIRT, mtu(), true);
        }
        return bridge(Optional.of(VirtualPort.openVSwitch(vif.ovsInterfaceId().orElse(vif.id()))));
    }

    private Optional<Backend> hybrid() {
        return deviceName("devname", vif.targetName())
                .map(target -> new Backend.Bridge(vif.nameOf("qbr"), target, mtu(), Optional.empty()));
    }

    private Optional<Backend> vrouter() {
        return switch (vif.vnicType()) {
            case "normal" -> tap(TapMode.BY_LIBVIRT, mtu(), true);
            case "direct" -> functionByOsVif();
            case "virtio-forwarder" -> vhostUser(vif.targetName());
            default ->
                problem(
                        "vnic_type",
                        vif.vnicType(),
                        "cannot connect a vrouter port of vnic_type " + Texts.quote(vif.vnicType())
                                + ": it must be normal, direct or virtio-forwarder");
        };
    }

    private Optional<Backend> tap(TapMode mode, Optional<Integer> mtu, boolean shaped) {
        return tap(Optional.of(vif.targetName()), mode, mtu, shaped);
    }

    /** @param name what Nova's older path has: no name where the port has none */
    private Optional<Backend> tap(Optional<String> name, TapMode mode, Optional<Integer> mtu, boolean shaped) {
        if (name.isPresent() && deviceName("devname", name.get()).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Backend.Ethernet(name, mode, mtu, shaped));
    }

    private Optional<Backend> bridge(Optional<VirtualPort> port) {
        if (vif.network().bridge().isEmpty()) {
            return problem("network.bridge", "", "cannot connect a NIC to a bridge: the network names none");
        }
        Optional<String> bridge =
                deviceName("network.bridge", vif.network().bridge().get());
        Optional<String> target = deviceName("devname", vif.targetName());
        Optional<Integer> mtu = mtu();
        return bridge.flatMap(name -> target.map(tap -> new Backend.Bridge(name, tap, mtu, port)));
    }

    /** os-vif's plug-in for Open vSwitch names the port after the socket, the others keep the tap's name. */
    private String vhostUserTarget() {
        boolean byOvs = vif.detailIsTrue("vhostuser_ovs_plug") && !vif.detailIsTrue("vhostuser_fp_plug");
        return byOvs ? vif.nameOf("vhu") : vif.targetName();
    }

    private Optional<Backend> vhostUser(String target) {
        Optional<String> path = vif.detail("vhostuser_socket");
        if (path.isEmpty()) {
            return problem(
                    "details.vhostuser_socket",
                    "",
                    "cannot connect a vhost-user port: vhostuser_sock_path not present in vif_details for vif "
                            + vif.id());
        }
        if (!isSocketPath(path.get())) {
            return problem(
                    "details.vhostuser_socket",
                    path.get(),
                    "cannot connect a vhost-user port to " + Texts.quote(path.get()) + ": an absolute path of at most "
                            + MAX_SOCKET_PATH + " bytes is needed (unix(7))");
        }
        String mode = Optional.ofNullable(vif.details().get("vhostuser_mode"))
                .map(Object::toString)
                .orElse("server");
        if (!mode.equals("server") && !mode.equals("client")) {
            return problem(
                    "details.vhostuser_mode",
                    mode,
                    "cannot connect a vhost-user port in mode " + Texts.quote(mode) + ": it must be server or client");
        }
        return Optional.of(new Backend.VhostUser(path.get(), mode, target));
    }

    private static boolean isSocketPath(String path) {
        return path.startsWith("/") && path.getBytes(StandardCharsets.UTF_8).length <= MAX_SOCKET_PATH;
    }

    private Optional<Backend> macvtap() {
        List<String> missing = new ArrayList<>(List.of("macvtap_source", "macvtap_mode"));
        missing.removeIf(key -> vif.detail(key).isPresent());
        if (!vif.details().containsKey("physical_interface")) {
            missing.add("physical_interface"); // Nova only asks whether it is there
        }
        if (!missing.isEmpty()) {
            return problem(
                    "details." + missing.get(0),
                    "",
                    "cannot connect a macvtap port: " + String.join(", ", missing)
                            + " not present in vif_details for vif " + vif.id()
                            + "; check Neutron's macvtap configuration");
        }
        String mode = vif.detail("macvtap_mode").orElseThrow();
        if (!MACVTAP_MODES.contains(mode)) {
            problem(
                    "details.macvtap_mode",
                    mode,
                    "cannot connect a macvtap port in mode " + Texts.quote(mode) + ": it must be "
                            + Texts.choice(MACVTAP_MODES) + Suggestions.hint(mode, MACVTAP_MODES));
        }
        return deviceName("details.macvtap_source", vif.detail("macvtap_source").orElseThrow())
                .filter(device -> MACVTAP_MODES.contains(mode))
                .map(device -> new Backend.Direct(device, mode, Optional.empty(), Optional.empty(), true, false));
    }

    private Optional<Backend> hwVeb() {
        Optional<Integer> vlan = vlan();
        if (!HostDevices.needsNetdev(vif)) {
            return virtualFunction(vlan, Optional.empty(), true);
        }
        return netdev().map(device -> new Backend.Direct(device, "passthrough", vlan, Optional.empty(), false, true));
    }

    private Optional<Backend> qbh() {
        Optional<String> profile = vif.detail("profileid");
        if (profile.isEmpty()) {
            return problem("details.profileid", "", "cannot connect an 802.1Qbh port: its port profile is missing");
        }
        Optional<VirtualPort> port = profile.map(VirtualPort::qbh);
        if (!HostDevices.needsNetdev(vif)) {
            return virtualFunction(Optional.empty(), port, true);
        }
        return netdev().map(device -> new Backend.Direct(device, "passthrough", Optional.empty(), port, false, true));
    }

    private Optional<Backend> qbg() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String key : QBG_KEYS) {
            Object value = vif.qbgParams().getOrDefault(key, "");
            if (value.toString().isEmpty()) {
                return problem("qbg_params." + key, "", "cannot connect an 802.1Qbg port: " + key + " is missing");
            }
            parameters.put(key, value.toString());
        }
        return vif.network()
                .hostInterface()
                .map(device -> (Backend) new Backend.Direct(
                        device, "vepa", Optional.empty(), Optional.of(VirtualPort.qbg(parameters)), false, false))
                .or(() -> problem(
                        "network.meta.interface",
                        "",
                        "cannot connect an 802.1Qbg port: the network names no host NIC"));
    }

    private Optional<Backend> vdpa() {
        return pciSlot()
                .flatMap(slot -> host.vdpaDeviceAt(slot)
                        .map(path -> (Backend) new Backend.Vdpa(path))
                        .or(() -> problem(
                                "profile.pci_slot",
                                slot,
                                "cannot connect a vDPA port: no vhost-vdpa device is known at " + slot
                                        + " (host.vdpa_device_path)")));
    }

    /** os-vif's PCI field writes lower case. */
    private Optional<Backend> functionByOsVif() {
        return pciAddress()
                .map(address ->
                        new Backend.VirtualFunction(address.lowerCase(), Optional.empty(), Optional.empty(), false));
    }

    private Optional<Backend> virtualFunction(Optional<Integer> vlan, Optional<VirtualPort> port, boolean shaped) {
        return pciAddress().map(address -> new Backend.VirtualFunction(address, vlan, port, shaped));
    }

    private Optional<String> netdev() {
        return pciSlot()
                .flatMap(slot -> host.netdevAt(slot)
                        .or(() -> problem(
                                "profile.pci_slot",
                                slot,
                                "cannot connect a macvtap over a virtual function: no host NIC is known at " + slot
                                        + " (host.pci_netdev_name)")));
    }

    private Optional<PciAddress> pciAddress() {
        return pciSlot()
                .flatMap(slot -> PciAddress.of(slot)
                        .or(() -> problem(
                                "profile.pci_slot",
                                slot,
                                "cannot hand over the PCI device " + Texts.quote(slot)
                                        + ": dddd:bb:ss.f is needed, hexadecimal, with 4 to 8 digits of domain, ss up to"
                                        + " 1f and f up to 7")));
    }

    private Optional<String> pciSlot() {
        return vif.pciSlot()
                .or(() -> problem(
                        "profile.pci_slot",
                        "",
                        "cannot connect a port of a PCI device: its binding names no pci_slot"));
    }

    /** A value that is false in Python means none, as in Nova; the text 0 is a tag of its own, which Neutron gives flat networks. */
    private Optional<Integer> vlan() {
        Object raw = vif.details().get("vlan");
        if (raw == null) {
            problem("details.vlan", "", "cannot connect a hw_veb port: vlan is missing from its vif_details");
            return Optional.empty();
        }
        if (!Vif.isTrue(raw)) {
            return Optional.empty();
        }
        var id = WholeNumber.read(raw, 0, MAX_VLAN);
        if (id.isEmpty()) {
            problem("details.vlan", raw, "cannot use VLAN " + Texts.quote(raw) + ": 0 to " + MAX_VLAN + " is needed");
        }
        return id.stream().boxed().findFirst();
    }

    /** The MTU of a tap; only the types that write it call this. */
    private Optional<Integer> mtu() {
        vif.network()
                .mtu()
                .filter(size -> size < MIN_MTU || size > MAX_MTU)
                .ifPresent(size -> problem(
                        "network.meta.mtu",
                        size,
                        "cannot give a tap an MTU of " + size + ": " + MIN_MTU + " to " + MAX_MTU
                                + " is what the kernel takes"));
        return vif.network().mtu();
    }

    /** A name that a network device of the host can have, or a problem of the field that it comes from. */
    private Optional<String> deviceName(String key, String name) {
        return DeviceNames.isSound(name)
                ? Optional.of(name)
                : problem(
                        key,
                        name,
                        "cannot use " + Texts.quote(name) + " as the name of a network device: 1 to "
                                + DeviceNames.MAX_LENGTH
                                + " letters, digits, dots, hyphens and underscores are needed");
    }

    private Optional<Backend> unknownType(String type) {
        return switch (type) {
            case "" ->
                problem(
                        "type",
                        "",
                        "cannot connect a NIC: vif_type parameter must be present for this vif_driver implementation");
            case "binding_failed", "unbound" ->
                problem(
                        "type",
                        type,
                        "cannot connect a NIC: Neutron could not bind its port to this host (Unexpected vif_type="
                                + type + ")");
            default ->
                problem(
                        "type",
                        type,
                        "cannot connect a NIC of vif_type " + Texts.quote(type) + ": it must be " + Texts.choice(TYPES)
                                + Suggestions.hint(type, TYPES));
        };
    }

    private <T> Optional<T> problem(String key, Object value, String message) {
        findings.problem(field + "." + key, value, message);
        return Optional.empty();
    }
}
