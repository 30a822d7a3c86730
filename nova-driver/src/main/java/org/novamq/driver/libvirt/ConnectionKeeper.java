package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
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
 * Keeps one connection to libvirt: opened on first use, shared by many threads, replaced when it is dead or retired.
 *
 * <p>A connection that has died never comes back (every call on it fails for ever), so reconnecting is a new object; the old
 * one is closed when the last call on it has ended. Opening is bounded, and while one caller opens, the others wait for its
 * outcome. Safe for use by many threads; {@link #lease} may only be called where native code may run.
 */
final class ConnectionKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionKeeper.class);

    // A libvirtd that hangs is noticed after (count + 1) * interval = 20 s, and every call on the connection fails
    // then.
    private static final int KEEPALIVE_INTERVAL_SECONDS = 5;
    private static final int KEEPALIVE_COUNT = 3;

    private final String uri;
    private final Duration timeout;
    private final NativeCalls opener;

    private @Nullable Shared current;
    private @Nullable CompletableFuture<Shared> opening;
    private boolean closed;

    ConnectionKeeper(String uri, Duration timeout, int maxAbandoned) {
        this.uri = uri;
        this.timeout = timeout;
        opener = new NativeCalls("libvirt-connect", "connect timeout", 1, maxAbandoned);
    }

    /**
     * The connection, to be given back by closing the lease.
     *
     * @throws HypervisorException {@code UNAVAILABLE} when there is none to be had within the connect timeout
     */
    Lease lease() {
        while (true) {
            CompletableFuture<Shared> attempt;
            boolean mine = false;
            Shared dead;
            synchronized (this) {
                if (closed) {
                    throw new HypervisorException(Kind.UNAVAILABLE, "cannot use libvirt at " + uri + ": closed");
                }
                if (current != null && current.isAlive()) {
                    return new Lease(current);
                }
                dead = takeCurrent();
                if (opening == null) {
                    opening = new CompletableFuture<>();
                    mine = true;
                }
                attempt = opening;
            }
            closeNative(dead);
            if (mine) {
                open(attempt);
            }
            await(attempt);
        }
    }

    /** Lets go of the connection; calls under way keep it until they end. */
    @Override
    public void close() {
        Shared last;
        synchronized (this) {
            closed = true;
            last = takeCurrent();
        }
        if (last != null) {
            closeInBackground(last);
        }
        opener.close();
    }

    private void closeInBackground(Shared last) {
        try {
            // closing says good-bye to libvirtd, which may hang: not on the caller's thread
            opener.call("close the connection to libvirt", timeout, timeout, () -> {
                closeNative(last);
                return true;
            });
        } catch (HypervisorException | ExecutionException e) {
            LOG.warn("the connection to libvirt at {} was not closed: {}", uri, e.toString());
        }
    }

    private void open(CompletableFuture<Shared> attempt) {
        try {
            Shared opened = opener.call("connect to libvirt at " + uri, timeout, timeout, new Opening());
            Shared unwanted = null;
            synchronized (this) {
                opening = null;
                current = opened;
                if (closed) {
                    unwanted = takeCurrent();
                }
            }
            closeNative(unwanted);
            attempt.complete(opened);
        } catch (HypervisorException e) {
            attempt.completeExceptionally(unavailable(e));
        } catch (ExecutionException e) {
            attempt.completeExceptionally(explain(e.getCause()));
        } finally {
            synchronized (this) {
                if (opening == attempt) {
                    opening = null;
                }
            }
            attempt.completeExceptionally(new IllegalStateException("opening ended without a result")); // no-op if done
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

    private void await(CompletableFuture<Shared> attempt) {
        try {
            attempt.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new HypervisorException(
                    Kind.UNAVAILABLE, 0, "cannot connect to libvirt at " + uri + ": interrupted", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HypervisorException failure) {
                // a new one for each waiter, so that its trace says who waited
                throw new HypervisorException(failure.kind(), failure.libvirtCode(), message(failure), failure);
            }
            throw new IllegalStateException(e);
        }
    }

    /** Nobody is to get the current connection any more; returns it when nobody uses it and it is to be closed. */
    private synchronized @Nullable Shared takeCurrent() {
        Shared taken = current;
        current = null;
        if (taken != null) {
            taken.retired = true;
        }
        return taken == null || taken.users > 0 ? null : taken;
    }

    /** Outside the lock: closing says good-bye to libvirtd, which may take until keepalive finds it dead. */
    private static void closeNative(@Nullable Shared unused) {
        if (unused == null) {
            return;
        }
        try {
            int left = unused.connection.close();
            if (left != 0) {
                LOG.warn("a connection to libvirt leaks, {} references to it are left", left);
            }
        } catch (LibvirtException e) {
            LOG.warn("a connection to libvirt was not closed: {}", e.getMessage());
        }
    }

    private final class Opening implements NativeCalls.Job<Shared> {
        @Override
        public Shared run() throws LibvirtException {
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
            return new Shared(connection);
        }

        @Override
        public void late(Shared tooLate) {
            closeNative(tooLate);
        }
    }

    /** The use of the connection by one call. */
    final class Lease implements AutoCloseable {
        private final Shared shared;

        private Lease(Shared shared) {
            this.shared = shared;
            shared.users++;
        }

        Connection connection() {
            return shared.connection;
        }

        boolean isAlive() {
            return shared.isAlive();
        }

        /** Nobody else is to get this connection; whoever uses it last closes it. Runs no native code. */
        void retire() {
            synchronized (ConnectionKeeper.this) {
                shared.retired = true;
                if (current == shared) {
                    current = null;
                }
            }
        }

        @Override
        public void close() {
            boolean last;
            synchronized (ConnectionKeeper.this) {
                shared.users--;
                last = shared.retired && shared.users == 0;
            }
            if (last) {
                closeNative(shared);
            }
        }
    }

    /** A connection with the number of its users; guarded by the keeper. */
    private static final class Shared {
        private final Connection connection;
        private int users;
        private boolean retired;

        Shared(Connection connection) {
            this.connection = connection;
        }

        /** Asks the library only, not the daemon. */
        boolean isAlive() {
            try {
                return connection.isAlive();
            } catch (LibvirtException e) {
                return false;
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
    }
}
