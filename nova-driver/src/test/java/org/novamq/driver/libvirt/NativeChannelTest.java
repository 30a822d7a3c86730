package org.novamq.driver.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.libvirt.LibvirtException;
import org.novamq.driver.libvirt.ConnectionPool.Connection;
import org.novamq.driver.libvirt.HypervisorException.Kind;

/** Real connections to libvirt's test driver, and work on them that gets stuck. */
@Timeout(30)
class NativeChannelTest {
    private static final Duration SHORT = Duration.ofMillis(200);
    private static final Duration LONG = Duration.ofSeconds(10);

    private final CountDownLatch release = new CountDownLatch(1);
    private final ConnectionPool connections = new ConnectionPool("test:///default", false, LONG, 2, 4);
    private final NativeChannel channel =
            new NativeChannel(connections, new NativeCalls("fake", "libvirt_timeout", 2, 4), LONG, LONG);

    @AfterEach
    void close() {
        release.countDown();
        channel.close();
        connections.close();
    }

    @Test
    void aConnectionIsKeptForTheNextCall() {
        Connection first = connection();
        assertThat(connection()).isSameAs(first);
    }

    /** CVE-2024-4418. */
    @Test
    void noTwoCallsAtATimeHaveTheSameConnection() {
        Connection mine = connection();
        Connection[] other = new Connection[1];
        Connection same = channel.call("look, and look meanwhile", connection -> {
            other[0] = connection();
            return connection;
        });
        assertThat(same).isSameAs(mine);
        assertThat(other[0]).isNotSameAs(mine);
    }

    @Test
    void aConnectionOnWhichACallIsStuckIsNobodyElsesUntilItComesBack() throws Exception {
        Connection healthy = connection();
        Stuck stuck = new Stuck();

        assertThatThrownBy(() -> channel.call("start domain x", SHORT, stuck))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT))
                .hasMessage("cannot start domain x: no answer from libvirt within 200 ms (libvirt_timeout)");

        assertThat(stuck.abandoned).hasValue(1);
        assertThat(connection()).isNotSameAs(healthy);
        assertThat(healthy.isAlive()).as("in use still").isTrue();

        release.countDown();
        await().untilAsserted(() -> assertThat(stuck.late).hasValue(1));
        await().untilAsserted(() -> assertThat(connection()).isSameAs(healthy));
    }

    @Test
    void aDeadConnectionIsReplacedByTheNextCall() throws Exception {
        AtomicReference<Integer> left = new AtomicReference<>(-1);
        Connection first = channel.call("kill", connection -> {
            try {
                left.set(connection.close());
            } catch (LibvirtException e) {
                throw NativeFailure.of(e);
            }
            return connection;
        });
        assertThat(left).hasValue(0);
        assertThat(connection()).isNotSameAs(first);
    }

    @Test
    void whatIsNoFailureOfLibvirtIsReportedAsFailed() {
        assertThatThrownBy(() -> channel.call("look", connection -> {
                    throw new IllegalStateException("a bug");
                }))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.FAILED))
                .hasMessage("cannot look: java.lang.IllegalStateException: a bug");
    }

    @Test
    void closingLeavesAnUnusedConnectionClosed() throws IOException {
        Connection connection = connection();
        channel.close();
        connections.close();
        assertThat(isClosed(connection)).isTrue();
        assertThatThrownBy(connections::lease).hasMessage("cannot use libvirt at test:///default: closed");
    }

    private Connection connection() {
        return channel.call("look", connection -> connection);
    }

    private static boolean isClosed(Connection connection) {
        try {
            return !connection.isAlive();
        } catch (LibvirtException e) {
            return true;
        }
    }

    private final class Stuck implements NativeChannel.Work<Boolean> {
        private final AtomicInteger abandoned = new AtomicInteger();
        private final AtomicInteger late = new AtomicInteger();

        @Override
        public Boolean on(Connection connection) {
            while (true) {
                try {
                    release.await();
                    return true;
                } catch (InterruptedException e) {
                    // as native code does: nothing
                }
            }
        }

        @Override
        public void abandoned() {
            abandoned.incrementAndGet();
        }

        @Override
        public void late() {
            late.incrementAndGet();
        }
    }
}
