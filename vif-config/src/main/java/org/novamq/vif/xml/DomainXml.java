package org.novamq.vif.xml;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.novamq.image.DiskBus;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.queue.DomainDevices;
import org.novamq.vif.queue.PciTopology;
import org.novamq.vif.request.VirtType;

/**
 * The whole domain, in Nova's shape (nova/virt/libvirt/driver.py _get_guest_config). Deterministic: the same spec gives
 * the same bytes.
 *
 * @see <a href="https://libvirt.org/formatdomain.html">libvirt: domain XML format</a>
 */
public final class DomainXml {
    /** Nova: {@code [libvirt] mem_stats_period_seconds}. */
    private static final int BALLOON_STATS_SECONDS = 10;

    private final DomainSpec spec;
    private final XmlWriter xml = XmlWriter.indented();

    /** The disks so far, by what their names begin with. */
    private final Map<String, Integer> disks = new HashMap<>();

    private DomainXml(DomainSpec spec) {
        this.spec = spec;
    }

    /** The domain's XML, indented. */
    public static String of(DomainSpec spec) {
        return new DomainXml(spec).write();
    }

    /** The least that libvirt defines: it holds the name and the record while the instance is being built. */
    public static String placeholder(UUID uuid, String name, String record, VirtType virtType, int memoryMib) {
        XmlWriter xml = XmlWriter.indented();
        xml.open("domain").attribute("type", virtType.text());
        writeIdentity(xml, uuid, name, record, memoryMib);
        xml.open("os").text("type", "hvm").close();
        return xml.close().document();
    }

    private String write() {
        xml.open("domain").attribute("type", spec.virtType().text());
        writeIdentity(xml, spec.uuid(), spec.name(), spec.record(), spec.size().memoryMib());
        writeMemoryBacking();
        writeVcpus();
        writeOs();
        xml.open("features").empty("acpi").empty("apic").empty("vmcoreinfo").close();
        writeCpu();
        writeClock();
        xml.text("on_poweroff", "destroy").text("on_reboot", "restart").text("on_crash", "destroy");
        xml.open("devices");
        writeRootDisk();
        spec.ownDisk().ifPresent(own -> writeDisk(own.disk(), own.bus(), own.bus() == DiskBus.VIRTIO));
        spec.configDrive().ifPresent(this::writeConfigDrive);
        spec.nics().forEach(nic -> nic.write(xml));
        writeConsole();
        writeVideo();
        writeControllers();
        writeHelpers();
        return xml.close().close().document();
    }

    private static void writeIdentity(XmlWriter xml, UUID uuid, String name, String record, int memoryMib) {
        xml.text("name", name).text("uuid", uuid.toString());
        xml.open("metadata");
        InstanceMetadata.write(xml, record);
        xml.close();
        xml.open("memory")
                .attribute("unit", "MiB")
                .characters(Integer.toString(memoryMib))
                .close();
    }

    /** A vhost-user switch reads the guest's memory; without sharing the guest boots and loses every packet. */
    private void writeMemoryBacking() {
        if (spec.nics().stream().anyMatch(nic -> nic.backend() instanceof Backend.VhostUser)) {
            xml.open("memoryBacking")
                    .empty("source", "type", "memfd")
                    .empty("access", "mode", "shared")
                    .close();
        }
    }

    private void writeVcpus() {
        xml.open("vcpu");
        if (spec.size().maxVcpus() > spec.size().vcpus()) {
            xml.attribute("current", spec.size().vcpus());
        }
        xml.characters(Integer.toString(spec.size().maxVcpus())).close();
    }

    private void writeOs() {
        xml.open("os");
        xml.open("type")
                .attribute("arch", "x86_64")
                .attribute("machine", spec.machine().name());
        xml.characters("hvm").close();
        spec.boot().ifPresent(boot -> {
            xml.text("kernel", boot.kernel());
            boot.ramdisk().ifPresent(ramdisk -> xml.text("initrd", ramdisk));
            boot.commandLine().ifPresent(line -> xml.text("cmdline", line));
        });
        if (spec.boot().isEmpty()) {
            xml.empty("boot", "dev", "hd");
        }
        xml.close();
    }

