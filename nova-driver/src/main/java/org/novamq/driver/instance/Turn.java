package org.novamq.driver.instance;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.novamq.driver.libvirt.HypervisorException;

/**
 * One at a time, and nobody for ever: a libvirt that hangs in one's hands must not hang all who come after, for they are
 * threads of the service's HTTP.
 */
public final class Turn {
    /** Longer than a healthy libvirt takes for all that are let in at once. */
    public static final Duration PATIENCE = Duration.ofSeconds(30);

    private Turn() {}

    /**
     * Does the work alone.
     *
     * @param what completes "cannot …"
     * @throws HypervisorException UNAVAILABLE: those before are not done in time; nothing has been done
     */
    public static <T> T take(Lock lock, Duration patience, String what, Supplier<T> work) {
        try {
            if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new HypervisorException(
                        HypervisorException.Kind.UNAVAILABLE,
                        "cannot " + what + ": another request has been waiting for libvirt for " + patience.toSeconds()
                                + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(
                    HypervisorException.Kind.UNAVAILABLE, 0, "cannot " + what + ": interrupted", e);
        }
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
