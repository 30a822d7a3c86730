package org.novamq.vif.request;

import java.util.Map;
import java.util.Optional;
import org.novamq.image.SplitPolicy;
import org.novamq.image.VectorBudget;

/** Builds {@link HostLimits}, whose parts are all optional. Not thread-safe. */
public final class HostLimitsBuilder {
    private Optional<String> kernelRelease = Optional.empty();
    private boolean vcpusLimitQueues = true;
    private Optional<Integer> maxQueues = Optional.empty();
    private Optional<Integer> rxQueueSize = Optional.empty();
    private Optional<Integer> txQueueSize = Optional.empty();
    private boolean useVirtioForBridges = true;
    private VectorBudget vectorBudget = VectorBudget.Rule.AUTO;
    private Optional<Integer> vhostMemoryLimitKib = Optional.empty();
    private SplitPolicy policy = SplitPolicy.MAX_MIN;
    private boolean strict;
    private boolean vhostNet = true;
    private boolean qemuWithoutVhostNet;
    private int vhostuserMaxQueues = HostLimits.DPDK_MAX_QUEUES;
    private int hotplugNics = HostLimits.DEFAULT_HOTPLUG_NICS;
    private boolean vnc;
    private Map<String, String> pciNetdevNames = Map.of();
    private Map<String, String> vdpaDevicePaths = Map.of();
    private Map<String, HostPciDevice> pciDevices = Map.of();
    private Map<String, Integer> networkMaxQueues = Map.of();
    private Optional<Integer> hostMaxQueues = Optional.empty();
    private int hostQueuesUsed;

    HostLimitsBuilder() {}

    HostLimitsBuilder(HostLimits from) {
        kernelRelease = from.kernelRelease();
        vcpusLimitQueues = from.vcpusLimitQueues();
        maxQueues = from.maxQueues();
        rxQueueSize = from.rxQueueSize();
        txQueueSize = from.txQueueSize();
        useVirtioForBridges = from.useVirtioForBridges();
        vectorBudget = from.vectorBudget();
        vhostMemoryLimitKib = from.vhostMemoryLimitKib();
        policy = from.policy();
        strict = from.strict();
        vhostNet = from.vhostNet();
        qemuWithoutVhostNet = from.qemuWithoutVhostNet();
        vhostuserMaxQueues = from.vhostuserMaxQueues();
        hotplugNics = from.hotplugNics();
        vnc = from.vnc();
        pciNetdevNames = from.pciNetdevNames();
        vdpaDevicePaths = from.vdpaDevicePaths();
        pciDevices = from.pciDevices();
        networkMaxQueues = from.networkMaxQueues();
        hostMaxQueues = from.hostMaxQueues();
        hostQueuesUsed = from.hostQueuesUsed();
    }

    public HostLimitsBuilder kernelRelease(String kernelRelease) {
        this.kernelRelease = Optional.of(kernelRelease);
        return this;
    }

    public HostLimitsBuilder vcpusLimitQueues(boolean vcpusLimitQueues) {
        this.vcpusLimitQueues = vcpusLimitQueues;
        return this;
    }

    public HostLimitsBuilder maxQueues(int maxQueues) {
        this.maxQueues = Optional.of(maxQueues);
        return this;
    }

    public HostLimitsBuilder rxQueueSize(int rxQueueSize) {
        this.rxQueueSize = Optional.of(rxQueueSize);
        return this;
    }

    public HostLimitsBuilder txQueueSize(int txQueueSize) {
        this.txQueueSize = Optional.of(txQueueSize);
        return this;
    }

    public HostLimitsBuilder useVirtioForBridges(boolean useVirtioForBridges) {
        this.useVirtioForBridges = useVirtioForBridges;
        return this;
    }

    public HostLimitsBuilder vectorBudget(VectorBudget vectorBudget) {
        this.vectorBudget = vectorBudget;
        return this;
    }

    public HostLimitsBuilder vhostMemoryLimitKib(int vhostMemoryLimitKib) {
        this.vhostMemoryLimitKib = Optional.of(vhostMemoryLimitKib);
        return this;
    }

    public HostLimitsBuilder policy(SplitPolicy policy) {
        this.policy = policy;
        return this;
    }

    public HostLimitsBuilder strict(boolean strict) {
        this.strict = strict;
        return this;
    }

    public HostLimitsBuilder vhostNet(boolean vhostNet) {
        this.vhostNet = vhostNet;
        return this;
    }

    public HostLimitsBuilder qemuWithoutVhostNet(boolean qemuWithoutVhostNet) {
        this.qemuWithoutVhostNet = qemuWithoutVhostNet;
        return this;
    }

    public HostLimitsBuilder vhostuserMaxQueues(int vhostuserMaxQueues) {
        this.vhostuserMaxQueues = vhostuserMaxQueues;
        return this;
    }

    public HostLimitsBuilder hotplugNics(int hotplugNics) {
        this.hotplugNics = hotplugNics;
        return this;
    }

    public HostLimitsBuilder vnc(boolean vnc) {
        this.vnc = vnc;
        return this;
    }

    public HostLimitsBuilder pciNetdevNames(Map<String, String> pciNetdevNames) {
        this.pciNetdevNames = pciNetdevNames;
        return this;
    }

    public HostLimitsBuilder vdpaDevicePaths(Map<String, String> vdpaDevicePaths) {
        this.vdpaDevicePaths = vdpaDevicePaths;
        return this;
    }

    public HostLimitsBuilder pciDevices(Map<String, HostPciDevice> pciDevices) {
        this.pciDevices = pciDevices;
        return this;
    }

    public HostLimitsBuilder networkMaxQueues(Map<String, Integer> networkMaxQueues) {
        this.networkMaxQueues = networkMaxQueues;
        return this;
    }

    public HostLimitsBuilder hostMaxQueues(int hostMaxQueues) {
        this.hostMaxQueues = Optional.of(hostMaxQueues);
        return this;
    }

    public HostLimitsBuilder hostQueuesUsed(int hostQueuesUsed) {
        this.hostQueuesUsed = hostQueuesUsed;
        return this;
    }

    public HostLimits build() {
        return new HostLimits(
                kernelRelease,
                vcpusLimitQueues,
                maxQueues,
                rxQueueSize,
                txQueueSize,
                useVirtioForBridges,
                vectorBudget,
                vhostMemoryLimitKib,
                policy,
                strict,
                vhostNet,
                qemuWithoutVhostNet,
                vhostuserMaxQueues,
                hotplugNics,
                vnc,
                pciNetdevNames,
                vdpaDevicePaths,
                pciDevices,
                networkMaxQueues,
                hostMaxQueues,
                hostQueuesUsed);
    }
}
