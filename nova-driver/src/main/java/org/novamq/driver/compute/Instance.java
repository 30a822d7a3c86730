package org.novamq.driver.compute;

import java.util.List;
import java.util.UUID;
import org.novamq.driver.libvirt.PowerState;

/**
 * An instance as it is now.
 *
 * @param domainName libvirt's name of its domain
 * @param power what libvirt says of the domain
 * @param record what its metadata says
 * @param interfaces the NICs that the domain has
 */
public record Instance(
        UUID uuid, String domainName, PowerState power, InstanceRecord record, List<LiveInterface> interfaces) {

    /** Nova's status words. */
    public enum Status {
        BUILD,
        ACTIVE,
        PAUSED,
        SUSPENDED,
        SHUTOFF,
        ERROR
    }

    /** The metadata first, then libvirt. */
    public Status status() {
        return switch (record.stage()) {
            case BUILDING -> Status.BUILD;
            case ERROR -> Status.ERROR;
            case BUILT, DELETING ->
                switch (power) {
                    case RUNNING -> Status.ACTIVE;
                    case PAUSED -> Status.PAUSED;
                    case SUSPENDED -> Status.SUSPENDED;
                    case NOSTATE, SHUTDOWN, CRASHED -> Status.SHUTOFF;
                };
        };
    }
}
