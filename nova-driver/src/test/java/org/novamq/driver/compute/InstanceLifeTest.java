package org.novamq.driver.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novamq.driver.compute.Computes.ONE;
import static org.novamq.driver.compute.Computes.TWO;
import static org.novamq.driver.compute.Computes.act;
import static org.novamq.driver.compute.Computes.fault;
import static org.novamq.driver.compute.Computes.granted;
import static org.novamq.driver.compute.Computes.nic;
import static org.novamq.driver.compute.Computes.toFlavor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.Instance.Status;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.HypervisorException.Kind;
import org.novamq.driver.libvirt.InMemoryHypervisor;
import org.novamq.driver.libvirt.PowerState;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.vif.request.HostLimits;

/** Whole operations on an instance of a host in memory, and what is left of it when a step fails. */
class InstanceLifeTest {
    private static final HostLimits EIGHT =
            HostLimits.builder().hostMaxQueues(8).build();

    @TempDir
    private Path root;

    private Computes computes;
    private InMemoryHypervisor hypervisor;

    @BeforeEach
    void setUp() {
        computes = new Computes(root);
        hypervisor = computes.hypervisor;
    }

    // planned before anything is touched

    @Test
    void aLoweredLimitCutsAtAHardRebootThoughStrictIsSet() {
        HostLimits strict = HostLimits.builder().strict(true).build();
        computes.boot(computes.driver(strict), ONE, 8, strict, 8);
        LibvirtComputeDriver lowered =
                computes.driver(strict.toBuilder().maxQueues(4).build());

        Instance instance = act(lowered, ONE, Action.HARD_REBOOT);

        assertThat(instance.status()).isEqualTo(Status.ACTIVE);
        assertThat(fault(instance)).isEmpty();
        assertThat(granted(instance, 0)).isEqualTo(4);
        assertThat(instance.record().plan().path("warnings").toString()).contains("had 8 queues and keeps 4");
    }

    @ParameterizedTest
    @EnumSource(names = {"HARD_REBOOT", "REVERT_RESIZE"})
    void whatCannotBePlannedLeavesTheGuestAlone(Action action) throws IOException {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        Path stash = computes.directory(ONE).resolve("disk.resize");
        if (action == Action.REVERT_RESIZE) {
            driver.resize(ONE, toFlavor("small", 4));
            driver.perform(ONE);
            Files.writeString(stash, "before the resize");
        }
        Instance before = driver.info(ONE);
        hypervisor.first("list", () -> {
            throw new HypervisorException(Kind.TIMEOUT, "cannot list the domains");
        });
        hypervisor.calls().clear();

        Instance after = act(computes.driver(EIGHT), ONE, action);

        assertThat(hypervisor.calls()).noneMatch(call -> call.startsWith("destroy"));
        assertThat(after.status()).isEqualTo(before.status());
        assertThat(after.power()).isEqualTo(PowerState.RUNNING);
        assertThat(fault(after)).isEqualTo("cannot list the domains");
        assertThat(stash.toFile().isFile()).isEqualTo(action == Action.REVERT_RESIZE);
    }

    @Test
    void aRebootThatCannotBePlannedLeavesAGuestThatIsOffAsItWas() {
        LibvirtComputeDriver driver = computes.driver(EIGHT);
        computes.boot(driver, ONE, 2);
        act(driver, ONE, Action.STOP);
        driver.reboot(ONE, new RebootRequest(Action.HARD_REBOOT, "req", Optional.empty()));
        hypervisor.fail("list", Kind.TIMEOUT);

        driver.perform(ONE);

        assertThat(driver.info(ONE).status()).isEqualTo(Status.SHUTOFF);
        assertThat(fault(driver.info(ONE))).isEqualTo("cannot list");
    }

    @Test
    void aNicCanBeDetachedFromAnOverdrawnHostThoughStrictIsSet() {
        HostLimits strict = HostLimits.builder().strict(true).build();
        computes.boot(computes.driver(strict), ONE, 8, strict, 4, 4);
        LibvirtComputeDriver lowered =
                computes.driver(strict.toBuilder().hostMaxQueues(3).build());

        assertThatCode(() -> lowered.detachInterface(ONE, "p1")).doesNotThrowAnyException();
    }

    @Test
    void whatMayWaitForASwitchForEverWaitsWhereItHoldsUpNobody() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        hypervisor.become(ONE, PowerState.SHUTDOWN, true);
        hypervisor.put(ONE, hypervisor.xml(ONE).replace("<interface type=\"bridge\"", "<interface type=\"vhostuser\""));

