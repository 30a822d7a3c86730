package org.novamq.driver.compute;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.novamq.driver.instance.GuestConfig;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.LiveInterface;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.instance.Task;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.Lane;
import org.novamq.vif.xml.DomainXml;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The domain of an instance: defined, started, asked to go down, waited for. Each step may be taken twice. */
final class DomainLife {
    private static final Logger LOG = LoggerFactory.getLogger(DomainLife.class);

    private final Hypervisor hypervisor;
    private final InstanceStore store;
    private final InstanceFiles files;
    private final DomainSignals signals;

    DomainLife(Hypervisor hypervisor, InstanceStore store, InstanceFiles files, DomainSignals signals) {
        this.hypervisor = hypervisor;
        this.store = store;
        this.files = files;
        this.signals = signals;
    }

    /**
     * Defines the domain anew, for a plan and with a record, whose blueprint may be another yet; the config drive tells of
     * the same plan.
     *
     * @throws DeletionPromisedException and nothing is done
     */
    void define(UUID uuid, InstanceRecord record, Planned planned) {
        if (planned.blueprint().configDrive()) {
            files.writeConfigDrive(uuid, GuestConfig.configDrive(uuid, record.withBlueprint(planned.blueprint())));
        }
        String name = store.get(uuid).domainName();
        String xml = DomainXml.of(DomainSpecs.of(uuid, name, record, planned, files));
        if (!store.define(uuid, xml)) {
            throw new DeletionPromisedException();
        }
    }

    /**
     * For what takes long.
     *
     * @throws DeletionPromisedException nobody wants it any more
     */
    void requireWanted(UUID uuid) {
        if (store.isCondemned(uuid)) {
            throw new DeletionPromisedException();
        }
    }

    /** Starts what is defined, unless it runs. */
    void start(UUID uuid) {
        start(uuid, false);
    }

    /**
     * The same, and perhaps with its vCPUs stopped; what a rescue has left goes before. One whose NICs wait
     * for a switch in user space may block for ever.
     */
    void start(UUID uuid, boolean paused) {
        Instance instance = store.get(uuid);
        if (instance.record().rescued() == null) {
            files.dropRescue(uuid);
        }
        if (instance.isOn()) {
            return;
        }
        boolean mayBlock = instance.interfaces().stream().anyMatch(LiveInterface::isVhostUser);
        Lane lane = mayBlock ? Lane.MAY_BLOCK : Lane.NORMAL;
        if (paused) {
            hypervisor.startPaused(uuid, lane);
        } else {
            hypervisor.start(uuid, lane);
        }
    }

    /**
     * After something that was not done: it is as it was. One in ERROR is to run when it is rebuilt or rescued, whether it
     * did before or not.
     */
    boolean runsAgain(Instance instance, Task task) {
        if (task.running() && instance.record().stage() != Stage.ERROR) {
            start(instance.uuid());
        }
        return true;
    }

    /** Off at once; one that is off is so. */
    void destroy(UUID uuid) {
        hypervisor.destroy(uuid);
    }

    /** Memory that was saved does not fit another definition or disk: the guest begins anew. */
    void dropSaved(UUID uuid) {
        hypervisor.dropSaved(uuid);
    }

    /** Off: the guest is asked once, and when it has not gone by itself within the time, it is done for it. */
    void shutDown(UUID uuid, Duration patience) {
        shutDown(uuid, patience, patience);
    }

    /**
     * Off: the guest is asked, and when it has not gone by itself within the time, it is done for it.
     *
     * @param retry after which it is asked again: one that still boots may not have heard
     */
    void shutDown(UUID uuid, Duration patience, Duration retry) {
        boolean on = store.get(uuid).isOn();
        Duration left = patience;
        while (on && left.compareTo(Duration.ZERO) > 0 && asked(uuid)) {
            Duration now = left.compareTo(retry) < 0 ? left : retry;
            on = !await(uuid, now, instance -> !instance.isOn());
            left = left.minus(now);
        }
        hypervisor.destroy(uuid);
    }

    /** False where there is nobody to wait for. One that is busy, or whose agent is silent, may go yet, as in Nova. */
    private boolean asked(UUID uuid) {
        try {
            hypervisor.shutdown(uuid);
            return true;
        } catch (HypervisorException e) {
            return switch (e.kind()) {
                case UNAVAILABLE -> throw e;
                case CONFLICT, NOT_FOUND -> false; // paused, or off by now
                default -> {
                    LOG.info("instance {} has its time to power off all the same: {}", uuid, e.getMessage());
                    yield true;
                }
            };
        }
    }

    /**
     * Waits for an instance to become something.
     *
     * @return false if it has not within the time
     * @throws DeletionPromisedException there is no use in waiting any more
     */
    boolean await(UUID uuid, Duration within, Predicate<Instance> condition) {
        boolean so = signals.await(
                within,
                () -> store.isCondemned(uuid) || find(uuid).map(condition::test).orElse(true));
        requireWanted(uuid);
        return so;
    }

    private Optional<Instance> find(UUID uuid) {
        return store.find(uuid);
    }

    /** What a domain is called that nobody names; one that has a name keeps it. */
    static String domainName(UUID uuid) {
        return "instance-" + uuid;
    }
}
