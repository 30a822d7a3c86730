package org.novamq.tests.vif;

import com.thaiopensource.util.PropertyMapBuilder;
import com.thaiopensource.validate.ValidateProperty;
import com.thaiopensource.validate.ValidationDriver;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.xml.sax.ErrorHandler;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;

/** libvirt's own schema of domains, as its package installs it. */
final class InterfaceSchema {
    private static final Path DOMAIN = Path.of("/usr/share/libvirt/schemas/domain.rng");

    private final ValidationDriver driver;
    private final List<String> complaints = new ArrayList<>();

    private InterfaceSchema(ValidationDriver driver) {
        this.driver = driver;
    }

    /** Loads it; its absence is a failure, not a reason to skip. */
    static InterfaceSchema load() throws IOException, SAXException {
        if (!Files.exists(DOMAIN)) {
            throw new AssertionError(
                    "libvirt's schema is missing: " + DOMAIN + " (apt-get install libvirt0 brings it)");
        }
        var complaints = new Complaints();
        var properties = new PropertyMapBuilder();
        properties.put(ValidateProperty.ERROR_HANDLER, complaints);
        ValidationDriver driver = new ValidationDriver(properties.toPropertyMap());
        if (!driver.loadSchema(ValidationDriver.uriOrFileInputSource(DOMAIN.toString()))) {
            throw new AssertionError("cannot load " + DOMAIN + ": " + complaints.texts);
        }
        InterfaceSchema schema = new InterfaceSchema(driver);
        complaints.texts = schema.complaints;
        return schema;
    }

    /** What the schema has against a whole domain. */
    List<String> complaintsAboutDomain(String xml) {
        complaints.clear();
        try {
            driver.validate(new InputSource(new StringReader(xml)));
        } catch (IOException | SAXException e) {
            complaints.add(e.toString());
        }
        return List.copyOf(complaints);
    }

    /** What it has against one device, in the smallest domain that can hold it. */
    List<String> complaintsAbout(String deviceXml) {
        return complaintsAboutDomain(
                "<domain type='kvm'><name>n</name><memory>1</memory><os><type>hvm</type></os><devices>" + deviceXml
                        + "</devices></domain>");
    }

    private static final class Complaints implements ErrorHandler {
        private List<String> texts = new ArrayList<>();

        @Override
        public void warning(SAXParseException e) {
            texts.add(e.getMessage());
        }

        @Override
        public void error(SAXParseException e) {
            texts.add(e.getMessage());
        }

        @Override
        public void fatalError(SAXParseException e) {
            texts.add(e.getMessage());
        }
    }
}
