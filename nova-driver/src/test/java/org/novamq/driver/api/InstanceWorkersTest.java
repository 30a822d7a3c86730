package org.novamq.driver.api;

import static org.awaitility.Awaitility.await;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.after;
import static org.mockito.Mockito.atLeast;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.lenient;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.Mock;
import org.mockito.junit.jupiter.MockitoExtension;
import org.novamq.driver.compute.Claim;
import org.novamq.driver.compute.ComputeDriver;

/** Who waits for whom. */
@ExtendWith(MockitoExtension.class)
class InstanceWorkersTest {
    private static final int LIMIT_MILLIS = 5_000;
    private static final int QUIET_MILLIS = 200;
    private static final int MORE_THAN_THERE_ARE_THREADS = 10;

    @Mock
    private ComputeDriver driver;

    private InstanceWorkers workers;

    @BeforeEach
    void setUp() {
        lenient().when(driver.recover()).thenReturn(List.of());
        workers = new InstanceWorkers(driver, 1);
    }

    @AfterEach
    void stop() throws InterruptedException {
        workers.stop();
    }

    @Test
    void deletionsOfInstancesAtWorkHoldUpNeitherOthersNorRecovery() {
        UUID free = new UUID(0, 1);
        // before anybody works; every other instance is at work for ever: a mock says false
        lenient().when(driver.destroy(free)).thenReturn(true);
        for (int i = 0; i < MORE_THAN_THERE_ARE_THREADS; i++) {
            workers.destroy(new UUID(1, i));
        }

        workers.destroy(free);
        workers.recoverSoon();

        verify(driver, timeout(LIMIT_MILLIS)).destroy(free);
        verify(driver, timeout(LIMIT_MILLIS)).recover();
    }

    @Test
    void aDeletionComesBackUntilItsInstanceIsFree() {
        UUID busy = new UUID(0, 1);
        when(driver.destroy(busy)).thenReturn(false, true);

        workers.destroy(busy);

        verify(driver, timeout(LIMIT_MILLIS).times(2)).destroy(busy);
    }

    @Test
    void whatEndsItsThreadIsFoundAgainAllTheSame() {
        UUID uuid = new UUID(0, 1);
        when(driver.recover()).thenReturn(List.of(uuid));
        doThrow(new StackOverflowError("simulated")).when(driver).resume(uuid);

        await().dontCatchUncaughtExceptions()
                .atMost(Duration.ofMillis(LIMIT_MILLIS))
                .untilAsserted(() -> {
                    workers.recoverSoon();
                    verify(driver, atLeast(2)).resume(uuid);
                });
    }

    @Test
    void noMoreAreBuiltSideBySideThanAllowed() {
        workers = new InstanceWorkers(driver, 2);
        CountDownLatch go = new CountDownLatch(1);
        doAnswer(call -> go.await(LIMIT_MILLIS, TimeUnit.MILLISECONDS))
                .when(driver)
                .spawn(any());
        for (int i = 0; i < MORE_THAN_THERE_ARE_THREADS; i++) {
            workers.spawn(mock(Claim.class));
        }

        verify(driver, after(QUIET_MILLIS).times(2)).spawn(any());
        go.countDown();
        verify(driver, timeout(LIMIT_MILLIS).times(MORE_THAN_THERE_ARE_THREADS)).spawn(any());
    }
}
