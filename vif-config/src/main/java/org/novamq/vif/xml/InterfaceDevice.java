package org.novamq.vif.xml;

import java.util.Optional;
import org.novamq.image.Bandwidth;
import org.novamq.image.VifModel;
import org.novamq.vif.backend.Backend;
import org.novamq.vif.backend.PciAddress;
import org.novamq.vif.backend.TapMode;
import org.novamq.vif.backend.VirtualPort;
import org.novamq.vif.frontend.DriverElement;

/**
 * One NIC as libvirt's XML has it: {@code <interface>}, or {@code <hostdev>} for a device that is handed over whole. The
 * order of elements and attributes is Nova's (nova/virt/libvirt/config.py LibvirtConfigGuestInterface.format_dom).
 *
 * @param mac as in the port
 * @param bandwidth the flavor's; written where the backend is shaped
 */
public record InterfaceDevice(
        String mac, Backend backend, Optional<VifModel> model, Optional<DriverElement> driver, Bandwidth bandwidth) {

    /** The element alone, compact; the same value gives the same bytes. */
    public String toXml() {
        XmlWriter xml = XmlWriter.compact();
        write(xml);
        return xml.document();
    }

    void write(XmlWriter xml) {
        if (backend instanceof Backend.PciDevice device) {
            writeHostdev(xml, device);
            return;
        }
        xml.open("interface").attribute("type", type());
        if (backend instanceof Backend.VirtualFunction) {
            xml.attribute("managed", "yes");
        }
        xml.empty("mac", "address", mac);
        model.ifPresent(m -> xml.empty("model", "type", m.text()));
        driver.ifPresent(d -> writeDriver(xml, d));
        writeBackend(xml);
        if (backend.isShaped() && !bandwidth.isEmpty()) {
            xml.open("bandwidth");
            bandwidth.inbound().ifPresent(rate -> writeRate(xml, "inbound", rate));
            bandwidth.outbound().ifPresent(rate -> writeRate(xml, "outbound", rate));
            xml.close();
        }
        xml.close();
    }

    private String type() {
        if (backend instanceof Backend.Ethernet) {
            return "ethernet";
        }
        if (backend instanceof Backend.Bridge) {
            return "bridge";
        }
        if (backend instanceof Backend.VhostUser) {
            return "vhostuser";
        }
        if (backend instanceof Backend.Direct) {
            return "direct";
        }
        return backend instanceof Backend.Vdpa ? "vdpa" : "hostdev";
    }

    private static void writeDriver(XmlWriter xml, DriverElement driver) {
        xml.empty("driver").attribute("name", driver.name());
        if (driver.packed()) {
            xml.attribute("packed", "on");
        }
        xml.attribute("queues", driver.queues())
                .attribute("rx_queue_size", driver.rxQueueSize())
                .attribute("tx_queue_size", driver.txQueueSize());
    }

    private void writeBackend(XmlWriter xml) {
        if (backend instanceof Backend.Ethernet ethernet) {
            writeMtu(xml, ethernet.mtu());
            ethernet.target().ifPresent(target -> writeTarget(xml, target, ethernet.tap()));
        } else if (backend instanceof Backend.Bridge bridge) {
            xml.empty("source", "bridge", bridge.bridge());
            writeMtu(xml, bridge.mtu());
            xml.empty("target", "dev", bridge.target());
            bridge.port().ifPresent(port -> writePort(xml, port));
        } else if (backend instanceof Backend.VhostUser user) {
            xml.empty("source", "type", "unix", "mode", user.mode(), "path", user.path());
            xml.empty("target", "dev", user.target());
        } else if (backend instanceof Backend.Direct direct) {
            xml.empty("source", "dev", direct.device(), "mode", direct.mode());
            direct.vlan().ifPresent(vlan -> writeVlan(xml, vlan));
            direct.port().ifPresent(port -> writePort(xml, port));
        } else if (backend instanceof Backend.VirtualFunction function) {
            xml.open("source");
            writeAddress(xml, function.address(), true);
            xml.close();
            function.vlan().ifPresent(vlan -> writeVlan(xml, vlan));
            function.port().ifPresent(port -> writePort(xml, port));
        } else if (backend instanceof Backend.Vdpa vdpa) {
            xml.empty("source", "dev", vdpa.path());
        }
    }

    private static void writeTarget(XmlWriter xml, String target, TapMode tap) {
        xml.empty("target", "dev", target);
        if (tap == TapMode.PRE_CREATED) {
            xml.attribute("managed", "no");
        }
    }

    private static void writeHostdev(XmlWriter xml, Backend.PciDevice device) {
        xml.open("hostdev")
                .attribute("mode", "subsystem")
                .attribute("type", "pci")
                .attribute("managed", "yes");
        xml.open("source");
        writeAddress(xml, device.address(), false);
        xml.close().close();
    }

    private static void writeAddress(XmlWriter xml, PciAddress address, boolean typed) {
        xml.empty("address");
        if (typed) {
            xml.attribute("type", "pci");
        }
        xml.attribute("domain", "0x" + address.domain())
                .attribute("bus", "0x" + address.bus())
                .attribute("slot", "0x" + address.slot())
                .attribute("function", "0x" + address.function());
    }

    private static void writeMtu(XmlWriter xml, Optional<Integer> mtu) {
        mtu.ifPresent(size -> xml.empty("mtu", "size", size.toString()));
    }

    private static void writeVlan(XmlWriter xml, int id) {
        xml.open("vlan").empty("tag", "id", Integer.toString(id)).close();
    }

    private static void writePort(XmlWriter xml, VirtualPort port) {
        xml.open("virtualport").attribute("type", port.type()).empty("parameters");
        port.parameters().forEach(xml::attribute);
        xml.close();
    }

    private static void writeRate(XmlWriter xml, String direction, Bandwidth.Rate rate) {
        xml.empty(direction)
                .attribute("average", rate.average())
                .attribute("peak", rate.peak())
                .attribute("burst", rate.burst());
    }
}
