package org.novamq.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/** The fake native call here waits for a latch and, like a native call, ignores interrupts. */
@Timeout(30)
class NativeCallsTest {
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final CountDownLatch release = new CountDownLatch(1);
    private final AtomicInteger lates = new AtomicInteger();
    private final NativeCalls calls = new NativeCalls("fake", "libvirt_timeout", 1, 2);

    @AfterEach
    void letGo() {
        release.countDown();
        calls.close();
    }

    @Test
    void runsOnItsOwnDaemonThreadAndReturnsTheResult() throws Exception {
        Thread thread = calls.call("ask", LONG, LONG, Thread::currentThread);

        assertThat(thread).isNotSameAs(Thread.currentThread());
        assertThat(thread.getName()).isEqualTo("fake-1");
        assertThat(thread.isDaemon()).isTrue();
    }

    @Test
    void handsOnWhatTheCallThrew() {
        IOException failure = new IOException("no");

        assertThatThrownBy(() -> calls.call("ask", LONG, LONG, () -> {
                    throw failure;
                }))
                .isInstanceOf(ExecutionException.class)
                .hasCause(failure);
        assertThatThrownBy(() -> calls.call("load", LONG, LONG, () -> {
                    throw new UnsatisfiedLinkError("libvirt.so.0");
                }))
                .hasCauseInstanceOf(UnsatisfiedLinkError.class);
    }

    @Test
    void pastTheDeadlineTheCallerIsToldAndTheThreadIsReplaced() throws Exception {
        assertThatThrownBy(() -> calls.call("start domain x", LONG, SHORT, new Stuck()))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT))
                .hasMessage("cannot start domain x: no answer from libvirt within 100 ms (libvirt_timeout)");
        assertThat(calls.abandoned()).isEqualTo(1);

        // the pool has one thread, and that one is stuck
        assertThat(calls.call("ask", LONG, LONG, () -> Thread.currentThread().getName()))
                .isEqualTo("fake-2");
    }

    @Test
    void tooManyStuckThreadsRefuseNewCallsAtOnceUntilTheyComeBack() throws Exception {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> calls.call("start", LONG, SHORT, new Stuck()))
                    .isInstanceOf(HypervisorException.class);
        }

        assertThatThrownBy(() -> calls.call("start", LONG, LONG, () -> true))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                .hasMessage("cannot start: 2 calls to libvirt (fake) passed their deadline and have not come back, "
                        + "at most 2 threads are given up");

        release.countDown();
        await().untilAsserted(() -> assertThat(calls.abandoned()).isZero());
        assertThat(calls.call("start", LONG, LONG, () -> "again")).isEqualTo("again");
        assertThat(lates).hasValue(2);
    }

    @Test
    void theJobHearsThatItWasAbandonedBeforeItsCallerDoes() {
        AtomicReference<Thread> where = new AtomicReference<>(new Thread());
        assertThatThrownBy(() -> calls.call("start", LONG, SHORT, new Stuck() {
                    @Override
                    public void abandoned() {
                        where.set(Thread.currentThread());
                    }
                }))
                .isInstanceOf(HypervisorException.class);
        assertThat(where).hasValue(Thread.currentThread());
    }

    @Test
    void aCallThatFindsNoFreeThreadIsRefusedAndNeverRuns() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> uncheck(new Stuck() {
            @Override
            public String run() {
                running.countDown();
                return super.run();
            }
        }));
        running.await();
        AtomicInteger runs = new AtomicInteger();

        assertThatThrownBy(() -> calls.call("list", SHORT, LONG, runs::incrementAndGet))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                .hasMessage("cannot list: all 1 threads (fake) have been waiting for libvirt for 100 ms");

        release.countDown();
        assertThat(first.get()).isEqualTo("late");
        assertThat(lates).as("it came back in time").hasValue(0);
        assertThat(calls.call("ask", LONG, LONG, runs::get)).isZero();
    }

    @Test
    void anInterruptedCallerGivesUpAndStaysInterrupted() throws Exception {
        AtomicReference<Throwable> seen = new AtomicReference<>(new IllegalStateException("nothing seen"));
        AtomicReference<Boolean> flag = new AtomicReference<>(false);
        Thread caller = new Thread(() -> {
            try {
                calls.call("list", LONG, LONG, new Stuck());
            } catch (HypervisorException | ExecutionException e) {
                seen.set(e);
                flag.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        await().until(() -> caller.getState() == Thread.State.TIMED_WAITING);
        caller.interrupt();
        caller.join();

        assertThat(seen.get()).hasMessage("cannot list: interrupted while waiting for libvirt");
        assertThat(flag).hasValue(true);
    }

    @Test
    void closingRefusesWhatWaitsAndWhatComes() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CompletableFuture<String> first = CompletableFuture.supplyAsync(() -> uncheck(new Stuck() {
            @Override
            public String run() {
                running.countDown();
                return super.run();
            }
        }));
        running.await();
        CompletableFuture<String> second = CompletableFuture.supplyAsync(() -> uncheck(() -> "ran"));
        await().during(SHORT).until(() -> !second.isDone());

        calls.close();

        assertThatThrownBy(second::get).cause().hasMessageContaining("the connection to libvirt is closed");
        assertThatThrownBy(() -> calls.call("list", LONG, LONG, () -> true))
                .hasMessage("cannot list: the connection to libvirt is closed");
        release.countDown();
        assertThat(first.get()).isEqualTo("late");
    }

    @Test
    void manyCallersWithManyTimeoutsLeaveTheCountRight() {
        NativeCalls busy = new NativeCalls("busy", "libvirt_timeout", 4, 1000);
        CompletableFuture<?>[] all = new CompletableFuture<?>[200];
        for (int i = 0; i < all.length; i++) {
            // sleeps as long as its deadline: coming back and giving up race
            all[i] = CompletableFuture.runAsync(() -> {
                try {
                    busy.call("race", LONG, Duration.ofMillis(5), () -> {
                        Thread.sleep(5);
                        return true;
                    });
                } catch (HypervisorException | ExecutionException e) {
                    assertThat(e).isInstanceOf(HypervisorException.class);
                }
            });
        }
        CompletableFuture.allOf(all).join();
        await().untilAsserted(() -> assertThat(busy.abandoned()).isZero());
        busy.close();
    }

    private String uncheck(NativeCalls.Job<String> job) {
        try {
            return calls.call("start", LONG, LONG, job);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Hangs until released, whatever happens to its thread. */
    private class Stuck implements NativeCalls.Job<String> {
        @Override
        public String run() {
            while (true) {
                try {
                    release.await();
                    return "late";
                } catch (InterruptedException e) {
                    // as native code does: nothing
                }
            }
        }

        @Override
        public void late(String result) {
            lates.incrementAndGet();
        }
    }
}
