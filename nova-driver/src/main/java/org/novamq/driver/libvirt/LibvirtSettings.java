package org.novamq.driver.libvirt;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How {@link LibvirtHypervisor} reaches libvirt and how long it waits. {@link #of} gives these defaults:
 *
 * <ul>
 *   <li>connect timeout 5 s: past it libvirt counts as unavailable
 *   <li>call timeout 40 s, for whatever only reads or writes metadata: 10 s more than libvirt itself waits for a domain
 *       that is busy (QEMU_JOB_WAIT_TIME, src/conf/virdomainjob.c), so that libvirt's own reason arrives first
 *   <li>libvirt timeout 300 s, for define, start, destroy and undefine: capability probing of 80 s a call has been seen
 *   <li>4 threads in each lane: all six together have about as many as libvirtd has workers ({@code max_workers}, 20)
 *   <li>8 abandoned threads in each lane: beyond that calls in this lane fail at once as unavailable
 * </ul>
 *
 * @param connectionUri nova.conf's {@code [libvirt] connection_uri}, {@code qemu:///system} for instance
 * @param threads native calls that may run at the same time in one lane
 * @param maxAbandoned calls in one lane that passed their deadline and have not come back
 */
public record LibvirtSettings(
        String connectionUri,
        Duration connectTimeout,
        Duration callTimeout,
        Duration libvirtTimeout,
        int threads,
        int maxAbandoned) {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(40);
    private static final Duration LIBVIRT_TIMEOUT = Duration.ofMinutes(5);
    private static final int THREADS = 4;
    private static final int MAX_ABANDONED = 8;

    /** Checks that every limit is positive. */
    public LibvirtSettings {
        requireNonNull(connectionUri, "connectionUri is null");
        requirePositive(connectTimeout, "connectTimeout");
        requirePositive(callTimeout, "callTimeout");
        requirePositive(libvirtTimeout, "libvirtTimeout");
        if (threads < 1) {
            throw new IllegalArgumentException("threads is " + threads + ", at least 1 is needed");
        }
        if (maxAbandoned < 1) {
            throw new IllegalArgumentException("maxAbandoned is " + maxAbandoned + ", at least 1 is needed");
        }
    }

    /** The defaults for this URI. */
    public static LibvirtSettings of(String connectionUri) {
        return new LibvirtSettings(
                connectionUri, CONNECT_TIMEOUT, CALL_TIMEOUT, LIBVIRT_TIMEOUT, THREADS, MAX_ABANDONED);
    }

    /** The same with another deadline for define, start, destroy and undefine ({@code libvirt_timeout}). */
    public LibvirtSettings withLibvirtTimeout(Duration timeout) {
        return new LibvirtSettings(connectionUri, connectTimeout, callTimeout, timeout, threads, maxAbandoned);
    }

    /** The same with another deadline for reads and metadata. */
    public LibvirtSettings withCallTimeout(Duration timeout) {
        return new LibvirtSettings(connectionUri, connectTimeout, timeout, libvirtTimeout, threads, maxAbandoned);
    }

    private static void requirePositive(Duration value, String name) {
        requireNonNull(value, () -> name + " is null");
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + ", it must be positive");
        }
    }
}
