package org.novamq.tests.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novamq.image.DiskBus;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Texts;
import org.novamq.vif.queue.DomainDevices;
import org.novamq.vif.queue.PciDevices;
import org.novamq.vif.queue.PciTopology;
import org.novamq.vif.request.MachineType;
import org.novamq.vif.request.VirtType;
import org.novamq.vif.xml.DomainSpec;
import org.novamq.vif.xml.DomainXml;
import org.w3c.dom.Element;

/** Any text in every place of a domain that takes one: the domain has the elements it always has, or is refused. */
class DomainFuzzTest {
    private static final PciTopology PCI =
            PciTopology.of(MachineType.DEFAULT, new PciDevices(0, 3, 0, 1, false, false, false));

    private static final Set<String> USUAL = Markup.names(Markup.parse(domain("text")));

    @FuzzTest(maxDuration = "60s")
    void hasTheSameElements(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        String xml;
        try {
            xml = domain(text);
        } catch (InvalidRequestException refused) {
            PlanOracle.require(!Texts.isPlain(text), "refused, and yet plain: " + refused.getMessage());
            return;
        }
        Element domain = Markup.parse(xml);
        PlanOracle.require(Markup.names(domain).equals(USUAL), "other elements: " + xml);
        for (String name : List.of("name", "kernel", "initrd", "cmdline")) {
            String back = domain.getElementsByTagName(name).item(0).getTextContent();
            PlanOracle.require(back.equals(text), name + " came back as " + back);
        }
    }

    private static String domain(String text) {
        return DomainXml.of(new DomainSpec(
                new UUID(1, 2),
                text,
                text,
                VirtType.KVM,
                MachineType.DEFAULT,
                new DomainSpec.Size(1, 2, 512),
                Optional.of(new DomainSpec.DirectBoot(text, Optional.of(text), Optional.of(text))),
                Optional.of(new DomainSpec.RootDisk(text, false)),
                Optional.of(new DomainSpec.OwnDisk(new DomainSpec.RootDisk(text, false), DiskBus.VIRTIO)),
                Optional.of(text),
                text,
                new DomainDevices(true, DiskBus.VIRTIO, true, true, Optional.empty(), PCI, true, 1),
                List.of()));
    }
}
