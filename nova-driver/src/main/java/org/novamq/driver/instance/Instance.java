package org.novamq.driver.instance;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.libvirt.PowerState;

/**
 * An instance as it is now.
 *
 * @param domainName libvirt's name of its domain
 * @param power what libvirt says of the domain
 * @param saved whether it is off with its memory on disk
 * @param record what its metadata says
 * @param interfaces the NICs that the domain has
 * @param disks the disks and drives that it has
 */
public record Instance(
        UUID uuid,
        String domainName,
        PowerState power,
        boolean saved,
        InstanceRecord record,
        List<LiveInterface> interfaces,
        List<LiveDisk> disks) {

    /** Nova's status words. */
    public enum Status {
        BUILD,
        ACTIVE,
        PAUSED,
        SUSPENDED,
        SHUTOFF,
        VERIFY_RESIZE,
        RESCUE,
        ERROR
    }

    /** The metadata first, then libvirt. */
    public Status status() {
        return switch (record.stage()) {
            case BUILDING -> Status.BUILD;
            case ERROR -> Status.ERROR;
            case RESIZED -> Status.VERIFY_RESIZE;
            case BUILT, DELETING -> record.rescued() == null ? powered() : Status.RESCUE;
        };
    }

    private Status powered() {
        return switch (power) {
            case RUNNING -> Status.ACTIVE;
            case PAUSED -> Status.PAUSED;
            case SUSPENDED -> Status.SUSPENDED;
            case NOSTATE, SHUTDOWN, CRASHED -> saved ? Status.SUSPENDED : Status.SHUTOFF;
        };
    }

    /** Nova's {@code OS-EXT-STS:vm_state}. */
    public String vmState() {
        return switch (status()) {
            case BUILD -> "building";
            case SHUTOFF -> "stopped";
            case RESCUE -> "rescued";
            case VERIFY_RESIZE -> "resized";
            case ACTIVE, PAUSED, SUSPENDED, ERROR -> status().name().toLowerCase(Locale.ROOT);
        };
    }

    /** Nova's {@code OS-EXT-STS:task_state}; our own word where Nova has none; null while nothing is being done. */
    public @Nullable String taskState() {
        return switch (record.stage()) {
            case BUILDING -> "spawning";
            case DELETING -> "deleting";
            case BUILT, RESIZED, ERROR -> {
                Task task = record.task();
                yield task == null
                        ? null
                        : task.action().taskState().orElse(task.action().text());
            }
        };
    }

    /** Nova's power state in a word; a guest whose memory is on disk is suspended, though libvirt says that it is off. */
    public String powerState() {
        return saved ? "suspended" : power.name().toLowerCase(Locale.ROOT);
    }

    /** Whether there is a guest in memory, its vCPUs running or not. */
    public boolean isOn() {
        return switch (power) {
            case RUNNING, PAUSED, SUSPENDED -> true;
            case NOSTATE, SHUTDOWN, CRASHED -> false;
        };
    }

    /** Whether the domain has a NIC with this MAC. */
    public boolean hasInterface(String mac) {
        return interfaces.stream().anyMatch(nic -> nic.mac().equals(mac));
    }
}
