package org.novamq.driver.compute;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.novamq.driver.instance.DomainDocument;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.LiveDisk;
import org.novamq.driver.libvirt.DomainStats;
import org.novamq.driver.libvirt.Hypervisor;

/**
 * What is known of how an instance does.
 *
 * @param uptime since it ran first, as in Nova
 * @param disks the guest's names of its disks and drives
 * @param stats absent while it is off
 */
public record Diagnostics(Instance instance, Duration uptime, List<String> disks, Optional<DomainStats> stats) {
    static Diagnostics of(Instance instance, Hypervisor hypervisor, Instant now) {
        List<String> disks = hypervisor
                .find(instance.uuid())
                .map(domain -> DomainDocument.parse(domain.xml()).disks().stream()
                        .map(LiveDisk::target)
                        .toList())
                .orElse(List.of());
        List<String> taps = instance.interfaces().stream()
                .flatMap(nic -> nic.target().stream())
                .toList();
        String launched = instance.record().launched();
        Duration uptime = launched == null ? Duration.ZERO : Duration.between(Instant.parse(launched), now);
        Optional<DomainStats> stats =
                instance.isOn() ? Optional.of(hypervisor.stats(instance.uuid(), disks, taps)) : Optional.empty();
        return new Diagnostics(instance, uptime, disks, stats);
    }
}
