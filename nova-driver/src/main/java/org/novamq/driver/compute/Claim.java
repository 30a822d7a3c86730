package org.novamq.driver.compute;

import java.util.UUID;
import org.novamq.driver.instance.InstanceRecord;

/**
 * An instance that has passed every check and has its place in libvirt, and is not yet built.
 *
 * @param record as it stands in the domain's metadata
 * @param fetch what is to be brought first
 * @param powerOn whether it is to run
 */
public record Claim(UUID uuid, InstanceRecord record, Planned planned, Fetch fetch, boolean powerOn) {}
