package org.novamq.driver.api;

import com.google.common.util.concurrent.Futures;
import io.dropwizard.lifecycle.Managed;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.novamq.driver.compute.Claim;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.libvirt.HypervisorException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does behind the answer what takes long: builds, a bounded number side by side; what is done to instances that live;
 * deletions, on threads of their own so that nothing keeps them waiting; and recovery, at the start, whenever libvirt is
 * back, and every now and then.
 */
final class InstanceWorkers implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceWorkers.class);
    private static final int DELETERS = 4;

    /** Most of them wait for guests. */
    private static final int OPERATORS = 16;

    private static final int RECOVERY_SECONDS = 10;
    private static final int RETRY_SECONDS = 1;
    private static final int STOP_SECONDS = 10;

    private final ComputeDriver driver;
    private final ExecutorService builders;
    private final ExecutorService operators;
    private final ScheduledExecutorService keepers;
    private final Set<UUID> performing = ConcurrentHashMap.newKeySet();
    private Future<?> recovery = Futures.immediateCancelledFuture();

    /** @param maxBuilds instances that are built side by side */
    InstanceWorkers(ComputeDriver driver, int maxBuilds) {
        this.driver = driver;
        this.builders = Executors.newFixedThreadPool(maxBuilds);
        this.operators = Executors.newFixedThreadPool(OPERATORS);
        this.keepers = Executors.newScheduledThreadPool(DELETERS);
    }

    @Override
    public void start() {
        recovery = keepers.scheduleWithFixedDelay(this::recover, 0, RECOVERY_SECONDS, TimeUnit.SECONDS);
    }

    /** What is not done by then is found by the next service's recovery. */
    @Override
    public void stop() throws InterruptedException {
        builders.shutdown();
        operators.shutdownNow();
        recovery.cancel(false);
        keepers.shutdownNow();
        if (!builders.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
            LOG.warn("builds are still running; the next start recovers them");
        }
    }

    /** Makes the answer before the work begins: what fails at once would look in it like what is done. */
    static <T> T answerFirst(Supplier<T> answer, Runnable work) {
        try {
            return answer.get();
        } finally {
            work.run();
        }
    }

    void spawn(Claim claim) {
        builders.execute(RequestIds.kept(() -> guarded("building " + claim.uuid(), () -> driver.spawn(claim))));
    }

    /** Does what was accepted; what libvirt's absence leaves undone is done by recovery. */
    void perform(UUID uuid) {
        operators.execute(RequestIds.kept(() -> guarded("working on " + uuid, () -> driver.perform(uuid))));
    }

    /** Something may have been missed, or may be possible again. */
    void recoverSoon() {
        keepers.execute(this::recover);
    }

    /** What fails now, recovery does. */
    void destroy(UUID uuid) {
        keepers.execute(RequestIds.kept(() -> guarded("deleting " + uuid, () -> destroyOnceFree(uuid))));
    }

    /** Nobody waits for what is being done to it: a few such would keep all others from being deleted. */
    private void destroyOnceFree(UUID uuid) {
        if (!driver.destroy(uuid)) {
            Future<?> unused = keepers.schedule(() -> destroy(uuid), RETRY_SECONDS, TimeUnit.SECONDS);
        }
    }

    private void recover() {
        try {
            driver.recover().forEach(this::lookAt);
            driver.sweepImages();
        } catch (HypervisorException e) {
            LOG.warn("cannot look for half-made instances yet: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("looking for half-made instances failed", e);
        }
    }

    /** Goes on with what is to be done to it, if anything is; queued once, however often it is asked for. */
    void lookAt(UUID uuid) {
        if (performing.add(uuid)) {
            operators.execute(() -> {
                try {
                    guarded("working on " + uuid, () -> driver.resume(uuid));
                } finally {
                    performing.remove(uuid);
                }
            });
        }
    }

    /** A worker's failure is an operator's business; it must not end the worker. */
    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (HypervisorException e) {
            LOG.warn("{} is put off: {}", what, e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} failed", what, e);
        }
    }
}