        act(driver, ONE, Action.RESUME);

        assertThat(hypervisor.calls()).contains("MAY_BLOCK " + ONE);
    }

    // NICs

    @Test
    void aNewNicDoesNotRewriteWhatIsRecordedOfThoseThatRun() {
        HostLimits before = HostLimits.builder().rxQueueSize(256).build();
        computes.boot(computes.driver(before), ONE, 4, before, 4, 4);
        LibvirtComputeDriver driver =
                computes.driver(HostLimits.builder().rxQueueSize(1024).build());

        driver.attachInterface(ONE, nic(2));
        Instance attached = driver.info(ONE);
        driver.detachInterface(ONE, "p1");
        driver.perform(ONE);
        Instance detached = driver.info(ONE);

        assertThat(rings(attached)).containsExactly(256, 256, 1024);
        assertThat(rings(detached)).containsExactly(256, 1024);
        assertThat(driver.drift(ONE)).hasSize(1);
    }

    private static List<Integer> rings(Instance instance) {
        return instance.record().plan().path("nics").findValues("rx_queue_size").stream()
                .map(JsonNode::asInt)
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void queuesThatCannotBeHadAreRefusedWithTheirLimitBeforeAnythingIsUnplugged(boolean replug) {
        HostLimits four = HostLimits.builder().maxQueues(4).build();
        LibvirtComputeDriver driver = computes.driver(four);
        Instance before = computes.boot(driver, ONE, 8, four, 2, 3);
        hypervisor.calls().clear();

        String message = "cannot give NIC p1 6 queues: it would get 4, max_queues is 4 (max_queues of the deployer)";
        assertThatThrownBy(() -> driver.setQueues(ONE, "p1", 6, replug))
                .isInstanceOfSatisfying(
                        InvalidRequestException.class,
                        e -> assertThat(e.problems()).containsExactly(new Problem("queues", "6", message)));

        assertThat(hypervisor.calls()).allMatch(call -> call.startsWith("find") || call.startsWith("list"));
        assertThat(driver.info(ONE)).isEqualTo(before);
    }

    @Test
    void queuesThatThePortForbidsAreRefusedInItsName() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        ObjectNode nic = nic(1);
        ((ObjectNode) nic.get("vif")).putObject("profile").put("queues", 2);
        driver.attachInterface(ONE, nic);

        assertThatThrownBy(() -> driver.setQueues(ONE, "p1", 4, true))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(
                        "cannot give NIC p1 4 queues: it would get 2, its port asks for 2 and goes before");
    }

    @Test
    void aNicThatCannotBePutInAgainIsAnError() {
        HostLimits two = HostLimits.builder().maxQueues(2).build();
        computes.boot(computes.driver(two), ONE, 4, two, 4);
        LibvirtComputeDriver driver = computes.driver();
        driver.setQueues(ONE, "p0", 4, true);
        int[] attempts = {0};
        hypervisor.first("attachDevice", () -> {
            attempts[0]++;
            throw new HypervisorException(Kind.FAILED, "attempt " + attempts[0]);
        });

        driver.perform(ONE);

        Instance instance = driver.info(ONE);
        assertThat(instance.interfaces()).isEmpty();
        assertThat(instance.status()).isEqualTo(Status.ERROR);
        assertThat(fault(instance)).isEqualTo("attempt 1");
        assertThat(attempts).containsExactly(2);
        hypervisor.heal("attachDevice");
        assertThat(act(driver, ONE, Action.HARD_REBOOT).interfaces()).hasSize(1);
    }

    @Test
    void aNicThatGoesInAsItWasIsNoError() {
        HostLimits two = HostLimits.builder().maxQueues(2).build();
        computes.boot(computes.driver(two), ONE, 4, two, 4);
        LibvirtComputeDriver driver = computes.driver();
        driver.setQueues(ONE, "p0", 4, true);
        hypervisor.first("attachDevice", () -> {
            hypervisor.heal("attachDevice");
            throw new HypervisorException(Kind.FAILED, "no slot");
        });

        driver.perform(ONE);

        Instance instance = driver.info(ONE);
        assertThat(instance.interfaces()).hasSize(1);
        assertThat(instance.status()).isEqualTo(Status.ACTIVE);
        assertThat(fault(instance)).isEqualTo("no slot");
    }

    // rebuild and revert

    @Test
    void aRebuildThatCannotBeDefinedLetsTheGuestRunAgain() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        driver.rebuild(ONE, computes.rebuild());
        hypervisor.fail("define", Kind.INVALID);

        driver.perform(ONE);

        assertThat(driver.info(ONE).status()).isEqualTo(Status.ACTIVE);
        assertThat(fault(driver.info(ONE))).isEqualTo("cannot define");
    }

    @Test
    void aRevertThatCannotBeDefinedLeavesTheResizedGuestRunning() throws IOException {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        driver.resize(ONE, toFlavor("small", 4));
        driver.perform(ONE);
        Path stash = Files.writeString(computes.directory(ONE).resolve("disk.resize"), "before the resize");
        hypervisor.fail("define", Kind.INVALID);

        Instance instance = act(driver, ONE, Action.REVERT_RESIZE);

        assertThat(instance.status()).isEqualTo(Status.VERIFY_RESIZE);
        assertThat(instance.power()).isEqualTo(PowerState.RUNNING);
        assertThat(fault(instance)).isEqualTo("cannot define");
        assertThat(stash).exists();
        hypervisor.heal("define");
        assertThat(act(driver, ONE, Action.REVERT_RESIZE).status()).isEqualTo(Status.ACTIVE);
        assertThat(stash).doesNotExist();
        assertThat(computes.directory(ONE).resolve("disk")).hasContent("before the resize");
    }

    /** The domain is defined, its disk is not back: the record tells of the disk, and keeps the way back. */
    @Test
    void aRevertThatCannotBeFinishedCanBeAskedForAgain() throws IOException {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        driver.resize(ONE, toFlavor("small", 4));
        driver.perform(ONE);
        Path disk = Files.writeString(computes.directory(ONE).resolve("disk"), "after the resize");
        Path stash = Files.writeString(computes.directory(ONE).resolve("disk.resize"), "before the resize");
        hypervisor.fail("dropSaved", Kind.FAILED);

        assertThat(act(driver, ONE, Action.REVERT_RESIZE).status()).isEqualTo(Status.ERROR);
        assertThat(fault(driver.info(ONE))).isEqualTo("cannot dropSaved");
        hypervisor.heal("dropSaved");
        Instance resized = act(driver, ONE, Action.HARD_REBOOT);
        assertThat(resized.status()).isEqualTo(Status.VERIFY_RESIZE);
        assertThat(resized.record().blueprint().flavor()).isEqualTo("small");
        assertThat(disk).hasContent("after the resize");

        Instance reverted = act(driver, ONE, Action.REVERT_RESIZE);
        assertThat(reverted.status()).isEqualTo(Status.ACTIVE);
        assertThat(reverted.record().blueprint().flavor()).isEqualTo("first");
        assertThat(disk).hasContent("before the resize");
        assertThat(stash).doesNotExist();
    }

    @Test
    void aRebuildThatCannotBeFinishedIsNotTakenForDone() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        driver.rebuild(ONE, computes.rebuild());
        hypervisor.fail("dropSaved", Kind.FAILED);
        driver.perform(ONE);
        assertThat(driver.info(ONE).status()).isEqualTo(Status.ERROR);
        hypervisor.heal("dropSaved");

        Instance rebooted = act(driver, ONE, Action.HARD_REBOOT);
        assertThat(rebooted.status()).isEqualTo(Status.ACTIVE);
        assertThat(rebooted.record().blueprint().image()).isEqualTo("i");
        driver.rebuild(ONE, computes.rebuild());
        driver.perform(ONE);
        assertThat(driver.info(ONE).status()).isEqualTo(Status.ACTIVE);
        assertThat(driver.info(ONE).record().blueprint().image()).isEqualTo("j");
    }

    @Test
    void memoryThatSomebodySavedIsNotPutOverAnotherDisk() {
        LibvirtComputeDriver driver = computes.driver();
        computes.boot(driver, ONE, 2);
        driver.resize(ONE, toFlavor("small", 4));
        driver.perform(ONE);
        hypervisor.become(ONE, PowerState.SHUTDOWN, true);
        act(driver, ONE, Action.REVERT_RESIZE);
        assertThat(hypervisor.calls()).contains("dropSaved " + ONE);

        computes.boot(driver, TWO, 2);
        driver.rebuild(TWO, computes.rebuild());
        hypervisor.become(TWO, PowerState.SHUTDOWN, true);
        driver.perform(TWO);
        assertThat(hypervisor.calls()).containsSubsequence("dropSaved " + TWO, "start " + TWO);
    }
}
