package org.novamq.driver.compute;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.argThat;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.inOrder;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.InOrder;
import org.mockito.Mock;
import org.mockito.junit.jupiter.MockitoExtension;
import org.novamq.driver.disk.InstanceDirectory;
import org.novamq.driver.disk.QemuImg;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.Stage;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.Lane;
import org.novamq.driver.libvirt.PowerState;
import org.novamq.image.InvalidRequestException;
import org.novamq.vif.request.HostLimits;

/** The order of steps and what is left when one fails; the real libvirt is met by the tests of the whole system. */
@ExtendWith(MockitoExtension.class)
class LibvirtComputeDriverTest {
    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    private static final Timeouts TIMEOUTS =
            new Timeouts(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(100), 2);

    @TempDir
    private Path root;

    @Mock
    private Hypervisor hypervisor;

    private LibvirtComputeDriver driver;
    private Path directory;

    private OneDomain domain;

    @BeforeEach
    void setUp() throws IOException {
        Files.createDirectories(root.resolve("sys/class/net/br0"));
        for (String file : List.of("vmlinuz", "initramfs")) {
            Files.writeString(root.resolve(file), file);
        }
        directory = root.resolve("instances").resolve(ID.toString());
        driver = new LibvirtComputeDriver(
                hypervisor,
                new InstanceFiles(new InstanceDirectory(root.resolve("instances")), new QemuImg()),
                new NetDevices(root),
                HostLimits.DEFAULT,
                TIMEOUTS,
                Computes.images(root),
                Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
        domain = OneDomain.behind(hypervisor, ID);
    }

    @Test
    void aClaimTakesTheInstancesPlaceAndMakesNothingElse() {
        Claim claim = driver.claim(request("br0"));

        assertThat(claim.uuid()).isEqualTo(ID);
        verify(hypervisor).define(contains("\"stage\":\"building\""), any());
        assertThat(directory).doesNotExist();
        assertThat(driver.info(ID).status()).isEqualTo(Instance.Status.BUILD);
        assertThat(driver.info(ID).record().created()).isEqualTo("2026-01-02T03:04:05Z");
    }

    @Test
    void aSpawnDefinesThenStartsThenSaysBuilt() {
        Claim claim = driver.claim(request("br0"));
        doAnswer(call -> domain.power = PowerState.RUNNING).when(hypervisor).start(ID, Lane.NORMAL);

        driver.spawn(claim);

        InOrder order = inOrder(hypervisor);
        order.verify(hypervisor).define(argThat(xml -> !xml.contains("<devices>")), any());
        order.verify(hypervisor).define(contains("<source bridge=\"br0\""), any());
        order.verify(hypervisor).start(ID, Lane.NORMAL);
        order.verify(hypervisor).setMetadata(eq(ID), any());
        assertThat(driver.info(ID).status()).isEqualTo(Instance.Status.ACTIVE);
        assertThat(directory).isDirectory();
        assertThat(driver.info(ID).record().plan().at("/nics/0/granted").asInt())
                .isEqualTo(2);
        assertThat(driver.info(ID).record().request().at("/nics/0/queues").asInt())
                .as("the request is kept beside the grant")
                .isEqualTo(8);
    }

    @Test
    void aFailedStartLeavesTheReasonAndNothingElse() {
        Claim claim = driver.claim(request("br0"));
        doThrow(new HypervisorException(HypervisorException.Kind.FAILED, "cannot start domain: no such CPU"))
                .when(hypervisor)
                .start(ID, Lane.NORMAL);

        driver.spawn(claim);

        Instance instance = driver.info(ID);
        assertThat(instance.status()).isEqualTo(Instance.Status.ERROR);
        assertThat(instance.record().fault())
                .isEqualTo(new Fault(500, "cannot start domain: no such CPU", "2026-01-02T03:04:05Z"));
        verify(hypervisor).destroy(ID);
        assertThat(directory).doesNotExist();
    }

    @Test
    void anInstanceThatCouldNotEvenBeMarkedIsFoundByTheNextRecovery() {
        Claim claim = driver.claim(request("br0"));
        HypervisorException gone = new HypervisorException(HypervisorException.Kind.UNAVAILABLE, "libvirt is gone");
        doThrow(gone).when(hypervisor).start(ID, Lane.NORMAL);
        doThrow(gone).doNothing().when(hypervisor).destroy(ID);

        driver.spawn(claim);
        assertThat(driver.info(ID).status()).isEqualTo(Instance.Status.BUILD);
        driver.recover();

        assertThat(driver.info(ID).status()).isEqualTo(Instance.Status.ERROR);
        assertThat(directory).doesNotExist();
    }

    @Test
    void recoveryLeavesAloneWhatThisServiceIsBuilding() {
        driver.claim(request("br0"));

        driver.recover();

        assertThat(driver.info(ID).status()).isEqualTo(Instance.Status.BUILD);
        verify(hypervisor, never()).destroy(ID);
    }

    @Test
    void aSecondInstanceOfTheSameUuidIsAConflict() {
        driver.claim(request("br0"));

        assertThatThrownBy(() -> driver.claim(request("br0")))
                .isInstanceOfSatisfying(
                        InstanceException.class,
                        e -> assertThat(e.reason()).isEqualTo(InstanceException.Reason.CONFLICT))
                .hasMessage("cannot create instance " + ID + ": there is one of this uuid already");
    }

    @Test
    void allThatIsMissingOnTheHostIsSaidAtOnce() throws IOException {
        Files.delete(root.resolve("vmlinuz"));

        assertThatThrownBy(() -> driver.claim(request("br9")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("vmlinuz")
                .hasMessageContaining("cannot connect a NIC to the bridge 'br9': this host has no such device");
        verify(hypervisor, never()).define(any(), any());
    }

    @Test
    void aDefinitionThatFailsLeavesNoClaim() {
        doThrow(new HypervisorException(HypervisorException.Kind.UNAVAILABLE, "libvirt is gone"))
                .when(hypervisor)
                .define(any(), any());

        assertThatThrownBy(() -> driver.claim(request("br0"))).hasMessage("libvirt is gone");
        assertThatThrownBy(() -> driver.info(ID)).isInstanceOf(InstanceException.class);
    }

    @Test
    void aDeletionForgetsTheDefinitionLast() {
        driver.spawn(driver.claim(request("br0")));
        doAnswer(call -> {
                    assertThat(directory)
                            .as("the files go before the definition")
                            .doesNotExist();
                    domain.defined = Optional.empty();
                    return null;
                })
                .when(hypervisor)
                .undefine(ID);

        driver.condemn(ID);
        driver.destroy(ID);
        driver.destroy(ID);

        assertThat(driver.list()).isEmpty();
        verify(hypervisor).undefine(ID);
    }

    @Test
    void aDeletionThatWasInterruptedIsFinishedByRecovery() {
        driver.spawn(driver.claim(request("br0")));
        HypervisorException gone = new HypervisorException(HypervisorException.Kind.UNAVAILABLE, "libvirt is gone");
        doThrow(gone).doNothing().when(hypervisor).destroy(ID);
        driver.condemn(ID);
        assertThatThrownBy(() -> driver.destroy(ID)).isSameAs(gone);

        driver.recover();

        verify(hypervisor).undefine(ID);
        assertThat(directory).doesNotExist();
    }

    @Test
    void aDeletionThatCannotBeDoneYetSaysWhy() {
        driver.spawn(driver.claim(request("br0")));
        HypervisorException stuck = new HypervisorException(
                HypervisorException.Kind.FAILED, "cannot destroy domain x: Failed to terminate process 7 with SIGKILL");
        doThrow(stuck).doNothing().when(hypervisor).destroy(ID);
        driver.condemn(ID);
        assertThatThrownBy(() -> driver.destroy(ID)).isSameAs(stuck);

        assertThat(driver.info(ID).record().stage()).isEqualTo(Stage.DELETING);
        assertThat(requireNonNull(driver.info(ID).record().fault()).message())
                .isEqualTo("cannot delete instance " + ID + " yet: " + stuck.getMessage());

        driver.recover();
        verify(hypervisor).undefine(ID);
    }

    @Test
    void whatIsDeletedBeforeItsTurnIsNotBuilt() {
        Claim claim = driver.claim(request("br0"));
        driver.condemn(ID);

        driver.spawn(claim);

        verify(hypervisor, never()).start(any(), any());
        assertThat(driver.info(ID).record().stage()).isEqualTo(Stage.DELETING);
    }

    @Test
    void anInstanceThatNobodyCondemnedIsNotDestroyed() {
        driver.spawn(driver.claim(request("br0")));

        driver.destroy(ID);

        verify(hypervisor, never()).destroy(ID);
        verify(hypervisor, never()).undefine(ID);
    }

    @Test
    void theHostsMaximumCountsWhatIsBeingBuilt() {
        driver.claim(request("br0"));

        assertThat(driver.hostUsage()).isEqualTo(new HostUsage(1, 1, 1, 2, 0, 6));
    }

    @Test
    void aForeignDomainIsNoneOfOurs() {
        domain.defined = Optional.of("<domain><name>instance-" + ID + "</name><devices/></domain>");

        assertThat(driver.list()).isEmpty();
        assertThatThrownBy(() -> driver.info(ID)).isInstanceOf(InstanceException.class);
        driver.destroy(ID);
        verify(hypervisor, never()).destroy(any());
        verify(hypervisor, never()).undefine(any());
    }

    @Test
    void aRecordThatSomebodyBrokeHidesOnlyItsOwnInstance() {
        domain.defined =
                Optional.of("<domain><metadata><novamq:instance xmlns:novamq='https://novamq.org/xmlns/instance/1'>"
                        + "{broken</novamq:instance></metadata></domain>");

        assertThat(driver.list()).isEmpty();
    }

    private SpawnRequest request(String bridge) {
        ObjectNode json = Json.parseObject("""
                {"instance": {"uuid": "%s", "name": "one"}, "flavor": {"name": "f", "vcpus": 2, "memory_mb": 64},
                 "image": {"properties": {"kernel_id": "k", "ramdisk_id": "r"}}, "virt_type": "qemu",
                 "nics": [{"queues": 8, "vif": {"id": "p", "address": "fa:16:3e:00:00:01", "type": "bridge",
                           "network": {"id": "n", "bridge": "%s"}}}]}
                """.formatted(ID, bridge));
        return Computes.spawn(
                json, HostLimits.DEFAULT, new BootSource(Optional.empty(), file("vmlinuz"), file("initramfs")));
    }

    /** A record that somebody edited must not keep others from being counted, or from being admitted. */
    @Test
    void aRecordThatCannotBeReadIsCountedAsAnothersDomain() {
        domain.defined = Optional.of("<domain type='kvm'><name>x</name><metadata><novamq:instance"
                + " xmlns:novamq='https://novamq.org/xmlns/instance/1'>{broken</novamq:instance></metadata><devices>"
                + "<interface type='bridge'><model type='virtio'/><driver queues='4'/></interface></devices></domain>");
        assertThat(driver.hostUsage()).isEqualTo(new HostUsage(1, 0, 1, 4, 4, 10));
    }

    @Test
    void whoeverWaitsForAGuestWhenTheServiceStopsLeavesTheGuestAlone() throws InterruptedException {
        driver.spawn(driver.claim(request("br0")));
        domain.power = PowerState.RUNNING;
        driver.accept(ID, Action.STOP);
        Thread worker = new Thread(() -> assertThatThrownBy(() -> patient().perform(ID))
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        e -> assertThat(e.kind()).isEqualTo(HypervisorException.Kind.UNAVAILABLE)));
        worker.start();
        verify(hypervisor, timeout(5_000)).shutdown(ID);
        worker.interrupt();
        worker.join();
        verify(hypervisor, never()).destroy(ID);
        assertThat(driver.info(ID).record().task()).isNotNull();
    }

    /** With a guest that has a minute to power off. */
    private LibvirtComputeDriver patient() {
        return new LibvirtComputeDriver(
                hypervisor,
                new InstanceFiles(new InstanceDirectory(root.resolve("instances")), new QemuImg()),
                new NetDevices(root),
                HostLimits.DEFAULT,
                Timeouts.DEFAULT,
                Computes.images(root),
                Clock.systemUTC());
    }

    private Optional<BootSource.ImageFile> file(String name) {
        return Optional.of(new BootSource.ImageFile(name, root.resolve(name).toString(), "aki"));
    }
}
