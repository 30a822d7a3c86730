package org.novamq.driver.compute;

import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Task;

/** Accepts that an instance is rescued, and that it no longer is: both are states, and may be asked for twice. */
final class RescueChanges {
    private final InstanceStore store;

    RescueChanges(InstanceStore store) {
        this.store = store;
    }

    /** Returns whether there is something to do. */
    boolean rescue(UUID uuid, RescueRequest request) {
        return become(
                uuid,
                instance -> instance.record().rescued() != null,
                Set.of(Action.RESCUE, Action.FINISH_RESCUE),
                Action.RESCUE,
                instance -> Task.towards(
                        Action.RESCUE, instance.record().own().bootingFrom(request.boot()), instance.isOn()));
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
        Instance found = store.get(uuid);
        if (!needsNothing.test(found)) {
            // before anything is waited for
            Changes.require(found, action);
        }
        InstanceRecord record = store.update(uuid, instance -> {
            if (needsNothing.test(instance)) {
                return instance.record();
            }
            Changes.require(instance, action);
            return instance.record().withTask(task.apply(instance));
        });
        return record.task() != null;
    }
}
