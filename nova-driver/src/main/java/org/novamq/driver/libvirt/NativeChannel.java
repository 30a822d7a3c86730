package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/**
 * One way to libvirt: threads with deadlines, each with a connection of its own while it calls.
 */
final class NativeChannel implements AutoCloseable {
    private final ConnectionPool connections;
    private final NativeCalls calls;
    private final Duration patience;
    private final Duration deadline;

    /** What to do with the connection, on a thread where native code may run. */
    interface Work<T> {
        T on(ConnectionPool.Connection connection) throws NativeFailure;

        /** The deadline has passed while it was under way; on the caller's thread. */
        default void abandoned() {}

        /** It succeeded after its caller was told TIMEOUT. */
        default void late() {}
    }

    /**
     * A channel.
     *
     * @param patience how long a call waits for a free thread
     * @param deadline how long a call may run, unless it says otherwise
     */
    NativeChannel(ConnectionPool connections, NativeCalls calls, Duration patience, Duration deadline) {
        this.connections = connections;
        this.calls = calls;
        this.patience = patience;
        this.deadline = deadline;
    }

    /** Does the work and waits for it; {@code what} completes "cannot …". */
    <T> T call(String what, Work<T> work) {
        return call(what, deadline, work);
    }

    <T> T call(String what, Duration within, Work<T> work) {
        try {
            return calls.call(what, patience, within, new Attempt<>(what, work));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof HypervisorException failure) {
                throw failure;
            }
            throw new HypervisorException(Kind.FAILED, 0, "cannot " + what + ": " + e.getCause(), e.getCause());
        }
    }

    /** Refuses new calls; those under way end by themselves. The connection is its connections's. */
    @Override
    public void close() {
        calls.close();
    }

    /** One call on one connection. */
    private final class Attempt<T> implements NativeCalls.Job<T> {
        private final String what;
        private final Work<T> work;
        private boolean begun;
        private boolean givenUp;

        Attempt(String what, Work<T> work) {
            this.what = what;
            this.work = work;
        }

        @Override
        public T run() {
            try (ConnectionPool.Lease mine = connections.lease()) {
                begin();
                try {
                    return work.on(mine.connection());
                } catch (NativeFailure e) {
                    // on a dead connection every call fails as an internal error of the RPC layer, or as end of file
                    throw mine.isAlive() ? e.as(e.kind(), what) : e.disconnected(what);
                }
            }
        }

        /** What nobody waits for any more must not begin. */
        private synchronized void begin() {
            if (givenUp) {
                throw new HypervisorException(Kind.TIMEOUT, "cannot " + what + ": connecting took too long");
            }
            begun = true;
        }

        @Override
        public void abandoned() {
            boolean isUnderWay;
            synchronized (this) {
                givenUp = true;
                isUnderWay = begun;
            }
            if (isUnderWay) {
                work.abandoned();
            }
        }

        @Override
        public void late(T result) {
            work.late();
        }
    }
}
