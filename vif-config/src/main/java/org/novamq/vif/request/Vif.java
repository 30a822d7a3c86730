package org.novamq.vif.request;

import com.google.common.base.CharMatcher;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A VIF as Nova's network model writes it (nova/network/model.py). The maps hold JSON values; what may become part of the XML
 * is a scalar. Absent and null are one.
 *
 * @param id the Neutron port's id: opaque, not empty
 * @param address the MAC, as it goes into XML
 * @param type {@code ovs}, {@code bridge}, {@code tap}, …
 * @param vnicType {@code normal}, {@code direct}, …
 * @param devname the tap's name
 * @param ovsInterfaceId the name of the port in Open vSwitch
 * @param details {@code binding:vif_details}
 * @param profile {@code binding:profile}; an administrator's
 * @param delegateCreate os-vif makes the port in Open vSwitch
 * @param qbgParams 802.1Qbg: managerid, typeid, typeidversion, instanceid
 */
public record Vif(
        String id,
        String address,
        Optional<String> type,
        String vnicType,
        Optional<String> devname,
        Optional<String> ovsInterfaceId,
        Map<String, Object> details,
        Map<String, Object> profile,
        boolean delegateCreate,
        Map<String, Object> qbgParams,
        VifNetwork network) {

    /** Linux: IFNAMSIZ less the final NUL and, by Nova's habit, one more ({@code NIC_NAME_LEN}). */
    private static final int NIC_NAME_LEN = 14;

    private static final CharMatcher NAME_CHARACTERS = CharMatcher.inRange('a', 'z')
            .or(CharMatcher.inRange('A', 'Z'))
            .or(CharMatcher.inRange('0', '9'))
            .or(CharMatcher.anyOf("_.-"));

    /** vnic types that hand a device through; Nova gives them no model and no queues. */
    private static final List<String> DIRECT_PASSTHROUGH = List.of(
            "direct", "direct-physical", "accelerator-direct", "accelerator-direct-physical", "remote-managed", "vdpa");

    public Vif {
        details = Map.copyOf(details);
        profile = Map.copyOf(profile);
        qbgParams = Map.copyOf(qbgParams);
    }

    /** The tap's name: the port's own, else {@code nic} and the id's beginning. */
    public String targetName() {
        return devname.orElseGet(() -> nameOf("nic"));
    }

    /** {@code prefix} and as much of the port's id as an interface name can hold; ids are opaque, names are not. */
    public String nameOf(String prefix) {
        StringBuilder name = new StringBuilder(NIC_NAME_LEN).append(prefix);
        for (int i = 0; i < id.length() && name.length() < NIC_NAME_LEN; i++) {
            char c = id.charAt(i);
            name.append(NAME_CHARACTERS.matches(c) ? c : '_');
        }
        return name.toString();
    }

    public boolean isDirectPassthrough() {
        return DIRECT_PASSTHROUGH.contains(vnicType);
    }

    /** Vendor and device of a PCI device, as Neutron's binding names them in {@code pci_vendor_info}. */
    public HostPciDevice boundDevice() {
        return Optional.ofNullable(profile.get("pci_vendor_info"))
                .map(Object::toString)
                .flatMap(PciId::of)
                .map(HostPciDevice::of)
                .orElse(HostPciDevice.UNKNOWN);
    }

    /** A detail, as text; absent where it is an empty text. */
    public Optional<String> detail(String key) {
        return Optional.ofNullable(details.get(key)).map(Object::toString).filter(text -> !text.isEmpty());
    }

    /** The PCI device of the port's binding, as Nova wrote it. */
    public Optional<String> pciSlot() {
        return Optional.ofNullable(profile.get("pci_slot"))
                .map(Object::toString)
                .filter(slot -> !slot.isEmpty());
    }

    /** Whether a detail is true in Python's sense, which is how Nova asks. */
    public boolean detailIsTrue(String key) {
        return isTrue(details.getOrDefault(key, false));
    }

    /** Whether a JSON value is true in Python's sense: not false, 0, or empty. */
    public static boolean isTrue(Object value) {
        if (value instanceof Boolean flag) {
            return flag;
        }
        if (value instanceof Number number) {
            return number.doubleValue() != 0;
        }
        if (value instanceof Map<?, ?> object) {
            return !object.isEmpty();
        }
        return value instanceof Collection<?> many
                ? !many.isEmpty()
                : !value.toString().isEmpty();
    }
}
