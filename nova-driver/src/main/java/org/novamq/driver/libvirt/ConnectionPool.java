package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.libvirt.Connect;
import org.libvirt.Error.ErrorNumber;
import org.libvirt.LibvirtException;
import org.libvirt.jna.ConnectionPointer;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to libvirt, each of them one caller's at a time: opened when there is none left, kept for the next caller,
 * closed when they are dead.
 *
 * <p>Two threads never call over one connection. libvirt's client before 10.4.0 then leaves a pointer to one thread's stack
 * with the other (CVE-2024-4418), and a libvirtd that hangs and comes back ends this whole process.
 *
 * <p>Safe for use by many threads; {@link #lease} may only be called where native code may run.
 */
final class ConnectionPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);

    // A libvirtd that hangs is noticed after (count + 1) * interval = 20 s, and every call on the connection fails
    // then.
    private static final int KEEPALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEPALIVE_COUNT = 3;

    private final String uri;
    private final Duration timeout;
    private final NativeCalls opener;

    private final boolean onlyOne;

    /** The one that was used last comes first. */
    private final Deque<Connection> idle = new ArrayDeque<>();

    private boolean closed;

    /**
     * Opens none yet.
     *
     * @param onlyOne one for all callers together, where a connection needs none of libvirt's client
     * @param threads for attempts side by side
     * @param maxAbandoned attempts that passed the timeout and have not come back
     */
    ConnectionPool(String uri, boolean onlyOne, Duration timeout, int threads, int maxAbandoned) {
        this.uri = uri;
        this.onlyOne = onlyOne;
        this.timeout = timeout;
        opener = new NativeCalls("libvirt-connect", "connect timeout", threads, maxAbandoned);
    }

    /**
     * A connection for the caller alone, to be given back by closing the lease.
     *
     * @throws HypervisorException {@code UNAVAILABLE} when there is none to be had within the connect timeout
     */
    Lease lease() {
        return onlyOne ? leaseOfOnlyOne() : leaseOfOwn();
    }

    private synchronized Lease leaseOfOnlyOne() {
        Connection kept = takeIdle();
        Connection only = kept == null ? open() : kept;
        idle.push(only);
        return new Lease(only);
    }

    private Lease leaseOfOwn() {
        for (Connection kept = takeIdle(); kept != null; kept = takeIdle()) {
            if (kept.answers()) {
                return new Lease(kept);
            }
            closeNative(kept);
        }
        return new Lease(open());
    }

    private synchronized @Nullable Connection takeIdle() {
        if (closed) {
            throw new HypervisorException(Kind.UNAVAILABLE, "cannot use libvirt at " + uri + ": closed");
        }
        return idle.poll();
    }

    private void giveBack(Connection connection) {
        if (!connection.answers() || !keep(connection)) {
            closeNative(connection);
        }
    }

    private synchronized boolean keep(Connection connection) {
        if (!closed) {
            idle.push(connection);
        }
        return !closed;
    }

    /** Lets go of the connections; calls under way keep theirs until they end. */
    @Override
    public void close() {
        List<Connection> last;
        synchronized (this) {
            closed = true;
            // the only one may be in use: libvirt-java closes it once nobody knows it any more
            last = onlyOne ? List.of() : List.copyOf(idle);
            idle.clear();
        }
        closeInBackground(last);
        opener.close();
    }

    private void closeInBackground(List<Connection> last) {
        try {
            // closing says good-bye to libvirtd, which may hang: not on the caller's thread
            opener.call("close the connections to libvirt", timeout, timeout, () -> {
                last.forEach(ConnectionPool::closeNative);
                return true;
            });
        } catch (HypervisorException | ExecutionException e) {
            LOG.warn("the connections to libvirt at {} were not closed: {}", uri, e.toString());
        }
    }

    private Connection open() {
        try {
            return opener.call("connect to libvirt at " + uri, timeout, timeout, new Opening());
        } catch (HypervisorException e) {
            throw unavailable(e);
        } catch (ExecutionException e) {
            throw explain(e.getCause());
        }
    }

    private HypervisorException explain(@Nullable Throwable cause) {
        String what = "connect to libvirt at " + uri;
        if (cause instanceof LibvirtException e) {
            return NativeFailure.of(e).as(Kind.UNAVAILABLE, what);
        }
        if (cause instanceof LinkageError) {
            return new HypervisorException(
                    Kind.UNAVAILABLE,
                    0,
                    "cannot " + what + ": its library does not load (" + firstLine(cause)
                            + "); libvirt.so.0 and libvirt-qemu.so.0 are in Debian's package libvirt0",
                    cause);
        }
        return new HypervisorException(Kind.UNAVAILABLE, 0, "cannot " + what + ": " + cause, cause);
    }

    /** A libvirt that does not let us in within the connect timeout is not there, for all that a caller can do. */
    private static HypervisorException unavailable(HypervisorException e) {
        return e.kind() == Kind.UNAVAILABLE ? e : new HypervisorException(Kind.UNAVAILABLE, 0, message(e), e);
    }

    /** JNA adds every place where it has looked, and the class path; that is in the cause. */
    private static String firstLine(Throwable e) {
        return message(e).lines().findFirst().orElse("");
    }

    private static String message(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    /** Says good-bye to libvirtd, which may take until keepalive finds it dead. */
    private static void closeNative(Connection unused) {
        try {
            int left = unused.close();
            if (left != 0) {
                LOG.warn("a connection to libvirt leaks, {} references to it are left", left);
            }
        } catch (LibvirtException e) {
            LOG.warn("a connection to libvirt was not closed: {}", e.getMessage());
        }
    }

    private final class Opening implements NativeCalls.Job<Connection> {
        @Override
        public Connection run() throws LibvirtException {
            LibvirtLibrary.load();
            Connection connection = new Connection(uri);
            try {
                connection.setKeepAlive(KEEPALIVE_INTERVAL_SECONDS, KEEPALIVE_COUNT);
            } catch (LibvirtException e) {
                // the test driver has no daemon that could hang
                if (e.getError().getCode() != ErrorNumber.VIR_ERR_NO_SUPPORT) {
                    connection.close();
                    throw e;
                }
            }
            return connection;
        }

        @Override
        public void late(Connection tooLate) {
            giveBack(tooLate);
        }
    }

    /** The use of a connection by one caller. */
    final class Lease implements AutoCloseable {
        private final Connection connection;

        private Lease(Connection connection) {
            this.connection = connection;
        }

        Connection connection() {
            return connection;
        }

        boolean isAlive() {
            return connection.answers();
        }

        @Override
        public void close() {
            if (!onlyOne) {
                giveBack(connection);
            }
        }
    }

    /** libvirt-java's connection with its native pointer, for the calls that libvirt-java does not have. */
    static final class Connection extends Connect {
        Connection(String uri) throws LibvirtException {
            super(uri);
        }

        ConnectionPointer pointer() {
            return vcp;
        }

        /** As far as the library knows; the daemon is not asked. */
        private boolean answers() {
            try {
                return isAlive();
            } catch (LibvirtException e) {
                return false;
            }
        }
    }
}
