package org.novamq.driver.instance;

import com.google.common.primitives.Longs;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.novamq.vif.xml.InstanceMetadata;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** What libvirt answers when asked for a domain's XML. Reads only; what libvirt may leave out is optional. */
public final class DomainDocument {
    /**
     * QEMU: {@code VIRTIO_QUEUE_MAX} of 1024, less the control queue, in pairs (hw/net/virtio-net.c). libvirt takes any
     * number of 32 bits into a definition, but no domain with more ever runs.
     */
    private static final int MAX_QUEUES = 511;

    private final Document document;

    private DomainDocument(Document document) {
        this.document = document;
    }

    public static DomainDocument parse(String xml) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            return new DomainDocument(factory.newDocumentBuilder().parse(new InputSource(new StringReader(xml))));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new IllegalArgumentException("cannot read a domain's XML: " + e.getMessage(), e);
        }
    }

    /** The text of our own element; a domain without it is somebody else's. */
    public Optional<String> record() {
        NodeList own = document.getElementsByTagNameNS(InstanceMetadata.NAMESPACE, InstanceMetadata.ELEMENT);
        return own.getLength() == 0 ? Optional.empty() : Optional.of(own.item(0).getTextContent());
    }

    /** {@code kvm}, {@code qemu}, … */
    public String virtType() {
        return document.getDocumentElement().getAttribute("type");
    }

    /** The NICs, in the domain's order. */
    public List<LiveInterface> interfaces() {
        NodeList nodes = document.getElementsByTagName("interface");
        List<LiveInterface> interfaces = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Element nic = (Element) nodes.item(i);
            int queues = attribute(nic, "driver", "queues")
                    .map(DomainDocument::queues)
                    .orElse(1);
            interfaces.add(new LiveInterface(
                    nic.getAttribute("type"),
                    attribute(nic, "mac", "address").orElse("").toLowerCase(Locale.ROOT),
                    attribute(nic, "target", "dev"),
                    attribute(nic, "model", "type").orElse("").startsWith("virtio"),
                    attribute(nic, "driver", "name"),
                    queues,
                    pciAddress(nic)));
        }
        return interfaces;
    }

    /** The disks and drives, in the domain's order. */
    public List<LiveDisk> disks() {
        NodeList nodes = document.getElementsByTagName("disk");
        List<LiveDisk> disks = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            Element disk = (Element) nodes.item(i);
            String bus = attribute(disk, "target", "bus").orElse("");
            attribute(disk, "target", "dev")
                    .ifPresent(target -> disks.add(new LiveDisk(target, bus, pciAddress(disk))));
        }
        return disks;
    }

    private static int queues(String text) {
        Long queues = Longs.tryParse(text);
        return queues == null ? MAX_QUEUES : (int) Math.min(Math.max(queues, 1), MAX_QUEUES);
    }

    /** The device's own: that of an assigned device's source is the host's. */
    private static Optional<String> pciAddress(Element device) {
        for (Node child = device.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element address
                    && address.getTagName().equals("address")
                    && address.getAttribute("type").equals("pci")) {
                return Optional.of("%04x:%02x:%02x.%x"
                        .formatted(
                                number(address, "domain"),
                                number(address, "bus"),
                                number(address, "slot"),
                                number(address, "function")));
            }
        }
        return Optional.empty();
    }

    private static int number(Element element, String name) {
        String text = element.getAttribute(name);
        return text.isEmpty() ? 0 : Integer.decode(text);
    }

    private static Optional<String> attribute(Element parent, String child, String name) {
        NodeList nodes = parent.getElementsByTagName(child);
        return nodes.getLength() == 0
                ? Optional.empty()
                : Optional.of(((Element) nodes.item(0)).getAttribute(name)).filter(value -> !value.isEmpty());
    }
}
