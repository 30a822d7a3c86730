package org.novamq.vif.backend;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.novamq.image.Findings;
import org.novamq.image.Texts;
import org.novamq.vif.request.Vif;

/**
 * Finds NICs of one instance that cannot exist beside each other: what each names as its own must not be another's. A
 * clash is one problem, of the second NIC, with both NICs named.
 *
 * <ul>
 *   <li>the id: answers and later requests tell NICs apart by it
 *   <li>the MAC, in any spelling: the guest agent's answer tells NICs apart by it
 *   <li>the name of the tap: libvirt, "The tap… interface already exists"
 *   <li>the id of the port in Open vSwitch
 *   <li>the vhost-user socket and the vhost-vdpa device: each serves one device
 *   <li>the PCI device: libvirt, "Hostdev already exists in the domain configuration"
 *   <li>the host NIC of a macvtap in mode passthrough, which no other macvtap can share
 * </ul>
 */
public final class Clashes {
    private final Findings findings;
    private final Map<String, Integer> owners = new HashMap<>();

    private Clashes(Findings findings) {
        this.findings = findings;
    }

    /**
     * Puts every clash into the findings.
     *
     * @param backends of the VIFs, in their order; absent for one that cannot be connected
     */
    public static void find(List<Vif> vifs, List<Optional<Backend>> backends, Findings findings) {
        Clashes clashes = new Clashes(findings);
        for (int i = 0; i < vifs.size(); i++) {
            clashes.claim(i, vifs.get(i));
            if (backends.get(i).isPresent()) {
                clashes.claim(i, vifs.get(i), backends.get(i).get());
            }
        }
        clashes.findSharedPassthrough(backends);
    }

    private void claim(int nic, Vif vif) {
        claim(nic, "id", "id", vif.id());
        claim(nic, "MAC address", "address", vif.address().toLowerCase(Locale.ROOT));
    }

    private void claim(int nic, Vif vif, Backend backend) {
        if (backend instanceof Backend.Ethernet ethernet) {
            ethernet.target().ifPresent(name -> claimTap(nic, name));
        } else if (backend instanceof Backend.Bridge bridge) {
            claimTap(nic, bridge.target());
            bridge.port()
                    .flatMap(port -> Optional.ofNullable(port.parameters().get("interfaceid")))
                    .ifPresent(id -> claim(nic, "port in Open vSwitch", "ovs_interfaceid", id));
        } else if (backend instanceof Backend.VhostUser user) {
            claim(nic, "vhost-user socket", "details.vhostuser_socket", user.path());
        } else if (backend instanceof Backend.Vdpa vdpa) {
            claimSlot(nic, vif);
            claim(nic, "vhost-vdpa device", "profile.pci_slot", vdpa.path());
        } else if (backend.isAssigned() || HostDevices.needsNetdev(vif)) {
            claimSlot(nic, vif);
        }
    }

    private void claimTap(int nic, String name) {
        claim(nic, "tap", "devname", name);
    }

    private void claimSlot(int nic, Vif vif) {
        vif.pciSlot()
                .ifPresent(slot -> claim(
                        nic,
                        "PCI device",
                        "profile.pci_slot",
                        PciAddress.of(slot).map(PciAddress::canonical).orElse(slot.toLowerCase(Locale.ROOT))));
    }

    private void claim(int nic, String kind, String key, String value) {
        Integer owner = owners.putIfAbsent(kind + "=" + value, nic);
        if (owner != null) {
            problem(
                    nic,
                    key,
                    value,
                    "cannot give nics[" + nic + "] the " + kind + " " + Texts.quote(value) + ": nics[" + owner
                            + "] has it, and no two NICs can share it");
        }
    }

    /** macvlan(8): a device in mode passthrough carries one macvlan and no more. */
    private void findSharedPassthrough(List<Optional<Backend>> backends) {
        Map<String, Integer> first = new HashMap<>();
        Map<String, Boolean> exclusive = new HashMap<>();
        for (int i = 0; i < backends.size(); i++) {
            if (backends.get(i).orElse(null) instanceof Backend.Direct direct) {
                boolean passthrough = direct.mode().equals("passthrough");
                Integer owner = first.putIfAbsent(direct.device(), i);
                if (owner != null && (passthrough || exclusive.getOrDefault(direct.device(), false))) {
                    problem(
                            i,
                            "details.macvtap_source",
                            direct.device(),
                            "cannot put nics[" + i + "] on the host NIC " + Texts.quote(direct.device()) + ": nics["
                                    + owner + "] is on it, and a macvtap in mode passthrough shares it with no other");
                }
                exclusive.merge(direct.device(), passthrough, Boolean::logicalOr);
            }
        }
    }

    private void problem(int nic, String key, String value, String message) {
        findings.problem("nics[" + nic + "].vif." + key, value, message);
    }
}
