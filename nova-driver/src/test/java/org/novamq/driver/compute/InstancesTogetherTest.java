package org.novamq.driver.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.novamq.driver.compute.Computes.ONE;
import static org.novamq.driver.compute.Computes.TWO;
import static org.novamq.driver.compute.Computes.act;
import static org.novamq.driver.compute.Computes.fault;
import static org.novamq.driver.compute.Computes.granted;
import static org.novamq.driver.compute.Computes.nic;
import static org.novamq.driver.compute.Computes.toFlavor;

import com.google.common.util.concurrent.Uninterruptibles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.Instance.Status;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.novamq.driver.libvirt.InMemoryHypervisor;
import org.novamq.vif.request.HostLimits;

/** Instances of a host in memory beside each other, beside somebody else's domains, and before and after one another. */
class InstancesTogetherTest {
    private static final Duration AT_ONCE = Duration.ofSeconds(5);
    private static final HostLimits EIGHT =
            HostLimits.builder().hostMaxQueues(8).build();

    private static final PowerRequest PAUSED =
            new PowerRequest(PowerRequest.Wish.PAUSED, Optional.empty(), Optional.empty(), Optional.empty());
    private static final RebootRequest REBOOT = new RebootRequest(Action.HARD_REBOOT, "req", Optional.empty());

    @TempDir
    private Path root;

    private Computes computes;
    private InMemoryHypervisor hypervisor;

    @BeforeEach
    void setUp() {
        computes = new Computes(root);
        hypervisor = computes.hypervisor;
    }

    // recovery

    @Test
    void anInstanceThatCannotBeRecoveredKeepsNobodyElseFromIt() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        computes.boot(driver, TWO, 2);
        driver.condemn(ONE);
        driver.accept(TWO, Action.STOP);
        hypervisor.fail("destroy " + ONE, Kind.FAILED);

