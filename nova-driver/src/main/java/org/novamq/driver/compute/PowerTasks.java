package org.novamq.driver.compute;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.UUID;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Task;
import org.novamq.driver.libvirt.Hypervisor;

/** Turns guests on and off. A domain that is started is defined anew, as in Nova; a soft reboot leaves it as it is. */
final class PowerTasks {
    private final Hypervisor hypervisor;
    private final InstanceStore store;
    private final DomainLife domains;
    private final Plans plans;
    private final Timeouts timeouts;

    PowerTasks(Hypervisor hypervisor, InstanceStore store, DomainLife domains, Plans plans, Timeouts timeouts) {
        this.hypervisor = hypervisor;
        this.store = store;
        this.domains = domains;
        this.plans = plans;
        this.timeouts = timeouts;
    }

    void start(Instance instance, Task task) {
        if (!instance.isOn()) {
            boolean paused = task.action() == Action.START_PAUSED;
            define(instance, planned(instance, task), paused ? Action.FINISH_START_PAUSED : Action.FINISH_START);
            domains.start(instance.uuid(), paused);
        }
        done(instance);
    }

    /** A plan that fails leaves the guest running; only then is there no way back. */
    void hardReboot(Instance instance, Task task) {
        Planned planned = planned(instance, task);
        domains.destroy(instance.uuid());
        define(instance, planned, Action.FINISH_REBOOT);
        finishReboot(instance);
    }

    private Planned planned(Instance instance, Task task) {
        return plans.kept(
                instance.uuid(),
                requireNonNullElse(task.next(), instance.record().own()));
    }

    /**
     * Once the definition says that only the start is left, a second time does not reboot a second time. A rescue ends by
     * it, as in Nova.
     */
    private void define(Instance instance, Planned planned, Action rest) {
        domains.define(
                instance.uuid(),
                instance.record()
                        .withBlueprint(planned.blueprint())
                        .withRescued(null)
                        .withTask(Task.of(rest, true)),
                planned);
    }

    /** The definition is the one that it had, so every grant stands. */
    void softReboot(Instance instance) {
        UUID uuid = instance.uuid();
        domains.shutDown(uuid, timeouts.softReboot());
        store.save(uuid, instance.record().withTask(Task.of(Action.FINISH_REBOOT, true)));
        finishReboot(instance);
    }

    void finishReboot(Instance instance) {
        domains.dropSaved(instance.uuid());
        finishStart(instance, false);
    }

    void finishStart(Instance instance, boolean paused) {
        domains.start(instance.uuid(), paused);
        done(instance);
    }

    /** A guest whose memory is on disk loses it. */
    void stop(Instance instance, Task task) {
        Integer patience = task.patience();
        Duration within = patience == null ? timeouts.shutdown() : Duration.ofSeconds(patience);
        Duration retry = Duration.ofSeconds(requireNonNullElse(task.retry(), 0));
        domains.shutDown(instance.uuid(), within, retry.isZero() ? within : retry);
        if (instance.saved()) {
            hypervisor.dropSaved(instance.uuid());
        }
        done(instance);
    }

    void pause(Instance instance) {
        hypervisor.suspend(instance.uuid());
        done(instance);
    }

    void unpause(Instance instance) {
        hypervisor.resume(instance.uuid());
        done(instance);
    }

    /**
     * The saved memory brings back the record that the running domain had, so that must be one that says what is true
     * once it runs again.
     */
    void suspend(Instance instance) {
        if (instance.isOn()) {
            store.save(instance.uuid(), instance.record().withTask(Task.of(Action.FINISH_SUSPEND, true)));
            hypervisor.save(instance.uuid());
        }
        done(instance);
    }

    /** Nobody waits in memory that was never written. */
    void finishSuspend(Instance instance) {
        if (instance.isOn()) {
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot suspend instance " + instance.uuid()
                            + ": that was interrupted before its memory was saved, or somebody has started it since");
        }
        done(instance);
    }

    /** From memory on disk, which brings back the record of then; or from the sleep that the guest put itself into. */
    void resume(Instance instance) {
        domains.start(instance.uuid());
        hypervisor.resume(instance.uuid());
        store.save(instance.uuid(), instance.record().done());
    }

    /** The record as it is by now: a step before may have changed it. */
    void done(Instance instance) {
        store.update(instance.uuid(), now -> now.record().done());
    }
}
