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
                    queues));
        }
        return interfaces;
    }

    /** The guest's names of its disks and drives, in the domain's order. */
    public List<String> disks() {
        NodeList nodes = document.getElementsByTagName("disk");
        List<String> disks = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            attribute((Element) nodes.item(i), "target", "dev").ifPresent(disks::add);
        }
        return disks;
    }

    private static int queues(String text) {
        Long queues = Longs.tryParse(text);
        return queues == null ? MAX_QUEUES : (int) Math.min(Math.max(queues, 1), MAX_QUEUES);
    }

    private static Optional<String> attribute(Element parent, String child, String name) {
        NodeList nodes = parent.getElementsByTagName(child);
        return nodes.getLength() == 0
                ? Optional.empty()
                : Optional.of(((Element) nodes.item(0)).getAttribute(name)).filter(value -> !value.isEmpty());
    }
}
