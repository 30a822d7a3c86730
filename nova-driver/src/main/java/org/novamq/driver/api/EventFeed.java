package org.novamq.driver.api;

import io.dropwizard.lifecycle.Managed;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.compute.LibvirtComputeDriver;
import org.novamq.driver.libvirt.DomainEvent;
import org.novamq.driver.libvirt.Hypervisor;

/**
 * Brings libvirt's reports to those who wait for them. After every gap in them recovery looks for what was missed, and
 * after a device has gone whether anybody has waited for that.
 */
final class EventFeed implements Managed {
    private final Hypervisor hypervisor;
    private final LibvirtComputeDriver driver;
    private final InstanceWorkers workers;
    private @Nullable AutoCloseable subscription;

    EventFeed(Hypervisor hypervisor, LibvirtComputeDriver driver, InstanceWorkers workers) {
        this.hypervisor = hypervisor;
        this.driver = driver;
        this.workers = workers;
    }

    @Override
    public void start() {
        subscription = hypervisor.subscribe(this::report);
    }

    private void report(DomainEvent event) {
        driver.report(event);
        switch (event.kind()) {
            case CONNECTED -> workers.recoverSoon();
            case DEVICE_REMOVED -> event.domain().ifPresent(workers::lookAt);
            default -> {}
        }
    }

    @Override
    public void stop() throws Exception {
        if (subscription != null) {
            subscription.close();
        }
    }
}
