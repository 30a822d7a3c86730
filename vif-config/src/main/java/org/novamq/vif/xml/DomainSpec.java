package org.novamq.vif.xml;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.novamq.image.DiskBus;
import org.novamq.vif.queue.DomainDevices;
import org.novamq.vif.request.MachineType;
import org.novamq.vif.request.VirtType;

/**
 * Everything that goes into a domain of ours. Paths are absolute.
 *
 * @param name libvirt's name of the domain
 * @param record what {@code <metadata>} keeps of the instance
 * @param size vCPUs and memory
 * @param boot a kernel booted directly; absent for a boot from disk
 * @param rootDisk absent for a guest without one
 * @param ownDisk the root disk of an instance that is rescued, beside the one that it is rescued from
 * @param configDrive an ISO 9660 file that the guest sees as a CD-ROM; absent for a guest without one
 * @param consoleLog where the serial console is logged
 * @param devices what is beside the NICs, as the ledger charged it
 * @param nics in the order in which the guest sees them
 */
public record DomainSpec(
        UUID uuid,
        String name,
        String record,
        VirtType virtType,
        MachineType machine,
        Size size,
        Optional<DirectBoot> boot,
        Optional<RootDisk> rootDisk,
        Optional<OwnDisk> ownDisk,
        Optional<String> configDrive,
        String consoleLog,
        DomainDevices devices,
        List<InterfaceDevice> nics) {

    /**
     * vCPUs and memory.
     *
     * @param vcpus online at boot
     * @param maxVcpus that can be online
     * @param memoryMib MiB
     */
    public record Size(int vcpus, int maxVcpus, int memoryMib) {}

    /**
     * A kernel that QEMU loads itself.
     *
     * @param kernel its path
     * @param ramdisk the initramfs' path
     * @param commandLine the kernel's
     */
    public record DirectBoot(String kernel, Optional<String> ramdisk, Optional<String> commandLine) {}

    /**
     * The root disk, a qcow2 file.
     *
     * @param path the file
     * @param directIo whether its file system can do without the page cache ({@code cache='none'}, as Nova prefers)
     */
    public record RootDisk(String path, boolean directIo) {}

    /**
     * The root disk of an instance that is rescued.
     *
     * @param bus as {@link DomainDevices#ownDiskBus} has it; on virtio the disk has one queue
     */
    public record OwnDisk(RootDisk disk, DiskBus bus) {}

    public DomainSpec {
        nics = List.copyOf(nics);
    }
}
