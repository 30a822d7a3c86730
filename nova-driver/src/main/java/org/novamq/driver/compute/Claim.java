package org.novamq.driver.compute;

import java.util.UUID;
import org.novamq.vif.InstancePlan;

/**
 * An instance that has passed every check and has its place in libvirt, and is not yet built.
 *
 * @param record as it stands in the domain's metadata
 * @param rootDiskBytes the root disk's size; 0 without one
 */
public record Claim(SpawnRequest request, InstancePlan plan, InstanceRecord record, long rootDiskBytes) {
    public UUID uuid() {
        return request.request().instance().uuid();
    }
}
