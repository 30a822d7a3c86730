package org.novamq.driver.libvirt;

import java.util.List;

/**
 * What a running domain has used so far.
 *
 * @param maxMemoryKib that it may have
 * @param memoryKib that it has
 * @param cpuNanos CPU time of each of its vCPUs, in their order
 * @param disks those that libvirt has figures for
 * @param nics likewise
 */
public record DomainStats(long maxMemoryKib, long memoryKib, List<Long> cpuNanos, List<Disk> disks, List<Nic> nics) {
    /**
     * One disk.
     *
     * @param device the guest's name of it
     * @param errors libvirt counts them for Xen only, and says -1 elsewhere
     */
    public record Disk(
            String device, long readRequests, long readBytes, long writeRequests, long writeBytes, long errors) {}

    /**
     * One NIC.
     *
     * @param device the host's tap
     * @param received as the guest sees it
     */
    public record Nic(String device, Traffic received, Traffic sent) {}

    /** Of one direction. */
    public record Traffic(long bytes, long packets, long errors, long dropped) {}
}
