package org.novamq.vif.queue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.novamq.vif.request.DeviceCount;
import org.novamq.vif.request.DeviceKind;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.PlanRequest;
import org.novamq.vif.request.VirtType;

/**
 * What the instance's devices and NICs take from the shared budgets.
 *
 * @param budget the guest's MSI vectors; absent when there is no budget
 * @param origin where the budget comes from
 * @param used vectors that devices, reserves and NICs take in the guest
 * @param devices the part of it that is not the NICs'
 * @param irqRoutes interrupt routes that the host sets up, under KVM
 * @param vhostMemoryKib memory that vhost-net takes, KiB
 */
public record Ledger(
        Optional<Integer> budget,
        String origin,
        int used,
        List<DeviceEntry> devices,
        int irqRoutes,
        int vhostMemoryKib) {

    /** Linux: {@code KVM_MAX_IRQ_ROUTES}, include/linux/kvm_host.h; beyond it QEMU aborts. */
    public static final int KVM_MAX_IRQ_ROUTES = 4096;

    /** Routes that KVM has before any MSI: the PIC's and the IO-APIC's pins, rounded up. */
    static final int KVM_BASE_ROUTES = 64;

    /** vhost-net's memory for one queue pair (the multiqueue specification's figure). */
    static final int VHOST_KIB_PER_QUEUE = 64;

    /**
     * All devices of one kind.
     *
     * @param vectors the kind's total
     */
    public record DeviceEntry(DeviceKind kind, int count, int vectors) {}

    /** The devices that a request's domain has: those given, with our reserve for hot-plug; else the ones we build. */
    static List<DeviceCount> devices(PlanRequest request, HostLimits host) {
        if (!request.virtType().hasPci()) {
            return List.of();
        }
        if (request.devices().isEmpty()) {
            return DomainDevices.of(request, host).counts();
        }
        List<DeviceCount> given = new ArrayList<>(request.devices().get());
        given.addAll(DomainDevices.reserve(host.hotplugNics()));
        if (request.machineType().hasRootPorts() && host.hotplugNics() > 0) {
            given.add(new DeviceCount(DeviceKind.ROOT_PORT, host.hotplugNics()));
        }
        return given;
    }

    /** The pools that bind this instance, in the order of their limits, each with one queue per NIC already gone. */
    static List<Pool> pools(PlanRequest request, HostLimits host, List<Nic> nics, List<DeviceCount> devices) {
        Ledger base = of(request, host, nics, Collections.nCopies(nics.size(), 1), devices);
        List<Pool> pools = new ArrayList<>(4);
        host.hostQueuesLeft()
                .ifPresent(left -> pools.add(new Pool(
                        LimitName.HOST,
                        left,
                        nics.stream().filter(Nic::isVirtioDevice).count(),
                        1,
                        Nic::isVirtioDevice,
                        "queues that the host's maximum still allows")));
        base.budget.ifPresent(budget ->
                pools.add(new Pool(LimitName.MSI_VECTORS, budget, base.used, 2, Nic::isVirtioDevice, base.origin)));
        if (request.virtType() == VirtType.KVM) {
            pools.add(new Pool(
                    LimitName.IRQ_ROUTES,
                    KVM_MAX_IRQ_ROUTES,
                    base.irqRoutes,
                    2,
                    Nic::isVirtioDevice,
                    "KVM: interrupt routes of one VM"));
        }
        host.vhostMemoryLimitKib()
                .ifPresent(limit -> pools.add(new Pool(
                        LimitName.VHOST_MEMORY,
                        limit,
                        base.vhostMemoryKib,
                        VHOST_KIB_PER_QUEUE,
                        Nic::usesVhostNet,
                        "vhost_memory_limit_kib of the deployer")));
        return pools;
    }

    /** The ledger with so many queues on each NIC. */
    static Ledger of(
            PlanRequest request, HostLimits host, List<Nic> nics, List<Integer> queues, List<DeviceCount> devices) {
        int vcpus = request.flavor().vcpus();
        List<DeviceEntry> entries = entries(devices, vcpus);
        int used = entries.stream().mapToInt(DeviceEntry::vectors).sum();
        int routes = KVM_BASE_ROUTES
                + devices.stream()
                        .mapToInt(d -> d.count() * d.kind().offered(vcpus))
                        .sum();
        int memory = 0;
        for (int i = 0; i < nics.size(); i++) {
            used += nics.get(i).usedVectors(queues.get(i), vcpus);
            routes += nics.get(i).reservedVectors(queues.get(i), vcpus);
            memory += nics.get(i).usesVhostNet() ? queues.get(i) * VHOST_KIB_PER_QUEUE : 0;
        }
        VectorBudgets.Resolved budget = VectorBudgets.of(request, host);
        return new Ledger(
                budget.vectors(),
                budget.origin(),
                used,
                entries,
                request.virtType() == VirtType.KVM ? routes : 0,
                memory);
    }

    /** One entry per kind, in the order of first mention. */
    private static List<DeviceEntry> entries(List<DeviceCount> devices, int vcpus) {
        List<DeviceEntry> entries = new ArrayList<>();
        for (DeviceKind kind : DeviceKind.values()) {
            int count = devices.stream()
                    .filter(d -> d.kind() == kind)
                    .mapToInt(DeviceCount::count)
                    .sum();
            if (count > 0) {
                entries.add(new DeviceEntry(kind, count, count * kind.used(vcpus)));
            }
        }
        return entries;
    }
}
