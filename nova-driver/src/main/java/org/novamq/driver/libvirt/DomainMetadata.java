package org.novamq.driver.libvirt;

import static java.util.Objects.requireNonNull;

/**
 * One element of a domain's {@code <metadata>}, by <a
 * href="https://libvirt.org/html/libvirt-libvirt-domain.html#virDomainSetMetadata">virDomainSetMetadata</a>.
 *
 * @param prefix the namespace prefix under which libvirt writes it
 * @param namespace the namespace URI; a domain has at most one element of each
 * @param xml the element, unqualified: libvirt puts it and its children into the namespace, with the prefix
 */
public record DomainMetadata(String prefix, String namespace, String xml) {
    /** Checks that nothing is missing. */
    public DomainMetadata {
        requireNonNull(prefix, "prefix is null");
        requireNonNull(namespace, "namespace is null");
        requireNonNull(xml, "xml is null");
    }
}
