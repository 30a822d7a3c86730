package org.novamq.driver.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.contains;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.doNothing;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.mockito.Mock;
import org.mockito.junit.jupiter.MockitoExtension;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.disk.InstanceDirectory;
import org.novamq.driver.disk.QemuImg;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.host.NetDevices;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.InstanceException;
import org.novamq.driver.instance.InstanceFiles;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.json.Json;
import org.novamq.driver.json.PlanRequestReader;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.driver.libvirt.HypervisorException;
import org.novamq.driver.libvirt.Lane;
import org.novamq.driver.libvirt.PowerState;
import org.novamq.vif.request.HostLimits;

/** What a nova-compute says twice, or says while the first is not done: it is done once. */
@ExtendWith(MockitoExtension.class)
class RepeatedCallsTest {
    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    @TempDir
    private Path root;

    @Mock
    private Hypervisor hypervisor;

    private OneDomain domain;
    private LibvirtComputeDriver driver;

    @BeforeEach
    void makeAnInstanceThatRuns() throws IOException {
        Files.createDirectories(root.resolve("sys/class/net/br0"));
        Path kernel = Files.writeString(root.resolve("vmlinuz"), "kernel");
        domain = OneDomain.behind(hypervisor, ID);
        driver = new LibvirtComputeDriver(
                hypervisor,
                new InstanceFiles(new InstanceDirectory(root.resolve("instances")), new QemuImg()),
                new NetDevices(root),
                HostLimits.DEFAULT,
                new Timeouts(Duration.ofMillis(200), Duration.ofMillis(200), Duration.ofMillis(100), 1),
                new ImageCache(
                        root.resolve("cache"),
                        Optional.empty(),
                        new BaseImageCheck(new QemuImg()),
                        Duration.ofDays(1),
                        Clock.systemUTC()),
                Clock.systemUTC());
        ObjectNode json = Json.parseObject("""
                {"instance": {"uuid": "%s", "name": "one"}, "flavor": {"name": "f", "vcpus": 2, "memory_mb": 64},
                 "image": {}, "virt_type": "qemu", "nics": [%s]}
                """.formatted(ID, nic("a")));
        PlanRequestReader.Question question = PlanRequestReader.read(json, HostLimits.DEFAULT);
        driver.spawn(driver.claim(new SpawnRequest(
                question.request().withRootDisk(false),
                question.host(),
                json,
                question.findings(),
                new BootSource(
                        Optional.empty(),
                        Optional.of(new BootSource.ImageFile("k", kernel.toString(), "aki")),
                        Optional.empty()),
                0,
                false,
                "i",
                "f",
                Map.of(),
                Optional.of("instance-0000000a"),
                Fetch.NONE,
                true)));
        domain.power = PowerState.RUNNING;
    }

    private static String nic(String id) {
        return """
                {"vif": {"id": "%s", "address": "fa:16:3e:00:00:0%s", "type": "bridge",
                         "network": {"id": "n", "bridge": "br0"}}}""".formatted(id, id);
    }

    private InstanceRecord record() {
        return driver.info(ID).record();
    }

    @Test
    void theDomainHasTheNameThatItWasGiven() {
        assertThat(driver.info(ID).domainName()).isEqualTo("instance-0000000a");
        verify(hypervisor, times(2)).define(contains("<name>instance-0000000a</name>"), any());
    }

    @Test
    void anAttachmentThatIsAskedForAgainIsFinished() {
        HypervisorException gone = new HypervisorException(HypervisorException.Kind.UNAVAILABLE, "libvirt is gone");
        doThrow(gone).doNothing().when(hypervisor).attachDevice(eq(ID), any(), any());
        ObjectNode nic = Json.parseObject(nic("b"));
        assertThatThrownBy(() -> driver.attachInterface(ID, nic))
                .isInstanceOfSatisfying(
                        HypervisorException.class,
                        e -> assertThat(e.kind()).isEqualTo(HypervisorException.Kind.UNAVAILABLE))
                .hasMessage("libvirt is gone; the attach is written down, and goes on when libvirt is back");
        assertThatThrownBy(() -> driver.attachInterface(ID, Json.parseObject(nic("c"))))
                .isInstanceOf(InstanceException.class);

        assertThat(driver.attachInterface(ID, nic).record().blueprint().nicCount())
                .isEqualTo(2);
        assertThat(driver.attachInterface(ID, nic).record().blueprint().nicCount())
                .isEqualTo(2);
        verify(hypervisor, times(2)).attachDevice(eq(ID), any(), any());
    }

