package org.novamq.driver.proof;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.novamq.driver.libvirt.DomainEvent;

/**
 * How long guests have run at least: since libvirt reported their start, or since there have been reports. libvirt keeps
 * no start time.
 */
public final class Uptimes {
    private final Clock clock;
    private final Map<UUID, Instant> started = new ConcurrentHashMap<>();
    private volatile Instant since;

    public Uptimes(Clock clock) {
        this.clock = clock;
        this.since = clock.instant();
    }

    /** Takes libvirt's reports. */
    public void report(DomainEvent event) {
        switch (event.kind()) {
            case STARTED -> event.domain().ifPresent(uuid -> started.put(uuid, clock.instant()));
            case STOPPED -> event.domain().ifPresent(started::remove);
            case CONNECTED -> {
                started.clear();
                since = clock.instant();
            }
            default -> {}
        }
    }

    Duration of(UUID uuid) {
        return Duration.between(started.getOrDefault(uuid, since), clock.instant());
    }
}
