package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.novamq.vif.queue.Ledger.DeviceEntry;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.Flavor;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.VirtType;

/** Keeps the books of one instance: charges its devices once, and then its NICs for any number of queues. */
final class Accounts {
    /** Routes that one more queue pair takes: the device has one interrupt for each direction. */
    private static final int ROUTES_PER_QUEUE = 2;

    private final PlanRequest request;
    private final HostLimits host;
    private final List<Nic> nics;
    private final IoApicLines lines;
    private final VectorBudgets.Resolved budget;
    private final MovedInterrupts moved;
    private final List<DeviceEntry> devices;
    private final int deviceVectors;
    private final int deviceRoutes;

    private Accounts(PlanRequest request, HostLimits host, List<Nic> nics, List<DeviceCount> counts) {
        this.request = request;
        this.host = host;
        this.nics = nics;
        this.devices = entries(counts, request.flavor(), host);
        this.lines = lines(request, nics, devices);
        this.budget = VectorBudgets.of(request, host, lines);
        this.moved = MovedInterrupts.of(request, host, budget.linuxPerCpu());
        this.deviceVectors = devices.stream().mapToInt(DeviceEntry::vectors).sum();
        this.deviceRoutes = counts.stream()
                .mapToInt(device ->
                        DeviceCharges.of(device, request.flavor(), host).offered())
                .sum();
    }

    static Accounts of(PlanRequest request, HostLimits host, List<Nic> nics) {
        return new Accounts(request, host, nics, devices(request, host, nics));
    }

    /**
     * The pools that bind this instance, in the order of their limits.
     *
     * @param queues each NIC's that are gone already: what it keeps, or one
     */
    List<Pool> pools(List<Integer> queues) {
        Ledger base = ledger(queues);
        List<Pool> pools = new ArrayList<>(LimitName.values().length);
        host.hostMaxQueues()
                .ifPresent(max -> pools.add(new Pool(
                        LimitName.HOST,
                        max,
                        host.hostQueuesUsed() + virtioQueues(queues),
                        1,
                        Nic::isVirtioDevice,
                        "host_max_queues of the deployer, " + host.hostQueuesUsed() + " in use by others")));
        base.budget()
                .ifPresent(vectors -> pools.add(new Pool(
                        LimitName.MSI_VECTORS,
                        vectors,
                        base.used(),
                        GuestDriver.of(request).vectorsPerQueue() + moved.perQueue(),
                        Nic::isVirtioDevice,
                        base.origin())));
        if (request.virtType() == VirtType.KVM) {
            pools.add(new Pool(
                    LimitName.IRQ_ROUTES,
                    Ledger.KVM_MAX_IRQ_ROUTES,
                    base.irqRoutes(),
                    ROUTES_PER_QUEUE,
                    Nic::isVirtioDevice,
                    "KVM: interrupt routes of one VM"));
        }
        host.vhostMemoryLimitKib()
                .ifPresent(limit -> pools.add(new Pool(
                        LimitName.VHOST_MEMORY,
                        limit,
                        base.vhostMemoryKib(),
                        Ledger.VHOST_KIB_PER_QUEUE,
                        Nic::usesVhostNet,
                        "vhost_memory_limit_kib of the deployer")));
        return pools;
    }

    /** Whether the guest's system decided on its vectors, and nobody set them. */
    boolean vectorsAreTheGuests() {
        return budget.byGuest();
    }

    private long virtioQueues(List<Integer> queues) {
        long sum = 0;
        for (int i = 0; i < nics.size(); i++) {
            sum += nics.get(i).isVirtioDevice() ? queues.get(i) : 0;
        }
        return sum;
    }

    /** The ledger with so many queues on each NIC. */
    Ledger ledger(List<Integer> queues) {
        int vcpus = request.flavor().vcpus();
        int used = deviceVectors;
        int routes = Ledger.KVM_BASE_ROUTES + deviceRoutes;
        int memory = 0;
        for (int i = 0; i < nics.size(); i++) {
            Nic nic = nics.get(i);
            used += nic.usedVectors(queues.get(i), vcpus);
            routes += nic.reservedVectors(queues.get(i), vcpus);
            memory += nic.usesVhostNet() ? queues.get(i) * Ledger.VHOST_KIB_PER_QUEUE : 0;
        }
        boolean kvm = request.virtType() == VirtType.KVM;
        List<DeviceEntry> entries = new ArrayList<>(devices);
        Optional<DeviceEntry> moving = moved.entry(nics, queues);
        moving.ifPresent(entries::add);
        used += moving.map(DeviceEntry::vectors).orElse(0);
        return new Ledger(budget.vectors(), budget.origin(), lines, used, entries, kvm ? routes : 0, memory);
    }

    private static IoApicLines lines(PlanRequest request, List<Nic> nics, List<DeviceEntry> devices) {
        if (!request.virtType().hasPci() || !request.architecture().isX86()) {
            return IoApicLines.NONE;
        }
        int intx = devices.stream()
                .filter(entry -> entry.kind() == DeviceKind.INTX)
                .mapToInt(DeviceEntry::count)
                .sum();
        int nicLines = (int) nics.stream().filter(Nic::takesLine).count();
        return IoApicLines.of(
                request.machineType(), intx + nicLines, request.image().kernelCommandLine());
    }

    /** The devices that a request's domain has: those given, with our reserve for hot-plug; else the ones we build. */
    private static List<DeviceCount> devices(PlanRequest request, HostLimits host, List<Nic> nics) {
        if (!request.virtType().hasPci()) {
            return List.of();
        }
        if (request.devices().isEmpty()) {
            return DomainDevices.of(request, host, nics).counts();
        }
        List<DeviceCount> given = new ArrayList<>(request.devices().get());
        given.addAll(DomainDevices.reserve(host.hotplugNics()));
        if (request.machineType().hasRootPorts() && host.hotplugNics() > 0) {
            given.add(new DeviceCount(DeviceKind.ROOT_PORT, host.hotplugNics()));
        }
        return given;
    }

    /** One entry for each kind that there is, however often it was named. */
    private static List<DeviceEntry> entries(List<DeviceCount> devices, Flavor flavor, HostLimits host) {
        Map<DeviceKind, DeviceEntry> entries = new EnumMap<>(DeviceKind.class);
        for (DeviceCount device : devices) {
            if (device.count() > 0) {
                int used = DeviceCharges.of(device, flavor, host).used();
                entries.merge(
                        device.kind(),
                        new DeviceEntry(device.kind(), device.count(), used),
                        (one, other) -> new DeviceEntry(
                                one.kind(), one.count() + other.count(), one.vectors() + other.vectors()));
            }
        }
        return List.copyOf(entries.values());
    }
}
