package org.novamq.vif.queue;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.image.DiskBus;
import org.novamq.image.VectorBudget;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.Requests;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;

/** Vectors of what is no virtio NIC, and the disk of a rescued instance. */
class OtherDevicesTest {
    /** Measured with Linux 6.1 on QEMU 7.2, but for igb, which QEMU 7.2 has not: that is its driver's rule. */
    @ParameterizedTest
    @CsvSource({
        "vmxnet3, 1, 3",
        "vmxnet3, 2, 3",
        "vmxnet3, 3, 3",
        "vmxnet3, 5, 5",
        "vmxnet3, 8, 9",
        "vmxnet3, 12, 9",
        "vmxnet3, 17, 9",
        "e1000e, 1, 3",
        "e1000e, 17, 3",
        "e1000, 4, 0",
        "rtl8139, 4, 0",
        "igb, 1, 3",
        "igb, 2, 5",
        "igb, 4, 9",
        "igb, 5, 6",
        "igb, 8, 9",
        "igb, 16, 9"
    })
    void vectorsOfOtherModels(String model, int vcpus, int vectors) {
        Requests request = Requests.vcpus(vcpus).image("hw_vif_model", model).nics(1);
        InstancePlan plan = InstancePlanner.plan(request.build(), HostLimits.DEFAULT);
        assertThat(plan.nics().get(0).usedVectors()).isEqualTo(vectors);
    }

    /** Measured with 2 of 8 vCPUs online: nvme has 9 vectors, and disk, scsi and xhci count those online. */
    @ParameterizedTest
    @CsvSource({"NVME, 9", "DISK, 3", "SCSI, 5", "USB, 3"})
    void nvmeCountsVcpusToCome(DeviceKind kind, int vectors) {
        Requests request = Requests.vcpus(2).maxVcpus(8).devices(new DeviceCount(kind, 1));
        Ledger ledger = InstancePlanner.plan(
                        request.build(), HostLimits.builder().hotplugNics(0).build())
                .ledger();
        assertThat(ledger.devices()).containsExactly(new Ledger.DeviceEntry(kind, 1, vectors));
    }

    @ParameterizedTest
    @CsvSource({
        // used without the own disk: the budget that is left and what is set aside must hold 1 + V vectors
        "4, 1, 2, VIRTIO",
        "4, 1, 1, SATA",
        "4, 2, 0, VIRTIO",
        "4, 0, 100, SATA",
        "8, 1, 6, VIRTIO",
        "8, 1, 5, SATA",
        "2, 1, 0, VIRTIO",
        "2, 1, -1, SATA"
    })
    void ownDiskOfARescueStaysInTheBudget(int vcpus, int hotplugNics, int left, DiskBus bus) {
        Requests request = Requests.vcpus(vcpus).image("os_distro", "debian").image("os_version", "12");
        HostLimits host = HostLimits.builder().hotplugNics(hotplugNics).build();
        int used = InstancePlanner.plan(request.build(), host).ledger().used();
        InstancePlan plan = InstancePlanner.plan(
                request.build(),
                host.toBuilder()
                        .vectorBudget(new VectorBudget.Fixed(used + left))
                        .build());
        assertThat(plan.devices().ownDiskBus(plan.ledger(), vcpus)).isEqualTo(bus);
    }

    /** Whatever is left, the domain that rescues is within its budget if the instance was. */
    @Test
    void aRescueNeverExceedsTheBudget() {
        for (int vcpus : new int[] {1, 2, 4, 16, 64}) {
            for (int later = 0; later <= 8; later++) {
                for (int nics = 1; nics <= 60; nics++) {
                    checkRescue(Requests.vcpus(vcpus).nics(nics), vcpus, later);
                }
            }
        }
    }

    private static void checkRescue(Requests request, int vcpus, int later) {
        InstancePlan plan = InstancePlanner.plan(
                request.build(), HostLimits.builder().hotplugNics(later).build());
        Ledger ledger = plan.ledger();
        if (ledger.used() > ledger.budget().orElseThrow()) {
            return;
        }
        boolean virtio = plan.devices().ownDiskBus(ledger, vcpus) == DiskBus.VIRTIO;
        int rescued =
                ledger.used() - later * DeviceKind.HOTPLUG_NIC.used(vcpus) + (virtio ? DeviceKind.DISK.used(vcpus) : 0);
        assertThat(rescued).isLessThanOrEqualTo(ledger.budget().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"scsi, SCSI", "sata, SATA", "usb, SATA"})
    void ownDiskOnItsOwnBus(String bus, DiskBus own) {
        Requests request = Requests.vcpus(4).image("hw_disk_bus", bus);
        InstancePlan plan = InstancePlanner.plan(request.build(), HostLimits.DEFAULT);
        assertThat(plan.devices().ownDiskBus(plan.ledger(), 4)).isEqualTo(own);
    }

    @Test
    void withoutABudgetTheDiskIsVirtio() {
        HostLimits host =
                HostLimits.builder().vectorBudget(VectorBudget.Rule.OFF).build();
        InstancePlan plan = InstancePlanner.plan(Requests.vcpus(64).build(), host);
        assertThat(plan.devices().ownDiskBus(plan.ledger(), 64)).isEqualTo(DiskBus.VIRTIO);
    }
}
