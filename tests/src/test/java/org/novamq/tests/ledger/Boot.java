package org.novamq.tests.ledger;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.novamq.image.DiskBus;
import org.novamq.image.ExtraSpecs;
import org.novamq.image.Findings;
import org.novamq.image.ImageProperties;
import org.novamq.image.NicWish;
import org.novamq.image.VectorBudget;
import org.novamq.tests.TestGuest;
import org.novamq.vif.InstancePlan;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.NicPlan;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.InstanceId;
import org.novamq.vif.request.MachineType;
import org.novamq.vif.request.NicRequest;
import org.novamq.vif.request.Overrides;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VifNetwork;
import org.novamq.vif.request.VirtType;
import org.novamq.vif.xml.DomainSpec;
import org.novamq.vif.xml.DomainXml;

/**
 * An instance to be booted from the test guest's kernel. A NIC gets what it asks for beyond the vCPUs too, because a
 * guest takes vectors for every queue that there is.
 *
 * @param queues what each NIC asks for
 * @param disk its bus; absent for a guest without one
 * @param screen whether there is VNC, and with it a GPU, a USB controller and a tablet
 * @param budget auto, for a guest that says what it is; or off
 * @param kernel the guest's
 * @param reserve NICs for which room is kept
 * @param late what each NIC that is hot-plugged after the boot asks for
 */
