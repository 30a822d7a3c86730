package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/**
 * One way to libvirt: threads with deadlines over a connection. A connection on which a call got stuck is retired, because
 * libvirtd counts the stuck request against it ({@code max_client_requests}, 5).
 */
final class NativeChannel implements AutoCloseable {
    private final ConnectionKeeper keeper;
    private final NativeCalls calls;
    private final Duration patience;
    private final Duration deadline;

    /** What to do with the connection, on a thread where native code may run. */
    interface Work<T> {
        T on(ConnectionKeeper.Connection connection) throws NativeFailure;

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
    NativeChannel(ConnectionKeeper keeper, NativeCalls calls, Duration patience, Duration deadline) {
        this.keeper = keeper;
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

    /** Refuses new calls; those under way end by themselves. The connection is its keeper's. */
    @Override
    public void close() {
        calls.close();
    }

    /** One call on one connection. */
    private final class Attempt<T> implements NativeCalls.Job<T> {
        private final String what;
        private final Work<T> work;
        private ConnectionKeeper.@Nullable Lease lease;
        private boolean givenUp;

        Attempt(String what, Work<T> work) {
            this.what = what;
            this.work = work;
        }

        @Override
        public T run() {
            try (ConnectionKeeper.Lease mine = keeper.lease()) {
                begin(mine);
                try {
                    return work.on(mine.connection());
                } catch (NativeFailure e) {
                    // on a dead connection every call fails as an internal error of the RPC layer, or as end of file
                    throw e.as(mine.isAlive() ? e.kind() : Kind.UNAVAILABLE, what);
                }
            }
        }

        /** What nobody waits for any more must not begin. */
        private synchronized void begin(ConnectionKeeper.Lease mine) {
            if (givenUp) {
                throw new HypervisorException(Kind.TIMEOUT, "cannot " + what + ": connecting took too long");
            }
            lease = mine;
        }

        @Override
        public void abandoned() {
            boolean begun;
            synchronized (this) {
                givenUp = true;
                begun = lease != null;
                if (lease != null) {
                    lease.retire();
                }
            }
            if (begun) {
                work.abandoned();
            }
        }

        @Override
        public void late(T result) {
            work.late();
        }
    }
}
