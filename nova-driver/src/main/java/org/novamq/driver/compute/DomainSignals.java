package org.novamq.driver.compute;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.novamq.driver.libvirt.HypervisorException;

/**
 * Lets those who wait for a domain to change look again as soon as libvirt reports anything, and every second in case a
 * report was missed.
 */
final class DomainSignals {
    private static final long LOOK_MILLIS = 1000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long reports;

    /** Something has changed. */
    synchronized void report() {
        reports++;
        notifyAll();
    }

    /**
     * Waits until something is so.
     *
     * @return false if it is not so within the time given
     * @throws HypervisorException UNAVAILABLE: the service is being stopped; what waits is left to the next one
     */
    boolean await(Duration within, BooleanSupplier condition) {
        long end = System.nanoTime() + within.toNanos();
        while (true) {
            long seen = seen();
            if (condition.getAsBoolean()) {
                return true;
            }
            long left = (end - System.nanoTime()) / NANOS_PER_MILLI;
            if (left <= 0) {
                return false;
            }
            sleep(seen, Math.min(LOOK_MILLIS, left));
        }
    }

    private synchronized long seen() {
        return reports;
    }

    private synchronized void sleep(long seen, long millis) {
        long end = System.nanoTime() + millis * NANOS_PER_MILLI;
        try {
            for (long left = millis; reports == seen && left > 0; left = (end - System.nanoTime()) / NANOS_PER_MILLI) {
                wait(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(
                    HypervisorException.Kind.UNAVAILABLE, 0, "cannot wait for a guest: interrupted", e);
        }
    }
}
