package org.novamq.driver.compute;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.libvirt.DomainStats;

/**
 * What is known of how an instance does.
 *
 * @param uptime since it ran first, as in Nova
 * @param disks the guest's names of its disks and drives
 * @param stats absent while it is off
 */
public record Diagnostics(Instance instance, Duration uptime, List<String> disks, Optional<DomainStats> stats) {}
