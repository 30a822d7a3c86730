package org.novamq.tests.ledger;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A domain as libvirt runs it. */
final class LiveXml {
    private final Document document;

    private LiveXml(Document document) {
        this.document = document;
    }

    static LiveXml of(String xml) {
        try {
            return new LiveXml(DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(new InputSource(new StringReader(xml))));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError("cannot read " + xml, e);
        }
    }

    /** PCIe root ports, whoever has put them there. */
    int rootPorts() {
        return Integer.parseInt(text("count(//controller[@model='pcie-root-port'])"));
    }

    /** The host's end of the serial console. */
    Path terminal() {
        return Path.of(text("//serial/source/@path"));
    }

    private String text(String expression) {
        try {
            return XPathFactory.newDefaultInstance().newXPath().evaluate(expression, document);
        } catch (XPathExpressionException e) {
            throw new IllegalArgumentException(expression, e);
        }
    }
}
