package org.novamq.tests.system;

import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPath;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A domain as libvirt runs it. */
final class LiveDomain {
    private final XPath xpath = XPathFactory.newDefaultInstance().newXPath();
    private final Document document;

    private LiveDomain(Document document) {
        this.document = document;
    }

    /** Of an instance that nobody has named. */
    static String name(String id) {
        return "instance-" + id;
    }

    /** The domain of an instance. */
    static LiveDomain of(String id) {
        String xml = Sandbox.virsh("dumpxml", id).sound();
        try {
            return new LiveDomain(DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml))));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError("cannot read " + xml, e);
        }
    }

    /** Ends the QEMU of an instance that nobody has named. */
    static void kill(String id) {
        String name = "guest=" + name(id) + ",";
        ProcessHandle qemu = ProcessHandle.allProcesses()
                .filter(process -> process.info().arguments().stream()
                        .flatMap(Arrays::stream)
                        .anyMatch(argument -> argument.startsWith(name)))
                .findFirst()
                .orElseThrow();
        qemu.destroyForcibly();
        qemu.onExit().join();
    }

    /** An expression's value as text, "" where there is no such node. */
    String text(String expression) {
        try {
            return xpath.evaluate(expression, document);
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(expression, e);
        }
    }

    int count(String expression) {
        return texts(expression).size();
    }

    /** The values of all nodes that an expression finds. */
    List<String> texts(String expression) {
        try {
            NodeList nodes = (NodeList) xpath.evaluate(expression, document, XPathConstants.NODESET);
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < nodes.getLength(); i++) {
                texts.add(nodes.item(i).getTextContent());
            }
            return texts;
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(expression, e);
        }
    }
}
