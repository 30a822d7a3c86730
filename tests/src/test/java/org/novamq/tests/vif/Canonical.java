package org.novamq.tests.vif;

import java.util.Optional;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xmlunit.builder.DiffBuilder;
import org.xmlunit.builder.Input;
import org.xmlunit.diff.Diff;
import org.xmlunit.util.Convert;

/** XML compared as a document: the order of attributes and the white space between elements do not matter. */
final class Canonical {
    private Canonical() {}

    /** The first difference, in words; absent where there is none. */
    static Optional<String> difference(String expected, String actual) {
        Diff diff = DiffBuilder.compare(Input.fromString(expected))
                .withTest(Input.fromString(actual))
                .ignoreWhitespace()
                .checkForIdentical()
                .build();
        return diff.hasDifferences()
                ? Optional.of(diff.getDifferences().iterator().next().toString())
                : Optional.empty();
    }

    /** The root element, to be changed. */
    static Element parse(String xml) {
        Node document = Convert.toNode(Input.fromString(xml).build());
        return (Element) document.getFirstChild();
    }

    /** The element as text again. */
    static String text(Element element) {
        try {
            var writer = new java.io.StringWriter();
            var transformer =
                    javax.xml.transform.TransformerFactory.newInstance().newTransformer();
            transformer.setOutputProperty(javax.xml.transform.OutputKeys.OMIT_XML_DECLARATION, "yes");
            transformer.transform(
                    new javax.xml.transform.dom.DOMSource(element),
                    new javax.xml.transform.stream.StreamResult(writer));
            return writer.toString();
        } catch (javax.xml.transform.TransformerException e) {
            throw new IllegalStateException(e);
        }
    }
}
