package org.novamq.driver.libvirt;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs calls that nothing can interrupt on a bounded set of threads, each with a deadline.
 *
 * <p>A call that passes its deadline is abandoned: its caller gets {@code TIMEOUT}, its thread stays where it is stuck and
 * another takes its place, until the call comes back after all. When too many are stuck, new calls are refused at once.
 * Safe for use by many threads.
 */
final class NativeCalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NativeCalls.class);

    // more callers than Dropwizard has request threads by default would have to pile up to fill it
    private static final int QUEUE_LENGTH = 1024;
    private static final String CLOSED = "the connection to libvirt is closed";
    private static final long IDLE_SECONDS = 60;

    private final String name;
    private final String deadlineName;
    private final int threads;
    private final int maxAbandoned;
    private final ThreadPoolExecutor pool;
    private int abandoned;

    /** One call; each method runs at most once. */
    interface Job<T> {
        /** The call itself, on one of the pool's threads. */
        T run() throws Exception;

        /** The deadline has passed while {@link #run} was under way. On the caller's thread, before it gets TIMEOUT. */
        default void abandoned() {}

        /** {@link #run} succeeded after it was abandoned: the place to undo it. On the pool's thread. */
        default void late(T result) {}
    }

    /**
     * Starts no thread yet.
     *
     * @param name of the threads
     * @param deadlineName where the deadline comes from, for messages
     */
    NativeCalls(String name, String deadlineName, int threads, int maxAbandoned) {
        this.name = name;
        this.deadlineName = deadlineName;
        this.threads = threads;
        this.maxAbandoned = maxAbandoned;
        pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE_LENGTH),
                daemons(name));
        pool.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs the job and waits for it.
     *
     * @param what what is being done to which, for the message: "cannot {@code what}: …"
     * @param patience how long to wait for a free thread
     * @param deadline how long the job may run
     * @throws HypervisorException {@code UNAVAILABLE} when no thread could be had, the job has not run and will not;
     *     {@code TIMEOUT} when the deadline passed
     * @throws ExecutionException with what the job threw
     */
    <T> T call(String what, Duration patience, Duration deadline, Job<T> job) throws ExecutionException {
        refuseIfTooManyAbandoned(what);
        Task<T> task = new Task<>(what, job);
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) {
            throw unavailable(what, pool.isShutdown() ? CLOSED : QUEUE_LENGTH + " calls wait already", e);
        }
        try {
            return task.await(patience, deadline);
        } catch (InterruptedException e) {
            task.giveUp();
            Thread.currentThread().interrupt();
            throw unavailable(what, "interrupted while waiting for libvirt", e);
        }
    }

    /** Calls that passed their deadline and have not come back. */
    synchronized int abandoned() {
        return abandoned;
    }

    /** Refuses new calls and lets go of those that wait; a call under way cannot be stopped. */
    @Override
    public void close() {
        for (Runnable waiting : pool.shutdownNow()) {
            if (waiting instanceof Task<?> task) {
                task.drop();
            }
        }
    }

    private synchronized void refuseIfTooManyAbandoned(String what) {
        if (abandoned >= maxAbandoned) {
            throw new HypervisorException(
                    Kind.UNAVAILABLE,
                    "cannot " + what + ": " + abandoned + " calls to libvirt (" + name
                            + ") passed their deadline and have not come back, at most " + maxAbandoned
                            + " threads are given up");
        }
    }

    private synchronized void stuck() {
        abandoned++;
        int size = threads + Math.min(abandoned, maxAbandoned);
        pool.setMaximumPoolSize(size);
        pool.setCorePoolSize(size);
    }

    private synchronized void cameBack() {
        abandoned--;
        int size = threads + Math.min(abandoned, maxAbandoned);
        pool.setCorePoolSize(size);
        pool.setMaximumPoolSize(size);
    }

    private static HypervisorException unavailable(String what, String why, @Nullable Exception cause) {
        return new HypervisorException(Kind.UNAVAILABLE, 0, "cannot " + what + ": " + why, cause);
    }

    private static ThreadFactory daemons(String name) {
        AtomicInteger number = new AtomicInteger();
        return runnable -> {
            // a stuck native call must not keep the JVM alive
            Thread thread = new Thread(runnable, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private enum State {
        QUEUED,
        RUNNING,
        DONE,
        DROPPED,
        ABANDONED
    }

    /** One job between its caller and its thread; whoever moves the state first decides. */
    private final class Task<T> implements Runnable {
        private final String what;
        private final Job<T> job;
        private final AtomicReference<State> state = new AtomicReference<>(State.QUEUED);
        private final CountDownLatch started = new CountDownLatch(1);
        private final CompletableFuture<T> result = new CompletableFuture<>();

        Task(String what, Job<T> job) {
            this.what = what;
            this.job = job;
        }

        @Override
        public void run() {
            if (!state.compareAndSet(State.QUEUED, State.RUNNING)) {
                return;
            }
            started.countDown();
            try {
                T value = job.run();
                if (state.compareAndSet(State.RUNNING, State.DONE)) {
                    result.complete(value);
                } else {
                    late(value);
                }
            } catch (Exception | Error e) {
                if (state.compareAndSet(State.RUNNING, State.DONE)) {
                    result.completeExceptionally(e);
                } else {
                    LOG.info("given up earlier, has failed now: {}: {}", what, e.toString());
                }
            }
            if (state.get() == State.ABANDONED) {
                cameBack();
            }
        }

        T await(Duration patience, Duration deadline) throws InterruptedException, ExecutionException {
            if (!started.await(patience.toMillis(), TimeUnit.MILLISECONDS)
                    && state.compareAndSet(State.QUEUED, State.DROPPED)) {
                pool.remove(this);
                throw unavailable(
                        what,
                        "all " + threads + " threads (" + name + ") have been waiting for libvirt for "
                                + seconds(patience),
                        null);
            }
            try {
                return result.get(deadline.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                if (giveUp()) {
                    throw new HypervisorException(
                            Kind.TIMEOUT,
                            0,
                            "cannot " + what + ": no answer from libvirt within " + seconds(deadline) + " ("
                                    + deadlineName + ")",
                            e);
                }
                return result.get();
            }
        }

        /** False when the call came back just now. */
        boolean giveUp() {
            if (state.compareAndSet(State.QUEUED, State.DROPPED)) {
                pool.remove(this);
                return true;
            }
            stuck(); // counted before the state says so: the thread may come back, and count itself out, at any moment
            if (!state.compareAndSet(State.RUNNING, State.ABANDONED)) {
                cameBack();
                return false;
            }
            LOG.warn("no answer from libvirt, its thread is given up and replaced: {}", what);
            job.abandoned();
            return true;
        }

        void drop() {
            if (state.compareAndSet(State.QUEUED, State.DROPPED)) {
                started.countDown();
                result.completeExceptionally(unavailable(what, CLOSED, null));
            }
        }

        private void late(T value) {
            LOG.warn("given up earlier, has succeeded now: {}", what);
            job.late(value);
        }
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() % 1000 == 0 ? duration.toSeconds() + " s" : duration.toMillis() + " ms";
    }
}
