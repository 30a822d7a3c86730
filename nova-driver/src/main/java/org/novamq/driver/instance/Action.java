package org.novamq.driver.instance;

import static org.novamq.driver.instance.Instance.Status.ACTIVE;
import static org.novamq.driver.instance.Instance.Status.ERROR;
import static org.novamq.driver.instance.Instance.Status.PAUSED;
import static org.novamq.driver.instance.Instance.Status.SHUTOFF;
import static org.novamq.driver.instance.Instance.Status.SUSPENDED;
import static org.novamq.driver.instance.Instance.Status.VERIFY_RESIZE;

import com.fasterxml.jackson.annotation.JsonValue;
import com.google.common.collect.ImmutableSet;
import java.util.Locale;
import java.util.Optional;
import org.novamq.driver.instance.Instance.Status;

/**
 * What can be done to an instance, when, and what Nova calls it meanwhile (nova/compute/api.py, check_instance_state;
 * nova/compute/task_states.py).
 */
public enum Action {
    START("powering-on", SHUTOFF),
    /** The guest is in memory, and its vCPUs wait. */
    START_PAUSED("powering-on", SHUTOFF),
    STOP("powering-off", ACTIVE, ERROR),
    /** The guest is asked to go down and comes up again from the same definition. */
    SOFT_REBOOT("rebooting", ACTIVE),
    /** The domain is destroyed and defined anew. */
    HARD_REBOOT("rebooting_hard", ACTIVE, SHUTOFF, PAUSED, SUSPENDED, ERROR),
    PAUSE("pausing", ACTIVE),
    UNPAUSE("unpausing", PAUSED),
    SUSPEND("suspending", ACTIVE),
    RESUME("resuming", SUSPENDED),
    RESIZE("resize_prep", ACTIVE, SHUTOFF),
    CONFIRM_RESIZE("", VERIFY_RESIZE),
    /** From ERROR too, as long as there is something to go back to. */
    REVERT_RESIZE("resize_reverting", VERIFY_RESIZE, ERROR),
    REBUILD("rebuilding", ACTIVE, SHUTOFF, ERROR),
    /** It boots from another disk, and has its own beside that. */
    RESCUE("rescuing", ACTIVE, SHUTOFF, ERROR),
    UNRESCUE("unrescuing", Status.RESCUE, ERROR),
    ATTACH_INTERFACE("", ACTIVE, PAUSED, SHUTOFF),
    DETACH_INTERFACE("", ACTIVE, PAUSED, SHUTOFF),
    /** A NIC is taken out and put in again with other queues. */
    REPLUG_INTERFACE("", ACTIVE, PAUSED),
    /** Through the guest; nothing is written down for it. */
    ACTIVATE_QUEUES("", ACTIVE),
    UPDATE_METADATA("", ACTIVE, PAUSED, SUSPENDED, SHUTOFF),

    // what remains of some of them once the domain has been defined anew; never asked for
    FINISH_REBOOT("rebooting"),
    FINISH_START("powering-on"),
    FINISH_START_PAUSED("powering-on"),
    FINISH_SUSPEND("suspending"),
    FINISH_RESIZE("resize_finish"),
    FINISH_REVERT("resize_reverting"),
    FINISH_REBUILD("rebuild_spawning"),
    FINISH_RESCUE("rescuing"),
    FINISH_UNRESCUE("unrescuing");

    private final String taskState;
    private final ImmutableSet<Status> allowed;

    Action(String taskState, Status... allowed) {
        this.taskState = taskState;
        this.allowed = ImmutableSet.copyOf(allowed);
    }

    /** {@code OS-EXT-STS:task_state} while it is under way, where Nova has a word for it. */
    public Optional<String> taskState() {
        return taskState.isEmpty() ? Optional.empty() : Optional.of(taskState);
    }

    public boolean isAllowedIn(Status status) {
        return allowed.contains(status);
    }

    /** The name for messages and for the record. */
    @JsonValue
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
