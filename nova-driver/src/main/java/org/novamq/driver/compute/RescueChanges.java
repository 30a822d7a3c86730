package org.novamq.driver.compute;

import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.instance.Task;

/** Accepts that an instance is rescued, and that it no longer is: both are states, and may be asked for twice. */
final class RescueChanges {
    private final InstanceStore store;
    private final RescueTasks tasks;

    RescueChanges(InstanceStore store, RescueTasks tasks) {
        this.store = store;
        this.tasks = tasks;
    }

    /** Returns whether there is something to do. */
    boolean rescue(UUID uuid, RescueRequest request) {
        return become(
                uuid,
                instance ->
                        instance.record().rescued() != null && instance.record().stage() != Stage.ERROR,
                Set.of(Action.RESCUE, Action.FINISH_RESCUE),
                Action.RESCUE,
                instance -> {
                    requirePossible(instance, request);
                    tasks.expect(uuid, request);
                    return Task.towards(
                            Action.RESCUE, instance.record().own().bootingFrom(request.boot()), instance.isOn());
                });
    }

    private static void requirePossible(Instance instance, RescueRequest request) {
        boolean lacksDrive = request.configDrive().isPresent()
                && !instance.record().blueprint().configDrive();
        if (lacksDrive || instance.record().resized() != null) {
            throw new InstanceException(
                    InstanceException.Reason.CONFLICT,
                    "cannot rescue instance " + instance.uuid() + ": "
                            + (lacksDrive
                                    ? "it was made without a config drive"
                                    : "its resize is neither confirmed nor reverted"));
        }
    }

    /** The same of the way back. */
    boolean unrescue(UUID uuid) {
        return become(
                uuid,
                instance -> instance.record().rescued() == null,
                Set.of(Action.UNRESCUE, Action.FINISH_UNRESCUE),
                Action.UNRESCUE,
                instance -> Task.of(Action.UNRESCUE, instance.isOn()));
    }

    private boolean become(
            UUID uuid, Predicate<Instance> isSo, Set<Action> steps, Action action, Function<Instance, Task> task) {
        Predicate<Instance> needsNothing = instance -> {
            Task now = instance.record().task();
            return now == null ? isSo.test(instance) : steps.contains(now.action());
        };
        // before anything is waited for
        Changes.isSo(store.get(uuid), needsNothing, action);
        InstanceRecord record = store.update(
                uuid,
                instance -> Changes.isSo(instance, needsNothing, action)
                        ? instance.record()
                        : instance.record().withTask(task.apply(instance)));
        return record.task() != null;
    }
}
