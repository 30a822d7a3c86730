package org.novamq.driver.api;

import com.codahale.metrics.health.HealthCheck;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;

/** Whether libvirt answers. */
final class HypervisorHealthCheck extends HealthCheck {
    private final Hypervisor hypervisor;

    HypervisorHealthCheck(Hypervisor hypervisor) {
        this.hypervisor = hypervisor;
    }

    @Override
    protected Result check() {
        try {
            // not its versions: those need QEMU's capabilities, which some hosts probe for minutes
            return Result.healthy(
                    "libvirt answers and has %d domains", hypervisor.list().size());
        } catch (HypervisorException e) {
            return Result.unhealthy(e.getMessage());
        }
    }
}
