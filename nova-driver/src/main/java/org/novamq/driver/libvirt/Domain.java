package org.novamq.driver.libvirt;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/**
 * One domain as libvirt described it at one moment.
 *
 * @param name libvirt's name, {@code instance-<uuid>} for ours
 * @param xml the live document while the domain runs, the stored one while it is off; {@code <metadata>} included, security
 *     information (passwords) not
 * @param saved whether it is off with its memory on disk, to go on from there when it is started
 */
public record Domain(UUID uuid, String name, PowerState state, String xml, boolean saved) {
    /** Checks that nothing is missing. */
    public Domain {
        requireNonNull(uuid, "uuid is null");
        requireNonNull(name, "name is null");
        requireNonNull(state, "state is null");
        requireNonNull(xml, "xml is null");
    }
}