        assertThat(computes.driver().recover()).containsExactly(TWO);
    }

    @Test
    void anUnexpectedFailureOfATaskIsItsEndAndItsFault() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.first("shutdown", () -> {
            throw new IllegalStateException("a bug");
        });

        Instance instance = act(driver, ONE, Action.STOP);

        assertThat(instance.record().task()).isNull();
        assertThat(fault(instance)).isEqualTo("a bug");
        assertThat(instance.status()).isEqualTo(Status.ACTIVE);
    }

    /** It has waited for its turn while its instance was deleted, and made anew by the same uuid. */
    @Test
    void aClaimThatNobodyWantsAnyMoreLeavesTheNextOneAlone() {
        LibvirtComputeDriver driver = computes.driver();
        Claim first = driver.claim(computes.request(ONE, 2, HostLimits.DEFAULT, 2));
        driver.condemn(ONE);
        driver.destroy(ONE);
        Claim second = driver.claim(computes.request(ONE, 2, HostLimits.DEFAULT, 1));
        driver.spawn(first);

        driver.recover();

        assertThat(driver.info(ONE).status()).isEqualTo(Status.BUILD);
        driver.spawn(second);
        assertThat(driver.info(ONE).status()).isEqualTo(Status.ACTIVE);
    }

    // what is taken together

    @Test
    void whatAResizeMayGoBackToIsNotGivenToOthers() {
        LibvirtComputeDriver driver = computes.driver(EIGHT);
        computes.boot(driver, ONE, 6, EIGHT, 6);
        driver.resize(ONE, toFlavor("small", 2));
        driver.perform(ONE);

        assertThat(granted(computes.boot(driver, TWO, 6, EIGHT, 6), 0)).isEqualTo(2);
        act(driver, ONE, Action.REVERT_RESIZE);
        assertThat(driver.hostUsage().queues()).isEqualTo(8);
    }

    @Test
    void aNicThatIsStillToBeTakenOutIsNotGivenToOthers() {
        LibvirtComputeDriver driver = computes.driver(EIGHT);
        computes.boot(driver, ONE, 4, EIGHT, 4, 4);
        hypervisor.fail("detachDevice", Kind.FAILED);
        driver.detachInterface(ONE, "p1");

        assertThat(driver.hostUsage().queues()).isEqualTo(8);
        driver.perform(ONE);
        assertThat(fault(driver.info(ONE))).contains("the guest has not let go of it");
        assertThat(driver.hostUsage().queues()).isEqualTo(8);
    }

    @Test
    void anOddDomainOfSomebodyElseStopsNobody() {
        LibvirtComputeDriver driver = computes.driver(EIGHT);
        computes.boot(driver, ONE, 2, EIGHT, 2);
        for (String queues : new String[] {"4294967295", "2147483647", "99999999999999999999", "0", "many"}) {
            hypervisor.put(
                    UUID.nameUUIDFromBytes(queues.getBytes(StandardCharsets.UTF_8)),
                    "<domain type='kvm'><devices><interface type='bridge'><model type='virtio'/><driver queues='"
                            + queues + "'/></interface></devices></domain>");
        }

        assertThat(driver.hostUsage().queues()).isPositive();
        assertThat(act(driver, ONE, Action.HARD_REBOOT).status()).isEqualTo(Status.ACTIVE);
        assertThatCode(() -> driver.claim(computes.request(TWO, 2, EIGHT, 2))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "null",
                "[]",
                "{\"version\":2,\"stage\":\"built\",\"name\":\"x\",\"created\":\"y\",\"metadata\":{}}",
                "{\"version\":2,\"stage\":\"built\",\"name\":\"x\",\"created\":\"y\",\"metadata\":{},\"blueprint\":{\"image\":\"i\","
                        + "\"flavor\":\"f\",\"boot\":{},\"request\":{\"nics\":[]},\"plan\":null}}"
            })
    void aRecordWithoutItsPartsIsLeftAlone(String record) {
        LibvirtComputeDriver driver = computes.driver(EIGHT);
        computes.boot(driver, ONE, 2, EIGHT, 2);
        hypervisor.put(
                TWO,
                "<domain><metadata><novamq:instance xmlns:novamq='https://novamq.org/xmlns/instance/1'>" + record
                        + "</novamq:instance></metadata></domain>");

        assertThat(driver.list()).extracting(Instance::uuid).containsExactly(ONE);
        assertThat(driver.hostUsage()).isEqualTo(new HostUsage(2, 1, 1, 2, 0, 6));
    }

    // deletion

    @Test
    void aDeletionWhoseLastAnswerWasLostDoesNotTouchTheNextInstance() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        driver.condemn(ONE);
        hypervisor.remove(ONE);

        driver.destroy(ONE);

        assertThat(computes.directory(ONE)).doesNotExist();
        assertThat(computes.boot(driver, ONE, 2).status()).isEqualTo(Status.ACTIVE);
        driver.recover();
        assertThat(driver.info(ONE).status()).isEqualTo(Status.ACTIVE);
    }

    @Test
    void aDeletionWhoseLastAnswerWasLostIsForgottenByAnInstanceOfItsName() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        driver.condemn(ONE);
        hypervisor.remove(ONE);

        assertThat(computes.boot(driver, ONE, 2).status()).isEqualTo(Status.ACTIVE);
    }

    @Test
    void aDeletionDoesNotWaitForWhatIsBeingDone() throws InterruptedException {
        LibvirtComputeDriver driver = computes.driver();
        Claim claim = driver.claim(computes.request(ONE, 2, HostLimits.DEFAULT, 2));
        CountDownLatch starting = new CountDownLatch(1);
        CountDownLatch started = new CountDownLatch(1);
        hypervisor.first("start", () -> {
            starting.countDown();
            Uninterruptibles.awaitUninterruptibly(started);
        });
        Thread builder = new Thread(() -> driver.spawn(claim));
        builder.start();
        starting.await();
        driver.condemn(ONE);

        assertThat(driver.destroy(ONE)).isFalse();

        started.countDown();
        builder.join();
        assertThat(driver.destroy(ONE)).isTrue();
        assertThat(driver.list()).isEmpty();
    }

    @Test
    void recoveryFindsADeletionWhoseLastAnswerWasLost() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        driver.condemn(ONE);
        hypervisor.remove(ONE);

        driver.recover();

        assertThat(computes.directory(ONE)).doesNotExist();
        assertThat(computes.boot(driver, ONE, 2).status()).isEqualTo(Status.ACTIVE);
    }

    // who waits

    /** libvirt takes its time to define the domain; nobody else's thread is held by that. */
    @Test
    void whoAsksForMoreOfAnInstanceAtWorkIsToldSoAtOnce() throws InterruptedException {
        LibvirtComputeDriver driver = computes.driver(EIGHT);
        computes.boot(driver, ONE, 2, EIGHT, 2);
        CountDownLatch defining = new CountDownLatch(1);
        CountDownLatch defined = new CountDownLatch(1);
        hypervisor.first("define " + ONE, () -> {
            defining.countDown();
            Uninterruptibles.awaitUninterruptibly(defined);
        });
        Thread worker = new Thread(() -> act(driver, ONE, Action.HARD_REBOOT));
        worker.start();
        defining.await();

        for (Runnable request : List.<Runnable>of(
                () -> driver.accept(ONE, Action.STOP),
                () -> driver.resize(ONE, toFlavor("small", 1)),
                () -> driver.rebuild(ONE, computes.rebuild()),
                () -> driver.attachInterface(ONE, nic(1)),
                () -> driver.detachInterface(ONE, "p0"),
                () -> driver.updateMetadata(ONE, metadata -> metadata),
                () -> driver.setPower(ONE, PAUSED),
                () -> driver.reboot(ONE, REBOOT))) {
            assertTimeoutPreemptively(
                    AT_ONCE,
                    () -> assertThatThrownBy(request::run)
                            .isInstanceOf(InstanceException.class)
                            .hasMessageContaining("rebooting_hard"));
        }
        assertTimeoutPreemptively(AT_ONCE, () -> driver.claim(computes.request(TWO, 2, EIGHT, 2)));

        defined.countDown();
        worker.join();
    }

    // definitions that come too late

    @Test
    void aLostDefinitionDoesNotBringADeletedInstanceBack() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.loseDefinitions();
        assertThat(act(driver, ONE, Action.HARD_REBOOT).status()).isEqualTo(Status.ERROR);
        driver.condemn(ONE);
        driver.destroy(ONE);

        hypervisor.findDefinitions();

        assertThat(hypervisor.list()).isEmpty();
        assertThat(driver.recover()).isEmpty();
    }

    @Test
    void aLostDefinitionDoesNotTakeBackWhatWasWrittenSince() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        act(driver, ONE, Action.STOP);
        hypervisor.loseDefinitions();
        assertThat(fault(act(driver, ONE, Action.START))).isEqualTo("no answer from libvirt");
        driver.updateMetadata(ONE, metadata -> Map.of("a", "b"));

        hypervisor.findDefinitions();

        assertThat(driver.info(ONE).record().task()).isNull();
        assertThat(driver.info(ONE).record().metadata()).containsEntry("a", "b");
        assertThat(fault(driver.info(ONE))).isEqualTo("no answer from libvirt");
        assertThat(act(driver, ONE, Action.START).status()).isEqualTo(Status.ACTIVE);
    }

    @Test
    void aLostClaimIsNoInstance() {
        LibvirtComputeDriver driver = computes.driver();
        hypervisor.loseDefinitions();
        assertThatThrownBy(() -> driver.claim(computes.request(ONE, 2, HostLimits.DEFAULT, 2)))
                .hasMessage("no answer from libvirt");

        hypervisor.findDefinitions();

        assertThat(hypervisor.list()).isEmpty();
    }

    /** The client has asked again meanwhile, with the same uuid. */
    @Test
    void aLostClaimDoesNotReplaceTheOneThatFollowed() {
        LibvirtComputeDriver driver = computes.driver();
        hypervisor.loseDefinitions();
        assertThatThrownBy(() -> driver.claim(computes.request(ONE, 2, HostLimits.DEFAULT, 2)))
                .isInstanceOf(HypervisorException.class);
        hypervisor.answerDefinitions();
        computes.boot(driver, ONE, 2);

        hypervisor.findDefinitions();

        assertThat(driver.info(ONE).status()).isEqualTo(Status.ACTIVE);
        assertThat(driver.info(ONE).interfaces()).hasSize(1);
    }

    @Test
    void aBuildWhoseDefinitionIsLostStaysInError() {
        LibvirtComputeDriver driver = computes.driver();
        Claim claim = driver.claim(computes.request(ONE, 2, HostLimits.DEFAULT, 2));
        hypervisor.loseDefinitions();
        driver.spawn(claim);

        hypervisor.findDefinitions();

        assertThat(driver.info(ONE).status()).isEqualTo(Status.ERROR);
        assertThat(fault(driver.info(ONE))).isEqualTo("no answer from libvirt");
    }
}
