package org.novamq.driver.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/** Somebody whose turn does not end. */
class TurnTest {
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final Lock lock = new ReentrantLock();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread other = new Thread(() -> Turn.take(lock, SHORT, "work", () -> {
        begun.countDown();
        Uninterruptibles.awaitUninterruptibly(ended);
        return 0;
    }));

    @BeforeEach
    void begin() throws InterruptedException {
        other.start();
        begun.await();
    }

    @AfterEach
    void end() throws InterruptedException {
        ended.countDown();
        other.join();
    }

    @Test
    void isNotWaitedForForEver() {
        assertThatThrownBy(() -> Turn.take(lock, SHORT, "define it", () -> 1))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                .hasMessage("cannot define it: another request has been waiting for libvirt for 1 s");
    }

    @Test
    void isNotWaitedForWhenTheServiceStops() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> Turn.take(lock, Turn.PATIENCE, "define it", () -> 1))
                .isInstanceOf(HypervisorException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void isFollowedByTheNext() throws InterruptedException {
        end();
        assertThat(Turn.<Integer>take(lock, SHORT, "define it", () -> 1)).isEqualTo(1);
        assertThat(Turn.<Integer>take(lock, SHORT, "define it", () -> 2)).isEqualTo(2);
    }
}
