package org.novamq.driver.libvirt;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.libvirt.LibvirtException;
import org.libvirt.NodeInfo;
import org.novamq.driver.libvirt.ConnectionPool.Connection;

/** Questions about the host behind a connection, and the pure reading of libvirt's capabilities. */
final class HostQueries {
    private HostQueries() {}

    static HostInfo info(Connection connection) throws NativeFailure {
        try {
            NodeInfo node = connection.nodeInfo();
            return new HostInfo(
                    connection.getURI(),
                    HostInfo.Version.ofEncoded(connection.getLibVersion()),
                    connection.getType(),
                    HostInfo.Version.ofEncoded(connection.getVersion()),
                    connection.getHostName(),
                    node.cpus,
                    node.memory);
        } catch (LibvirtException e) {
            throw NativeFailure.of(e);
        }
    }

    static List<Machine> machines(Connection connection) throws NativeFailure {
        try {
            return machines(connection.getCapabilities());
        } catch (LibvirtException e) {
            throw NativeFailure.of(e);
        }
    }

    /**
     * Reads the machine types of x86_64 guests from capabilities (https://libvirt.org/formatcaps.html). A machine without a
     * maximum of vCPUs, and a document that is no XML, give none.
     */
    static List<Machine> machines(String capabilities) {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        List<Machine> machines = new ArrayList<>();
        try {
            XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(capabilities));
            boolean x86 = false;
            while (xml.hasNext()) {
                if (xml.next() == XMLStreamConstants.START_ELEMENT) {
                    String element = xml.getLocalName();
                    if (element.equals("arch")) {
                        x86 = "x86_64".equals(xml.getAttributeValue(null, "name"));
                    } else if (x86 && element.equals("machine")) {
                        String maximum = xml.getAttributeValue(null, "maxCpus");
                        String name = xml.getElementText();
                        if (maximum != null && maximum.matches("[0-9]{1,6}")) {
                            machines.add(new Machine(name, Integer.parseInt(maximum)));
                        }
                    }
                }
            }
        } catch (XMLStreamException e) {
            return List.of();
        }
        return List.copyOf(machines);
    }
}
