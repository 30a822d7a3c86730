package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceException.Reason;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.InstanceStore;
import org.novamq.driver.instance.Task;
import org.novamq.driver.libvirt.PowerState;

/**
 * Accepts what a nova-compute wants of an instance: states, not steps, and anything twice. Whether a state may be asked for
 * is Nova's to say; here only what cannot be is refused.
 */
final class PowerChanges {
    private final InstanceStore store;
    private final Plans plans;
    private final Bridges bridges;

    PowerChanges(InstanceStore store, Plans plans, Bridges bridges) {
        this.store = store;
        this.plans = plans;
        this.bridges = bridges;
    }

    /** Returns whether there is something to do. */
    boolean power(UUID uuid, PowerRequest request) {
        request.nics().ifPresent(bridges::require);
        // before anything is waited for
        if (isUnderWay(store.get(uuid), request.wish())) {
            return true;
        }
        InstanceRecord record = plans.admitted(() -> store.update(
                uuid,
                instance -> isUnderWay(instance, request.wish()) ? instance.record() : changed(instance, request)));
        return record.task() != null;
    }

    /** The same that was asked before, and is not done yet; else nothing may be under way. */
    private static boolean isUnderWay(Instance instance, PowerRequest.Wish wish) {
        Task task = instance.record().task();
        boolean same = task != null
                && (switch (wish) {
                            case RUNNING -> Set.of(Action.START, Action.FINISH_START, Action.UNPAUSE, Action.RESUME);
                            case SHUTDOWN -> Set.of(Action.STOP);
                            case PAUSED -> Set.of(Action.PAUSE, Action.START_PAUSED, Action.FINISH_START_PAUSED);
                            case SUSPENDED -> Set.of(Action.SUSPEND, Action.FINISH_SUSPEND);
                        })
                        .contains(task.action());
        if (!same) {
            requireIdle(instance, "set the power state of");
        }
        return same;
    }

    private InstanceRecord changed(Instance instance, PowerRequest request) {
        Optional<Action> action = step(instance, request.wish());
        if (action.isEmpty()) {
            return instance.record();
        }
        boolean starts = action.get() == Action.START || action.get() == Action.START_PAUSED;
        Task task = starts
                ? new Task(action.get(), next(instance, request.nics()), null, false, null, null)
                : Task.of(action.get(), instance.isOn())
                        .withPatience(
                                request.timeout().orElse(null),
                                request.retryInterval().orElse(null));
        return instance.record().withTask(task);
    }

    private @Nullable Blueprint next(Instance instance, Optional<ArrayNode> nics) {
        return nics.map(list ->
                        plans.withNics(instance.uuid(), instance.record().own(), list))
                .orElse(null);
    }

    /** From what is to what is wanted; empty where that is the same. */
    private static Optional<Action> step(Instance instance, PowerRequest.Wish wish) {
        boolean paused = instance.power() == PowerState.PAUSED;
        boolean running = instance.power() == PowerState.RUNNING;
        if (instance.power() == PowerState.SUSPENDED && wish != PowerRequest.Wish.SHUTDOWN) {
            throw impossible(instance, wish, "its guest has put itself to sleep, and wakes by itself");
        }
        return switch (wish) {
            case RUNNING -> {
                Action off = instance.saved() ? Action.RESUME : Action.START;
                yield running ? Optional.empty() : Optional.of(paused ? Action.UNPAUSE : off);
            }
            case SHUTDOWN -> instance.isOn() || instance.saved() ? Optional.of(Action.STOP) : Optional.empty();
            case PAUSED -> {
                if (instance.saved()) {
                    throw impossible(instance, wish, "there is no guest in memory");
                }
                Action pause = instance.isOn() ? Action.PAUSE : Action.START_PAUSED;
                yield paused ? Optional.empty() : Optional.of(pause);
            }
            case SUSPENDED -> {
                if (!instance.isOn() && !instance.saved()) {
                    throw impossible(instance, wish, "there is no guest in memory");
                }
                yield instance.saved() ? Optional.empty() : Optional.of(Action.SUSPEND);
            }
        };
    }

    /** Once for each id. */
    void reboot(UUID uuid, RebootRequest request) {
        request.nics().ifPresent(bridges::require);
        // before anything is waited for
        if (isAccepted(store.get(uuid), request)) {
            return;
        }
        plans.admitted(() -> store.update(uuid, instance -> {
            if (isAccepted(instance, request)) {
                return instance.record();
            }
            Blueprint next = next(instance, request.nics());
            Task task = new Task(request.action(), next, null, instance.isOn(), null, null);
            return instance.record().withTask(task).withReboot(request.id());
        }));
    }

    /** Whether it was asked before; else it must be possible. */
    private static boolean isAccepted(Instance instance, RebootRequest request) {
        if (request.id().equals(instance.record().reboot())) {
            return true;
        }
        requireIdle(instance, "reboot");
        if (request.action() == Action.SOFT_REBOOT && instance.saved()) {
            throw new InstanceException(
                    Reason.CONFLICT,
                    "cannot reboot instance " + instance.uuid() + " softly: it is suspended, no guest is in memory");
        }
        return false;
    }

    private static void requireIdle(Instance instance, String what) {
        String task = instance.taskState();
        if (task != null || instance.record().launched() == null) {
            throw new InstanceException(
                    Reason.CONFLICT,
                    "cannot " + what + " instance " + instance.uuid() + ": "
                            + (task == null
                                    ? "it has never been built"
                                    : "something is being done to it (" + task + ")"));
        }
    }

    private static InstanceException impossible(Instance instance, PowerRequest.Wish wish, String why) {
        return new InstanceException(
                Reason.CONFLICT,
                "cannot make instance " + instance.uuid() + " "
                        + wish.name().toLowerCase(Locale.ROOT) + ": it is " + instance.powerState() + ", "
                        + why);
    }
}
