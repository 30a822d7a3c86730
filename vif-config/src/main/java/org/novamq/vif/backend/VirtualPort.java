package org.novamq.vif.backend;

import java.util.Map;

/**
 * {@code <virtualport>}: how a switch outside the guest knows the port.
 *
 * @param type libvirt's name of the kind
 * @param parameters attribute names and values, in order
 */
public record VirtualPort(String type, Map<String, String> parameters) {
    static VirtualPort openVSwitch(String interfaceId) {
        return new VirtualPort("openvswitch", Map.of("interfaceid", interfaceId));
    }

    static VirtualPort qbh(String profileId) {
        return new VirtualPort("802.1Qbh", Map.of("profileid", profileId));
    }

    /** @param parameters managerid, typeid, typeidversion, instanceid, in this order */
    static VirtualPort qbg(Map<String, String> parameters) {
        return new VirtualPort("802.1Qbg", parameters);
    }
}