    @Test
    void aDetachmentIsAcceptedOnceAndThenThereIsNothingToDetach() {
        domain.power = PowerState.SHUTDOWN;
        assertThat(driver.detachInterface(ID, "a")).isTrue();
        InstanceRecord accepted = record();
        assertThat(driver.detachInterface(ID, "a")).isTrue();
        assertThat(record()).isEqualTo(accepted);
        driver.perform(ID);
        assertThat(driver.detachInterface(ID, "a")).isFalse();
    }

    @Test
    void aNicThatIsOnItsWayInIsNotGone() {
        doThrow(new HypervisorException(HypervisorException.Kind.UNAVAILABLE, "libvirt is gone"))
                .doNothing()
                .when(hypervisor)
                .attachDevice(eq(ID), any(), any());
        assertThatThrownBy(() -> driver.attachInterface(ID, Json.parseObject(nic("b"))))
                .isInstanceOf(HypervisorException.class);

        assertThatThrownBy(() -> driver.detachInterface(ID, "b"))
                .isInstanceOf(InstanceException.class)
                .hasMessage("Cannot 'detach_interface' instance " + ID + " while it is in task_state attach_interface");

        driver.perform(ID);
        assertThat(driver.detachInterface(ID, "b")).isTrue();
    }

    @Test
    void aPowerStateThatIsOnItsWayIsNotAskedForAnew() {
        assertThat(driver.setPower(ID, wish(PowerRequest.Wish.PAUSED, 0))).isTrue();
        InstanceRecord accepted = record();
        assertThat(driver.setPower(ID, wish(PowerRequest.Wish.PAUSED, 0))).isTrue();
        assertThat(record()).isEqualTo(accepted);
        assertThatThrownBy(() -> driver.setPower(ID, wish(PowerRequest.Wish.SHUTDOWN, 0)))
                .isInstanceOf(InstanceException.class)
                .hasMessage(
                        "cannot set the power state of instance " + ID + ": something is being done to it (pausing)");
        driver.perform(ID);
        driver.perform(ID);
        verify(hypervisor).suspend(ID);
        domain.power = PowerState.PAUSED;
        assertThat(driver.setPower(ID, wish(PowerRequest.Wish.PAUSED, 0))).isFalse();
    }

    @Test
    void aShutdownWithoutPatienceDoesNotAskTheGuest() {
        driver.setPower(ID, wish(PowerRequest.Wish.SHUTDOWN, 0));
        driver.perform(ID);
        verify(hypervisor, never()).shutdown(ID);
        verify(hypervisor).destroy(ID);
    }

    @Test
    void aShutdownWithPatienceAsksItFirst() {
        doNothing().when(hypervisor).shutdown(ID);
        driver.setPower(ID, wish(PowerRequest.Wish.SHUTDOWN, 1));
        driver.perform(ID);
        verify(hypervisor).shutdown(ID);
        verify(hypervisor).destroy(ID);
    }

    @Test
    void aRebootIsDoneOnceForEachId() {
        driver.reboot(ID, reboot("req-1"));
        driver.reboot(ID, reboot("req-1"));
        assertThatThrownBy(() -> driver.reboot(ID, reboot("req-2")))
                .isInstanceOf(InstanceException.class)
                .hasMessageContaining("something is being done to it (rebooting_hard)");
        driver.perform(ID);
        driver.reboot(ID, reboot("req-1"));
        driver.perform(ID);
        verify(hypervisor).destroy(ID);
        driver.reboot(ID, reboot("req-2"));
        driver.perform(ID);
        verify(hypervisor, times(2)).destroy(ID);
        verify(hypervisor).start(ID, Lane.NORMAL);
    }

    private static PowerRequest wish(PowerRequest.Wish wish, int timeout) {
        return new PowerRequest(wish, Optional.of(timeout), Optional.empty(), Optional.empty());
    }

    private static RebootRequest reboot(String id) {
        return new RebootRequest(Action.HARD_REBOOT, id, Optional.empty());
    }
}
