package org.novamq.tests.fuzz;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Attr;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.Node;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** Reads back what the emitter wrote, and knows every name and every value of its own that it may write. */
final class Markup {
    /** What a NIC's element may consist of: {@code element@attribute}. */
    private static final Set<String> NIC_ATTRIBUTES = Set.of(
            "interface@type",
            "interface@managed",
            "mac@address",
            "model@type",
            "driver@name",
            "driver@packed",
            "driver@queues",
            "driver@rx_queue_size",
            "driver@tx_queue_size",
            "mtu@size",
            "target@dev",
            "target@managed",
            "source@bridge",
            "source@type",
            "source@mode",
            "source@path",
            "source@dev",
            "tag@id",
            "virtualport@type",
            "parameters@interfaceid",
            "parameters@profileid",
            "parameters@managerid",
            "parameters@typeid",
            "parameters@typeidversion",
            "parameters@instanceid",
            "address@type",
            "address@domain",
            "address@bus",
            "address@slot",
            "address@function",
            "inbound@average",
            "inbound@peak",
            "inbound@burst",
            "outbound@average",
            "outbound@peak",
            "outbound@burst",
            "hostdev@mode",
            "hostdev@type",
            "hostdev@managed");

    /** Those whose value comes from the request as it is. */
    private static final Set<String> FREE_TEXT = Set.of(
            "mac@address",
            "target@dev",
            "source@bridge",
            "source@path",
            "source@dev",
            "source@mode",
            "parameters@interfaceid",
            "parameters@profileid",
            "parameters@managerid",
            "parameters@typeid",
            "parameters@typeidversion",
            "parameters@instanceid");

    private static final Set<String> WORDS = Set.of(
            "ethernet",
            "bridge",
            "vhostuser",
            "direct",
            "vdpa",
            "hostdev",
            "yes",
            "no",
            "on",
            "vhost",
            "qemu",
            "unix",
            "server",
            "client",
            "passthrough",
            "vepa",
            "pci",
            "subsystem",
            "openvswitch",
            "802.1Qbh",
            "802.1Qbg",
            "virtio",
            "ne2k_pci",
            "pcnet",
            "rtl8139",
            "e1000",
            "e1000e",
            "igb",
            "lan9118",
            "netfront",
            "spapr-vlan",
            "sriov",
            "vmxnet",
            "vmxnet3");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,10}|0x[0-9a-fA-F]{1,8}");

    private Markup() {}

    /** The root element of a document that must be well formed, with no declarations of its own. */
    static Element parse(String xml) {
        xml.codePoints()
                .filter(c -> !isXml(c))
                .findFirst()
                .ifPresent(c -> fail("U+" + Integer.toHexString(c) + " is no character of XML", xml));
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultNSInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new Quiet());
            Document document = builder.parse(new InputSource(new StringReader(xml)));
            if (document.getChildNodes().getLength() != 1) {
                fail("more than one root", xml);
            }
            return document.getDocumentElement();
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        } catch (SAXException | IOException e) {
            throw new AssertionError("not well formed (" + e.getMessage() + "): " + xml, e);
        }
    }

    /**
     * Checks the element of a NIC: only names of ours, and every value one of ours, a number, or a text that the request
     * has.
     *
     * @param isInput whether a text comes from the request
     */
    static void checkNic(String xml, Predicate<String> isInput) {
        Element root = parse(xml);
        if (!Set.of("interface", "hostdev").contains(root.getTagName())) {
            fail("neither an interface nor a hostdev", xml);
        }
        elements(root).forEach(element -> {
            for (Node child = element.getFirstChild(); child != null; child = child.getNextSibling()) {
                if (!(child instanceof Element)) {
                    fail("something beside elements: " + child, xml);
                }
            }
            attributes(element).forEach((name, value) -> checkValue(name, value, xml, isInput));
        });
    }

    private static void checkValue(String name, String value, String xml, Predicate<String> isInput) {
        if (!NIC_ATTRIBUTES.contains(name)) {
            fail("an attribute that is not ours: " + name, xml);
        }
        boolean ours = WORDS.contains(value) || NUMBER.matcher(value).matches();
        boolean free = FREE_TEXT.contains(name) && isInput.test(value);
        if (!ours && !free) {
            fail(name + " is '" + value + "', which is neither ours nor the request's", xml);
        }
    }

    /** An element and all below it. */
    static List<Element> elements(Element root) {
        List<Element> all = new ArrayList<>(List.of(root));
        for (Node child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
            if (child instanceof Element element) {
                all.addAll(elements(element));
            }
        }
        return all;
    }

    /** {@code element@attribute} and value. */
    static Map<String, String> attributes(Element element) {
        Map<String, String> values = new LinkedHashMap<>();
        NamedNodeMap nodes = element.getAttributes();
        for (int i = 0; i < nodes.getLength(); i++) {
            Attr attribute = (Attr) nodes.item(i);
            values.put(element.getTagName() + "@" + attribute.getName(), attribute.getValue());
        }
        return values;
    }

    /** The names of all elements and attributes. */
    static Set<String> names(Element root) {
        Set<String> names = new TreeSet<>();
        elements(root).forEach(element -> {
            names.add(element.getTagName());
            names.addAll(attributes(element).keySet());
        });
        return names;
    }

    /** Source: https://www.w3.org/TR/xml/#charsets. */
    private static boolean isXml(int c) {
        return c == '\t'
                || c == '\n'
                || c == '\r'
                || (c >= 0x20 && c <= 0xD7FF)
                || (c >= 0xE000 && c <= 0xFFFD)
                || c >= 0x10000;
    }

    private static void fail(String why, String xml) {
        throw new AssertionError(why + ": " + xml);
    }

    /** The parser's own prints to standard error. */
    private static final class Quiet implements ErrorHandler {
        @Override
        public void warning(SAXParseException e) {
            // nothing to do with form
        }

        @Override
        public void error(SAXParseException e) throws SAXException {
            throw e;
        }

        @Override
        public void fatalError(SAXParseException e) throws SAXException {
            throw e;
        }
    }
}
