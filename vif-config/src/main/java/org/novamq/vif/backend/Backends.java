package org.novamq.vif.backend;

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

    private static final int MAX_VLAN = 4094;

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
            case "direct", "remote-managed" -> virtualFunction(Optional.empty(), Optional.empty(), false);
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
        return Optional.of(new Backend.Bridge(vif.nameOf("qbr"), vif.targetName(), mtu(), Optional.empty()));
    }

    private Optional<Backend> vrouter() {
        return switch (vif.vnicType()) {
            case "normal" -> tap(TapMode.BY_LIBVIRT, mtu(), true);
            case "direct" -> virtualFunction(Optional.empty(), Optional.empty(), false);
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
        return Optional.of(new Backend.Ethernet(name, mode, mtu, shaped));
    }

    private Optional<Backend> bridge(Optional<VirtualPort> port) {
        if (vif.network().bridge().isEmpty()) {
            return problem("network.bridge", "", "cannot connect a NIC to a bridge: the network names none");
        }
        return Optional.of(new Backend.Bridge(vif.network().bridge().get(), vif.targetName(), mtu(), port));
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
        String mode = vif.detail("vhostuser_mode").orElse("server");
        if (!mode.equals("server") && !mode.equals("client")) {
            return problem(
                    "details.vhostuser_mode",
                    mode,
                    "cannot connect a vhost-user port in mode " + Texts.quote(mode) + ": it must be server or client");
        }
        return Optional.of(new Backend.VhostUser(path.get(), mode, target));
    }

    private Optional<Backend> macvtap() {
        List<String> missing = new ArrayList<>(List.of("macvtap_source", "macvtap_mode", "physical_interface"));
        missing.removeIf(vif.details()::containsKey);
        if (!missing.isEmpty()) {
            return problem(
                    "details." + missing.get(0),
                    "",
                    "cannot connect a macvtap port: " + String.join(", ", missing)
                            + " not present in vif_details for vif " + vif.id()
                            + "; check Neutron's macvtap configuration");
        }
        return Optional.of(new Backend.Direct(
                vif.detail("macvtap_source").orElseThrow(),
                vif.detail("macvtap_mode").orElseThrow(),
                Optional.empty(),
                Optional.empty(),
                true,
                false));
    }

    private Optional<Backend> hwVeb() {
        Optional<Integer> vlan = vlan();
        boolean handedOver = vif.vnicType().equals("direct") || vif.vnicType().equals("accelerator-direct");
        if (handedOver) {
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
        if (vif.vnicType().equals("direct")) {
            return virtualFunction(Optional.empty(), port, true);
        }
        return netdev().map(device -> new Backend.Direct(device, "passthrough", Optional.empty(), port, false, true));
    }

    private Optional<Backend> qbg() {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String key : QBG_KEYS) {
            Object value = vif.qbgParams().get(key);
            if (value == null) {
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
                .flatMap(slot -> Optional.ofNullable(host.vdpaDevicePaths().get(slot))
                        .map(path -> (Backend) new Backend.Vdpa(path))
                        .or(() -> problem(
                                "profile.pci_slot",
                                slot,
                                "cannot connect a vDPA port: no vhost-vdpa device is known at " + slot
                                        + " (host.vdpa_device_path)")));
    }

    private Optional<Backend> virtualFunction(Optional<Integer> vlan, Optional<VirtualPort> port, boolean shaped) {
        return pciAddress().map(address -> new Backend.VirtualFunction(address, vlan, port, shaped));
    }

    private Optional<String> netdev() {
        return pciSlot()
                .flatMap(slot -> Optional.ofNullable(host.pciNetdevNames().get(slot))
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
                                "cannot hand over the PCI device " + Texts.quote(slot) + ": dddd:bb:ss.f is needed")));
    }

    private Optional<String> pciSlot() {
        return Optional.ofNullable(vif.profile().get("pci_slot"))
                .map(Object::toString)
                .or(() -> problem(
                        "profile.pci_slot",
                        "",
                        "cannot connect a port of a PCI device: its binding names no pci_slot"));
    }

    /** VLAN 0 means none, as in Nova. */
    private Optional<Integer> vlan() {
        Object raw = vif.details().get("vlan");
        if (raw == null) {
            problem("details.vlan", "", "cannot connect a hw_veb port: vlan is missing from its vif_details");
            return Optional.empty();
        }
        var id = WholeNumber.read(raw, 0, MAX_VLAN);
        if (id.isEmpty()) {
            problem("details.vlan", raw, "cannot use VLAN " + Texts.quote(raw) + ": 0 to " + MAX_VLAN + " is needed");
        }
        return id.stream().filter(n -> n > 0).boxed().findFirst();
    }

    private Optional<Integer> mtu() {
        return vif.network().mtu();
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
