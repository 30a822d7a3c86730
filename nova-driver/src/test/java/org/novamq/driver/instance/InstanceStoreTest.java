package org.novamq.driver.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.novamq.driver.libvirt.InMemoryHypervisor;

/** One write of an instance's record at a time, and nobody hangs for another's. */
class InstanceStoreTest {
    private static final UUID ONE = new UUID(0, 1);

    @Test
    void aDeletionIsPutOffWhileLibvirtHangsInADefinition() throws InterruptedException {
        InMemoryHypervisor hypervisor = new InMemoryHypervisor();
        InstanceStore store = new InstanceStore(hypervisor, () -> "2026-01-02T03:04:05Z", Duration.ofMillis(50));
        CountDownLatch defining = new CountDownLatch(1);
        CountDownLatch defined = new CountDownLatch(1);
        hypervisor.first("define", () -> {
            defining.countDown();
            Uninterruptibles.awaitUninterruptibly(defined);
        });
        Thread worker = new Thread(() -> store.define(ONE, "<domain><uuid>" + ONE + "</uuid></domain>"));
        worker.start();
        defining.await();

        assertThatThrownBy(() -> store.condemn(ONE))
                .isInstanceOfSatisfying(
                        HypervisorException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE))
                .hasMessageContaining(ONE.toString());
        assertThat(store.isCondemned(ONE)).isFalse();

        defined.countDown();
        worker.join();
    }
}
