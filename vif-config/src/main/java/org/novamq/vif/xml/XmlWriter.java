package org.novamq.vif.xml;

import java.io.StringWriter;
import java.util.Optional;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Texts;

/**
 * The only writer of XML: a stream writer that escapes by the kind of hole, indents, and refuses characters that XML 1.0
 * does not have. The JDK's writer is named explicitly, because another one on the class path would win otherwise; it
 * writes such characters without a word.
 *
 * <p>Not thread-safe; one per document.
 */
final class XmlWriter {
    private static final XMLOutputFactory FACTORY = XMLOutputFactory.newDefaultFactory();
    private static final int TYPICAL_LENGTH = 512;

    private final StringWriter out = new StringWriter(TYPICAL_LENGTH);
    private final XMLStreamWriter xml;
    private final boolean indented;
    private int depth;
    private boolean afterText;

    private XmlWriter(boolean indented) {
        this.indented = indented;
        try {
            this.xml = FACTORY.createXMLStreamWriter(out);
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For programs: no white space between elements. */
    static XmlWriter compact() {
        return new XmlWriter(false);
    }

    /** For people: two blanks a level. */
    static XmlWriter indented() {
        return new XmlWriter(true);
    }

    XmlWriter open(String name) {
        return write(name, () -> {
            newLine();
            xml.writeStartElement(name);
            depth++;
            afterText = false;
        });
    }

    /** An element of a namespace of its own, which it declares. */
    XmlWriter open(String prefix, String name, String namespace) {
        return write(name, () -> {
            newLine();
            xml.writeStartElement(prefix, name, namespace);
            xml.writeNamespace(prefix, namespace);
            depth++;
            afterText = false;
        });
    }

    XmlWriter close() {
        return write("", () -> {
            depth--;
            if (!afterText) {
                newLine();
            }
            xml.writeEndElement();
            afterText = false;
        });
    }

    /** An element without content; attributes are names and values in turn. */
    XmlWriter empty(String name, String... attributes) {
        write(name, () -> {
            newLine();
            xml.writeEmptyElement(name);
        });
        for (int i = 0; i < attributes.length; i += 2) {
            attribute(attributes[i], attributes[i + 1]);
        }
        return this;
    }

    /** An attribute of the element that was just opened. */
    XmlWriter attribute(String name, String value) {
        return write(name, () -> xml.writeAttribute(name, sound(name, value)));
    }

    XmlWriter attribute(String name, long value) {
        return attribute(name, Long.toString(value));
    }

    /** An attribute that may be absent. */
    XmlWriter attribute(String name, Optional<?> value) {
        value.ifPresent(present -> attribute(name, present.toString()));
        return this;
    }

    /** An element that holds text. */
    XmlWriter text(String name, String text) {
        return open(name).characters(text).close();
    }

    XmlWriter characters(String text) {
        return write("text", () -> {
            xml.writeCharacters(sound("text", text));
            afterText = true;
        });
    }

    /** The document so far; every element must be closed. */
    String document() {
        write("", xml::close);
        return out.toString();
    }

    private void newLine() throws XMLStreamException {
        if (indented && (depth > 0 || out.getBuffer().length() > 0)) {
            xml.writeCharacters("\n" + "  ".repeat(depth));
        }
    }

    /**
     * Source: https://www.w3.org/TR/xml/#charsets; tabs and line ends, which a reader may give back as something else
     * (#AVNormalize, #sec-line-ends), count as not there.
     */
    private static String sound(String where, String value) {
        int i = 0;
        while (i < value.length()) {
            int c = value.codePointAt(i);
            boolean allowed = c >= 0x20 && (c < 0xD800 || (c > 0xDFFF && c != 0xFFFE && c != 0xFFFF));
            if (!allowed) {
                throw new InvalidRequestException(
                        where,
                        value,
                        "cannot write " + Texts.quote(value) + " as XML: character U+" + String.format("%04X", c)
                                + " cannot stand there");
            }
            i += Character.charCount(c);
        }
        return value;
    }

    private XmlWriter write(String what, XmlAction action) {
        try {
            action.run();
            return this;
        } catch (XMLStreamException e) {
            throw new IllegalStateException("cannot write XML " + what + " to memory", e);
        }
    }

    @FunctionalInterface
    private interface XmlAction {
        void run() throws XMLStreamException;
    }
}
