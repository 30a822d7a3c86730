package org.novamq.driver.compute;

import static java.util.Objects.requireNonNullElse;

import java.time.Duration;
import java.util.UUID;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Task;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.image.Texts;

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

    /** The saved memory brings back the record that the running domain had, so that must be one to know it by. */
    void suspend(Instance instance) {
        if (instance.isOn()) {
            store.save(instance.uuid(), instance.record().withTask(Task.of(Action.FINISH_SUSPEND, true)));
            save(instance.uuid(), false);
        }
        done(instance);
    }

    /**
     * One that runs has either not been saved yet, or come back from its memory since, with the record of then. That is
     * replaced by the stored one, whose task, if it has one, is the next to be done.
     */
    void finishSuspend(Instance instance) {
        UUID uuid = instance.uuid();
        if (instance.isOn()) {
            InstanceRecord stored = store.stored(uuid);
            Task task = stored.task();
            if (task == null || task.action() != Action.FINISH_SUSPEND) {
                store.save(uuid, stored);
                return;
            }
            save(uuid, true);
        }
        done(instance);
    }

    /**
     * A call that was too slow for its deadline is not over: it is looked at again later.
     *
     * @param again whether libvirt may be busy with what a service has asked that was killed
     */
    private void save(UUID uuid, boolean again) {
        try {
            hypervisor.save(uuid);
        } catch (HypervisorException e) {
            boolean isTimeout = e.kind() == HypervisorException.Kind.TIMEOUT;
            if (isTimeout && (again || e.libvirtCode() == 0)) {
                throw new HypervisorException(
                        HypervisorException.Kind.UNAVAILABLE, e.libvirtCode(), Texts.reason(e), e);
            }
            if (e.kind() != HypervisorException.Kind.CONFLICT
                    || !store.get(uuid).saved()) {
                throw e;
            }
        }
    }

    /** From memory on disk, which brings back the record of then; or from the sleep that the guest put itself into. */
    void resume(Instance instance) {
        UUID uuid = instance.uuid();
        domains.start(uuid);
        store.save(uuid, instance.record());
        hypervisor.resume(uuid);
        store.save(uuid, instance.record().done());
    }

    /** The record as it is by now: a step before may have changed it. */
    void done(Instance instance) {
        store.update(instance.uuid(), now -> now.record().done());
    }
}
