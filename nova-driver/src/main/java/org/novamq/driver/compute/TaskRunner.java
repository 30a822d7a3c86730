package org.novamq.driver.compute;

import static java.util.Objects.requireNonNull;
import static java.util.Objects.requireNonNullElse;

import java.util.Optional;
import java.util.UUID;
import org.novamq.driver.disk.BadImageException;
import org.novamq.driver.disk.DiskException;
import org.novamq.driver.glance.GlanceException;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.instance.Task;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Texts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what an instance's record says is to be done. What libvirt's absence interrupts is left there for the next time;
 * whatever else goes wrong is undone where that is possible, and told in the instance's fault.
 */
final class TaskRunner {
    private static final Logger LOG = LoggerFactory.getLogger(TaskRunner.class);

    private final InstanceStore store;
    private final PowerTasks power;
    private final ResizeTasks resizes;
    private final RescueTasks rescues;
    private final InterfaceTasks interfaces;
    private final Faulting faulting;

    /** How a failure is put into words. */
    interface Faulting {
        Fault of(RuntimeException cause);
    }

    TaskRunner(
            InstanceStore store,
            PowerTasks power,
            ResizeTasks resizes,
            RescueTasks rescues,
            InterfaceTasks interfaces,
            Faulting faulting) {
        this.store = store;
        this.power = power;
        this.resizes = resizes;
        this.rescues = rescues;
        this.interfaces = interfaces;
        this.faulting = faulting;
    }

    /**
     * Runs an instance's task, if it has one.
     *
     * @return why it was not done
     * @throws HypervisorException UNAVAILABLE; the task stays
     */
    Optional<RuntimeException> run(UUID uuid) {
        Optional<Instance> found = store.find(uuid)
                .filter(instance -> instance.record().task() != null)
                .filter(instance -> instance.record().stage() != Stage.DELETING);
        return found.flatMap(
                instance -> run(instance, requireNonNull(instance.record().task())));
    }

    private Optional<RuntimeException> run(Instance instance, Task task) {
        try {
            perform(instance, task);
            LOG.info("instance {}: {} done", instance.uuid(), task.action().text());
            return Optional.empty();
        } catch (DeletionPromisedException e) {
            LOG.info(
                    "instance {}: {} given up, {}",
                    instance.uuid(),
                    task.action().text(),
                    e.getMessage());
            return Optional.empty();
        } catch (RuntimeException e) {
            rethrowIfUnavailable(e);
            LOG.warn(
                    "instance {}: {}: {}",
                    instance.uuid(),
                    task.action().text(),
                    Texts.reason(e),
                    isExpected(e) ? null : e);
            failed(instance.uuid(), e);
            return Optional.of(e);
        }
    }

    /** What libvirt's absence interrupts is not a failure. */
    private static void rethrowIfUnavailable(RuntimeException e) {
        if (e instanceof HypervisorException failure && failure.kind() == HypervisorException.Kind.UNAVAILABLE) {
            throw e;
        }
    }

    /** Anything else is a fault of ours, and wants its stack. */
    private static boolean isExpected(RuntimeException cause) {
        return cause instanceof HypervisorException
                || cause instanceof DiskException
                || cause instanceof GlanceException
                || cause instanceof BadImageException
                || cause instanceof InvalidRequestException
                || cause instanceof InstanceException;
    }

    private void perform(Instance instance, Task task) {
        InstanceRecord record = instance.record();
        switch (task.action()) {
            case START, START_PAUSED -> power.start(instance, task);
            case STOP -> power.stop(instance, task);
            case SOFT_REBOOT -> power.softReboot(instance);
            case HARD_REBOOT -> power.hardReboot(instance, task);
            case PAUSE -> power.pause(instance);
            case UNPAUSE -> power.unpause(instance);
            case SUSPEND -> power.suspend(instance);
            case RESUME -> power.resume(instance);
            case RESIZE -> resizes.resize(instance, task, requireNonNull(task.next()));
            case CONFIRM_RESIZE -> resizes.confirm(instance);
            case REVERT_RESIZE -> resizes.revert(instance, requireNonNull(record.resized()));
            case REBUILD -> resizes.rebuild(instance, task, requireNonNull(task.next()));
            case RESCUE -> rescues.rescue(instance, task, requireNonNull(task.next()));
            case UNRESCUE -> rescues.unrescue(instance, task);
            case ATTACH_INTERFACE ->
                interfaces.attach(instance, requireNonNull(task.next()), requireNonNull(task.nic()));
            case DETACH_INTERFACE ->
                interfaces.detach(instance, requireNonNull(task.next()), requireNonNull(task.nic()));
            case REPLUG_INTERFACE ->
                interfaces.replug(instance, requireNonNull(task.next()), requireNonNull(task.nic()));
            case FINISH_REBOOT -> power.finishReboot(instance);
            case FINISH_START -> power.finishStart(instance, false);
            case FINISH_START_PAUSED -> power.finishStart(instance, true);
            case FINISH_RESIZE -> resizes.finish(record, instance.uuid());
            case FINISH_REVERT -> resizes.finishRevert(instance.uuid(), target(task, record));
            case FINISH_REBUILD -> resizes.finishRebuild(instance.uuid(), target(task, record));
            case FINISH_RESCUE, FINISH_UNRESCUE -> rescues.finish(instance.uuid());
            case FINISH_SUSPEND -> power.finishSuspend(instance);
            case UPDATE_METADATA, ACTIVATE_QUEUES ->
                throw new IllegalStateException("cannot do " + task.action().text() + " later: it is never put off");
        }
    }

    /** Where it leads. A service that was there before this one wrote it into the record at once. */
    private static Blueprint target(Task task, InstanceRecord record) {
        return requireNonNullElse(task.next(), record.blueprint());
    }

    /** The step that failed may have changed the record, so it is read again. */
    private void failed(UUID uuid, RuntimeException cause) {
        Fault fault = faulting.of(cause);
        store.find(uuid).ifPresent(instance -> {
            Task task = instance.record().task();
            if (task != null) {
                boolean asBefore = undone(instance, task);
                store.update(
                        uuid,
                        now -> asBefore
                                ? now.record().notDone(fault)
                                : now.record().failed(fault));
            }
        });
    }

    /** Whether the instance is as it was before. */
    private boolean undone(Instance instance, Task task) {
        try {
            return switch (task.action()) {
                case RESIZE -> resizes.undoResize(instance, task);
                case REVERT_RESIZE -> resizes.undoRevert(instance, task);
                case REBUILD -> resizes.undoRebuild(instance, task);
                case RESCUE -> rescues.undoRescue(instance, task);
                case UNRESCUE -> rescues.undoUnrescue(instance, task);
                case HARD_REBOOT -> instance.isOn() == task.running();
                case REPLUG_INTERFACE -> interfaces.isPlugged(instance, requireNonNull(task.nic()));
                case FINISH_REBOOT, FINISH_RESIZE, FINISH_REVERT, FINISH_REBUILD, FINISH_RESCUE, FINISH_UNRESCUE ->
                    false;
                default -> true;
            };
        } catch (RuntimeException e) {
            rethrowIfUnavailable(e);
            LOG.warn(
                    "instance {}: cannot undo {}: {}",
                    instance.uuid(),
                    task.action().text(),
                    Texts.reason(e),
                    isExpected(e) ? null : e);
            return false;
        }
    }
}