record Boot(
        int vcpus,
        List<Integer> queues,
        String machine,
        Optional<DiskBus> disk,
        boolean screen,
        VectorBudget budget,
        Kernel kernel,
        int reserve,
        List<Integer> late) {
    /** Debian's kernels: for virtual machines, and for all machines, which holds more lines of the IO-APIC. */
    enum Kernel {
        CLOUD("guest"),
        GENERIC("guest-generic");

        private final String directory;

        Kernel(String directory) {
            this.directory = directory;
        }

        /** Where it is, beside the directory of the cloud kernel. */
        Path in(Path guest) {
            return guest.resolveSibling(directory);
        }
    }

    private static final int MEMORY_MIB = 256;
    private static final String BRIDGE = "br-data";

    /** On q35, without a disk, within the guest's budget. */
    static Boot filled(int vcpus, List<Integer> queues) {
        return new Boot(
                vcpus, queues, "q35", Optional.empty(), false, VectorBudget.Rule.AUTO, Kernel.CLOUD, 1, List.of());
    }

    /** On q35, without a disk, with no budget to hold it back. */
    static Boot unbounded(int vcpus, List<Integer> queues) {
        return new Boot(
                vcpus, queues, "q35", Optional.empty(), false, VectorBudget.Rule.OFF, Kernel.CLOUD, 1, List.of());
    }

    Boot withDisk(DiskBus bus) {
        return new Boot(vcpus, queues, machine, Optional.of(bus), screen, budget, kernel, reserve, late);
    }

    Boot on(String otherMachine, Kernel otherKernel) {
        return new Boot(vcpus, queues, otherMachine, disk, screen, budget, otherKernel, reserve, late);
    }

    /** Without room for NICs to come: every vector is for the NICs that it boots with. */
    Boot withoutReserve() {
        return new Boot(vcpus, queues, machine, disk, screen, budget, kernel, 0, late);
    }

    /** With NICs that are hot-plugged after the boot. */
    Boot withLate(List<Integer> wishes) {
        return new Boot(vcpus, queues, machine, disk, screen, budget, kernel, wishes.size(), wishes);
    }

    /** What is planned for it; the same for every UUID but for the NICs' addresses. */
    InstancePlan plan() {
        return plan(new UUID(0, 0));
    }

    InstancePlan plan(UUID uuid) {
        return InstancePlanner.plan(request(uuid), host());
    }

    /** The plan with the late NICs: they take what the others, which run, leave. */
    InstancePlan latePlan(UUID uuid) {
        PlanRequest request = request(uuid);
        List<NicPlan> running = plan(uuid).nics();
        List<NicRequest> nics = new ArrayList<>();
        for (int i = 0; i < running.size(); i++) {
            nics.add(request.nics().get(i).keeping(running.get(i).granted().orElseThrow()));
        }
        late.forEach(wish -> nics.add(nic(uuid, nics.size(), wish)));
        HostLimits host = host().toBuilder().hotplugNics(0).build();
        return InstancePlanner.plan(request.withNics(nics).whileRunning(), host);
    }

    /**
     * The domain, as the service writes it.
     *
     * @param guest where kernel, initramfs and the kernel's command line are
     * @param directory for disk and console log
     */
    String domain(UUID uuid, Path guest, Path directory) {
        PlanRequest request = request(uuid);
        return DomainXml.of(new DomainSpec(
                uuid,
                "instance-" + uuid,
                "{}",
                request.virtType(),
                request.machineType(),
                new DomainSpec.Size(vcpus, vcpus, MEMORY_MIB),
                Optional.of(new DomainSpec.DirectBoot(
                        guest.resolve("vmlinuz").toString(),
                        Optional.of(guest.resolve("initramfs").toString()),
                        Optional.of(TestGuest.commandLine(guest)))),
                disk.map(
                        bus -> new DomainSpec.RootDisk(directory.resolve("disk").toString(), false)),
                Optional.empty(),
                Optional.empty(),
                directory.resolve("console.log").toString(),
                plan(uuid).devices(),
                plan(uuid).nics().stream().map(NicPlan::device).toList()));
    }

    private HostLimits host() {
        return HostLimits.builder()
                .vcpusLimitQueues(false)
                .vectorBudget(budget)
                .vnc(screen)
                .hotplugNics(reserve)
                .build();
    }

    private PlanRequest request(UUID uuid) {
        Map<String, Object> image =
                new HashMap<>(Map.of("os_type", "linux", "os_distro", "debian", "os_version", "12"));
        disk.ifPresent(bus -> image.put("hw_disk_bus", bus.text()));
        Findings findings = new Findings();
        ImageProperties properties = ImageProperties.read(image, "image.properties", findings);
        findings.throwIfAny();
        List<NicRequest> nics = new ArrayList<>();
        queues.forEach(wish -> nics.add(nic(uuid, nics.size(), wish)));
        return new PlanRequest(
                new InstanceId(uuid, toString()),
                new Flavor("ledger", vcpus, Optional.empty(), MEMORY_MIB, ExtraSpecs.NONE),
                properties,
                VirtType.QEMU,
                Optional.of(new MachineType(machine)),
                nics,
                Optional.empty(),
                disk.isPresent(),
                Overrides.NONE);
    }

    private static NicRequest nic(UUID uuid, int index, int queues) {
        return new NicRequest(
                vif(uuid, index), Optional.empty(), Optional.of(new NicWish.Queues(queues)), Optional.empty());
    }

    /** Addresses and taps of two guests on one bridge differ by their UUIDs. */
    private static Vif vif(UUID uuid, int index) {
        int owner = (int) uuid.getMostSignificantBits() & 0xffffff;
        return new Vif(
                uuid + "-" + index,
                String.format("fa:16:%02x:%02x:%02x:%02x", owner >> 16, (owner >> 8) & 0xff, owner & 0xff, index),
                Optional.of("bridge"),
                "normal",
                Optional.of(String.format("tap%06x-%d", owner, index)),
                Optional.empty(),
                Map.of(),
                Map.of(),
                false,
                Map.of(),
                new VifNetwork("net", Optional.of(BRIDGE), Optional.empty(), Optional.empty(), Optional.empty()));
    }

    /** For reports: {@code 4 vCPUs, NICs 8 x 2 (one more may follow), pc, scsi}. */
    @Override
    public String toString() {
        return vcpus + " vCPUs, NICs " + wishes() + ", " + machine + (screen ? " with a screen" : "") + ", "
                + disk.map(bus -> bus.text() + " disk").orElse("no disk")
                + (budget == VectorBudget.Rule.OFF ? ", budget off" : "")
                + (kernel == Kernel.GENERIC ? ", generic kernel" : "")
                + (late.isEmpty() ? "" : ", hot-plugged " + late);
    }

    private String wishes() {
        StringBuilder text = new StringBuilder();
        for (int from = 0, to; from < queues.size(); from = to) {
            to = from;
            while (to < queues.size() && queues.get(to).equals(queues.get(from))) {
                to++;
            }
            text.append(from == 0 ? "" : " + ").append(to - from).append(" x ").append(queues.get(from));
        }
        return text.toString();
    }
}
