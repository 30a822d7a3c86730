package org.novamq.vif.request;

import java.util.Optional;

/**
 * The network of a VIF, as in Nova's network model.
 *
 * @param id opaque, not empty
 * @param bridge the host's bridge
 * @param label the network's name
 * @param mtu {@code meta.mtu}, bytes
 * @param hostInterface {@code meta.interface}, the host's NIC below an 802.1Qbg port
 */
public record VifNetwork(
        String id,
        Optional<String> bridge,
        Optional<String> label,
        Optional<Integer> mtu,
        Optional<String> hostInterface) {}
