package org.novamq.vif.xml;

/**
 * The instance's record in libvirt's {@code <metadata>}: one element of our own namespace that holds a text. libvirt
 * keeps it beside whatever others keep there, and is the only place where the record lives.
 *
 * @see <a href="https://libvirt.org/formatdomain.html#general-metadata">libvirt: general metadata</a>
 */
public final class InstanceMetadata {
    public static final String NAMESPACE = "https://novamq.org/xmlns/instance/1";
    public static final String PREFIX = "novamq";
    public static final String ELEMENT = "instance";

    private InstanceMetadata() {}

    /** The element for a domain that exists. Without a namespace: virDomainSetMetadata adds that itself, and fails on one. */
    public static String element(String record) {
        return XmlWriter.compact().text(ELEMENT, record).document();
    }

    static void write(XmlWriter xml, String record) {
        xml.open(PREFIX, ELEMENT, NAMESPACE).characters(record).close();
    }
}
