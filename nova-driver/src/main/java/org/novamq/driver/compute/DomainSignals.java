package org.novamq.driver.compute;

import java.time.Duration;
import java.util.function.BooleanSupplier;

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
            if (!sleep(seen, Math.min(LOOK_MILLIS, left))) {
                return false;
            }
        }
    }

    private synchronized long seen() {
        return reports;
    }

    private synchronized boolean sleep(long seen, long millis) {
        long end = System.nanoTime() + millis * NANOS_PER_MILLI;
        try {
            for (long left = millis; reports == seen && left > 0; left = (end - System.nanoTime()) / NANOS_PER_MILLI) {
                wait(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
