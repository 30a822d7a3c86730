package org.novamq.driver.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novamq.driver.compute.Computes.ONE;
import static org.novamq.driver.compute.Computes.act;
import static org.novamq.driver.compute.Computes.fault;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.Instance.Status;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.novamq.driver.libvirt.InMemoryHypervisor;
import org.novamq.driver.libvirt.Lane;
import org.novamq.driver.libvirt.PowerState;

/** A guest of a host in memory that is stopped, suspended and resumed, and what is left of it when a step fails. */
class InstancePowerTest {
    /** libvirt/virterror.h, VIR_ERR_OPERATION_TIMEOUT. */
    private static final int BUSY = 68;

    @TempDir
    private Path root;

    private Computes computes;
    private InMemoryHypervisor hypervisor;

    @BeforeEach
    void setUp() {
        computes = new Computes(root);
        hypervisor = computes.hypervisor;
    }

    // powered off

    @ParameterizedTest
    @EnumSource(names = {"TIMEOUT", "FAILED", "AGENT_UNRESPONSIVE"})
    void aGuestThatCannotBeAskedHasItsTimeAllTheSame(Kind kind) {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.fail("shutdown", kind);

        assertThat(act(driver, ONE, Action.STOP).status()).isEqualTo(Status.SHUTOFF);
        assertThat(hypervisor.calls()).containsSubsequence("shutdown " + ONE, "find " + ONE, "destroy " + ONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONFLICT", "NOT_FOUND"})
    void aGuestThatIsPausedOrOffIsNotWaitedFor(Kind kind) {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.fail("shutdown", kind);

        assertThat(act(driver, ONE, Action.STOP).status()).isEqualTo(Status.SHUTOFF);
        assertThat(hypervisor.calls()).containsSequence("shutdown " + ONE, "destroy " + ONE);
    }

    // suspend and resume

    @Test
    void aSuspendThatDidNotComeToItIsDoneAgain() {
        LibvirtComputeDriver driver = failingToSave(Kind.UNAVAILABLE);
        hypervisor.heal("save");

        driver.recover().forEach(driver::resume);

        assertItIs(driver.info(ONE), Status.SUSPENDED, "");
    }

    @Test
    void aSuspendThatCannotBeDoneAgainIsAFault() {
        LibvirtComputeDriver driver = failingToSave(Kind.UNAVAILABLE);
        hypervisor.fail("save", Kind.FAILED);

        driver.recover().forEach(driver::resume);

        assertItIs(driver.info(ONE), Status.ACTIVE, "cannot save");
    }

    /** It writes the memory for those who have asked before, whether they still wait or not. */
    @Test
    void aSuspendThatLibvirtIsNotDoneWithIsLookedAtAgain() {
        LibvirtComputeDriver driver = failingToSave(Kind.TIMEOUT);
        assertThatThrownBy(() -> driver.recover().forEach(driver::resume)).hasMessage("cannot save");
        hypervisor.first("save", () -> {
            hypervisor.become(ONE, PowerState.SHUTDOWN, true);
            throw new HypervisorException(Kind.CONFLICT, "it is off");
        });

        driver.recover().forEach(driver::resume);

        assertItIs(driver.info(ONE), Status.SUSPENDED, "");
    }

    /** With another job, or a QEMU that answers nobody. */
    @Test
    void aDomainThatIsBusyIsNotSuspended() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.first("save", () -> {
            throw new HypervisorException(Kind.TIMEOUT, BUSY, "cannot acquire state change lock", null);
        });

        act(driver, ONE, Action.SUSPEND);

        assertItIs(driver.info(ONE), Status.ACTIVE, "cannot acquire state change lock");
    }

    private LibvirtComputeDriver failingToSave(Kind kind) {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.fail("save", kind);
        assertThatThrownBy(() -> act(driver, ONE, Action.SUSPEND)).hasMessage("cannot save");
        return driver;
    }

    private static void assertItIs(Instance instance, Status status, String fault) {
        assertThat(instance.status()).isEqualTo(status);
        assertThat(instance.record().task()).isNull();
        assertThat(fault(instance)).isEqualTo(fault);
    }

    @Test
    void aSuspendThatWasInterruptedAfterwardsIsDone() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.first("save", () -> {
            hypervisor.become(ONE, PowerState.SHUTDOWN, true);
            throw new HypervisorException(Kind.UNAVAILABLE, "libvirt is gone");
        });
        assertThatThrownBy(() -> act(driver, ONE, Action.SUSPEND)).isInstanceOf(HypervisorException.class);

        driver.recover().forEach(driver::resume);

        assertItIs(driver.info(ONE), Status.SUSPENDED, "");
    }

    /** The service is killed when the guest is back; its memory has brought back the record of the suspend. */
    @Test
    void aResumeThatWasInterruptedIsFinished() {
        LibvirtComputeDriver driver = suspendedAndDescribed();
        hypervisor.first("start", () -> hypervisor.fail("setMetadata", Kind.UNAVAILABLE));
        assertThatThrownBy(() -> act(driver, ONE, Action.RESUME)).isInstanceOf(HypervisorException.class);
        hypervisor.heal("setMetadata");

        driver.recover().forEach(driver::resume);
        driver.recover().forEach(driver::resume);

        assertThat(hypervisor.calls()).contains("resume " + ONE);
        assertItGoesOn(driver.info(ONE), "");
    }

    @Test
    void aResumeThatFailsKeepsTheRecordOfNow() {
        LibvirtComputeDriver driver = suspendedAndDescribed();
        hypervisor.fail("resume", Kind.FAILED);

        assertItGoesOn(act(driver, ONE, Action.RESUME), "cannot resume");
    }

    @Test
    void aSuspendedGuestThatSomebodyStartsIsBelieved() {
        LibvirtComputeDriver driver = suspendedAndDescribed();
        hypervisor.start(ONE, Lane.NORMAL);

        driver.recover().forEach(driver::resume);

        assertItGoesOn(driver.info(ONE), "");
    }

    private LibvirtComputeDriver suspendedAndDescribed() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        assertThat(act(driver, ONE, Action.SUSPEND).status()).isEqualTo(Status.SUSPENDED);
        driver.updateMetadata(ONE, metadata -> Map.of("a", "b"));
        return driver;
    }

    private static void assertItGoesOn(Instance instance, String fault) {
        assertItIs(instance, Status.ACTIVE, fault);
        assertThat(instance.record().metadata()).containsEntry("a", "b");
    }

    @Test
    void aGuestThatPutItselfToSleepIsWoken() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.become(ONE, PowerState.SUSPENDED, false);

        assertThat(act(driver, ONE, Action.RESUME).status()).isEqualTo(Status.ACTIVE);
        assertThat(hypervisor.calls()).contains("resume " + ONE);
    }
}