    /** Emulation has no host CPU to model itself on. */
    private void writeCpu() {
        xml.open("cpu");
        if (spec.virtType() == VirtType.KVM) {
            xml.attribute("mode", "host-model").attribute("match", "exact");
        }
        xml.empty("topology")
                .attribute("sockets", spec.size().maxVcpus())
                .attribute("cores", 1)
                .attribute("threads", 1);
        xml.close();
    }

    private void writeClock() {
        xml.open("clock").attribute("offset", "utc");
        if (spec.virtType() == VirtType.KVM) {
            xml.empty("timer", "name", "pit", "tickpolicy", "delay");
            xml.empty("timer", "name", "rtc", "tickpolicy", "catchup");
            xml.empty("timer", "name", "hpet", "present", "no");
        }
        xml.close();
    }

    private void writeRootDisk() {
        DiskBus bus = spec.devices().diskBus();
        spec.rootDisk().ifPresent(disk -> {
            writeDisk(disk, bus, false);
            if (bus == DiskBus.SCSI) {
                xml.empty("controller", "type", "scsi", "model", "virtio-scsi");
            }
        });
    }

    private void writeDisk(DomainSpec.RootDisk disk, DiskBus bus, boolean oneQueue) {
        xml.open("disk").attribute("type", "file").attribute("device", "disk");
        xml.empty("driver", "name", "qemu", "type", "qcow2", "cache", disk.directIo() ? "none" : "writeback");
        if (oneQueue) {
            xml.attribute("queues", 1);
        }
        xml.empty("source", "file", disk.path());
        writeTarget(bus);
        xml.close();
    }

    private void writeTarget(DiskBus bus) {
        String prefix = bus.devicePrefix();
        char letter = (char) ('a' + disks.merge(prefix, 1, Integer::sum) - 1);
        xml.empty("target", "dev", prefix + letter, "bus", bus.text());
    }

    private void writeConfigDrive(String path) {
        xml.open("disk").attribute("type", "file").attribute("device", "cdrom");
        xml.empty("driver", "name", "qemu", "type", "raw");
        xml.empty("source", "file", path);
        writeTarget(spec.devices().builtInBus());
        xml.empty("readonly").close();
    }

    private void writeConsole() {
        xml.open("serial").attribute("type", "pty");
        xml.empty("log", "file", spec.consoleLog(), "append", "off");
        xml.close();
        if (spec.devices().agentChannel()) {
            xml.open("channel").attribute("type", "unix");
            xml.empty("target", "type", "virtio", "name", "org.qemu.guest_agent.0");
            xml.close();
        }
    }

    private void writeVideo() {
        spec.devices().video().ifPresent(model -> {
            xml.empty("input", "type", "tablet", "bus", "usb");
            xml.empty("graphics", "type", "vnc", "autoport", "yes", "listen", "127.0.0.1");
            xml.open("video").empty("model", "type", model).close();
        });
    }

    /** Every controller by name: what libvirt would add by itself would be in no ledger. */
    private void writeControllers() {
        DomainDevices devices = spec.devices();
        xml.empty("controller", "type", "usb", "model", devices.hasUsb() ? "qemu-xhci" : "none");
        for (PciTopology.Controller controller : devices.pci().controllers()) {
            xml.empty("controller", "type", "pci", "index", Integer.toString(controller.index()));
            xml.attribute("model", controller.model());
        }
    }

    private void writeHelpers() {
        if (spec.devices().rng()) {
            xml.open("rng").attribute("model", "virtio");
            xml.open("backend")
                    .attribute("model", "random")
                    .characters("/dev/urandom")
                    .close();
            xml.close();
        }
        xml.open("memballoon").attribute("model", "virtio");
        xml.empty("stats", "period", Integer.toString(BALLOON_STATS_SECONDS));
        xml.close();
    }
}
