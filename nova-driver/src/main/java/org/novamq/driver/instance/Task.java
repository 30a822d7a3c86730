package org.novamq.driver.instance;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * What an instance is in the middle of. It is written into its record before anything is done and taken out when all is
 * done, so that a service that is killed in between finds it at its next start and does it again: every task may be done
 * twice.
 *
 * @param action what it is
 * @param next the blueprint that it leads to; absent where the instance stays what it is
 * @param nic the id of the NIC that it is about
 * @param running whether the guest ran when the task was accepted, and so is to run when it is done
 * @param patience seconds that the guest has to power off; absent for the configured time
 * @param retry seconds after which it is asked again; absent where it is asked once
 */
public record Task(
        Action action,
        @Nullable Blueprint next,
        @Nullable String nic,
        boolean running,
        @Nullable Integer patience,
        @Nullable Integer retry) {
    public Task {
        requireNonNull(action, "action is missing");
    }

    /** A task that changes nothing of what the instance is built from. */
    public static Task of(Action action, boolean running) {
        return new Task(action, null, null, running, null, null);
    }

    /** A task that leads to another blueprint. */
    public static Task towards(Action action, Blueprint next, boolean running) {
        return new Task(action, next, null, running, null, null);
    }

    /** The same, about one NIC. */
    public static Task aboutNic(Action action, Blueprint next, String nic, boolean running) {
        return new Task(action, next, nic, running, null, null);
    }

    public Task withPatience(@Nullable Integer seconds, @Nullable Integer retryInterval) {
        return new Task(action, next, nic, running, seconds, retryInterval);
    }

    /** Its last part, after the domain has been defined anew: from here on it only goes forward. */
    public Task then(Action last) {
        return of(last, running);
    }
}
