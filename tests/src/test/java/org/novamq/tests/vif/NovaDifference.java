package org.novamq.tests.vif;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * The closed list of what we do otherwise than Nova (CONTRACT, "The XML beside Nova's"; specs). Each rule says, from the
 * request alone, where it holds, and what it makes of Nova's element. Two of them never touch the same part of an
 * element, so their order does not matter.
 */
@SuppressWarnings("ImmutableEnumChecker") // lambdas without state
enum NovaDifference {
    /** Nova writes one {@code <parameters>} for each of the four, and libvirt keeps one of them. */
    QBG_ONE_PARAMETERS(nic -> nic.type().equals("802.1qbg"), (nic, xml) -> joinParameters(xml)),

    /** Nova lets libvirt choose, which then drops the driver element: a vDPA device is virtio by definition. */
    VDPA_MODEL(Subject::isVdpa, (nic, xml) -> insertAfter(xml, "mac", "model").setAttribute("type", "virtio")),

    /** Kernels from 5 on are uncapped in Nova; the 257th queue of a tap or macvtap is E2BIG, and nothing starts. */
    NEVER_ABOVE_256(
            nic -> writesQueues(nic) && !nic.isVhostUser() && nic.novaQueues() > Subject.TAP_QUEUES,
            NovaDifference::setOurQueues),

    /** DPDK has no more; a backend asked for more hangs the start. */
    VHOSTUSER_NEVER_ABOVE_128(
            nic -> writesQueues(nic)
                    && nic.isVhostUser()
                    && !nic.isCappedByOldKernel()
                    && nic.novaQueues() > Subject.VHOSTUSER_QUEUES,
            NovaDifference::setOurQueues),

    /** Nova's guess about the taps of kernels before 4 says nothing about a socket or a macvtap. */
    OLD_KERNELS_CAP_TAPS_ONLY(
            nic -> writesQueues(nic) && (nic.isVhostUser() || nic.isMacvtap()) && nic.isCappedByOldKernel(),
            NovaDifference::setOurQueues),

    /** Nova asks for no queues under virt_type=qemu, and where the tap is its own makes it with several all the same. */
    QEMU_QUEUES(nic -> nic.isVirtType("qemu") && nic.wantsQueues() && changesUnderQemu(nic), (nic, xml) -> {
        Element driver = has(xml, "driver") ? first(xml, "driver") : insertAfter(xml, "model", "driver");
        if (!nic.isVhostUser()) {
            driver.setAttribute("name", "qemu");
        }
        if (nic.ourQueues() > 1) {
            driver.setAttribute("queues", Integer.toString(nic.ourQueues()));
        }
    }),

    /** libvirt refuses the attribute on any other model. */
    PACKED_ONLY_ON_VIRTIO(nic -> nic.packed() && !nic.showsVirtio(), (nic, xml) -> remove(xml, "driver")),

    /** libvirt drops the element on any other model. */
    DRIVER_ONLY_ON_VIRTIO(
            nic -> !nic.packed()
                    && !nic.showsVirtio()
                    && (nic.isMacvtapOverFunction() || (nic.isVhostUser() && nic.hasRingSizes())),
            (nic, xml) -> remove(xml, "driver")),

    /** Nova looks for the conflict from two vCPUs on and beside a virtio NIC: the same server fails when it is resized. */
    CONFLICT_AT_ANY_VCPU_COUNT(Subject::multiqueueConflicts),

    /** Nova gives the tap an empty name, which libvirt's schema refuses, and the vhost-user port none. */
    EMPTY_DEVNAME_IS_NONE(
            nic -> nic.hasEmptyDevname() && (nic.isTapByOsVif() || nic.isTapByNova() || nic.isVhostUserNamedByPort()),
            (nic, xml) -> {
                if (nic.isTapByNova()) {
                    remove(xml, "target");
                } else if (nic.isVhostUser()) {
                    insertAfter(xml, "source", "target").setAttribute("dev", nic.nameById());
                } else {
                    first(xml, "target").setAttribute("dev", nic.nameById());
                }
            }),

    /** Nova writes down a size of 0, which libvirt takes for none. */
    MTU_ZERO_IS_NONE(nic -> nic.hasMtuZero() && nic.isTapByOsVif(), (nic, xml) -> remove(xml, "mtu")),

    /** Not of ours: Debian's Nova (Zed) does not yet mark taps that exist beforehand; later ones do, as we do. */
    PEER_IS_ZED_TAP_UNMARKED(
            Subject::isPreCreatedTap, (nic, xml) -> first(xml, "target").setAttribute("managed", "no"));

    private final Predicate<Subject> where;
    private final BiConsumer<Subject, Element> change;
    private final boolean refuses;

    NovaDifference(Predicate<Subject> where, BiConsumer<Subject, Element> change) {
        this.where = where;
        this.change = change;
        this.refuses = false;
    }

    /** We refuse what Nova lets pass. */
    NovaDifference(Predicate<Subject> where) {
        this.where = where;
        this.change = (nic, xml) -> {};
        this.refuses = true;
    }

    /** The rules about Nova itself, which hold for its every release. */
    static Set<NovaDifference> ofNova() {
        return EnumSet.complementOf(EnumSet.of(PEER_IS_ZED_TAP_UNMARKED));
    }

    /** Those among {@code rules} that refuse a request with such a NIC. */
    static List<NovaDifference> refusing(Subject nic, Set<NovaDifference> rules) {
        return rules.stream()
                .filter(rule -> rule.refuses && rule.where.test(nic))
                .toList();
    }

    /** Those that change such a NIC's element. */
    static List<NovaDifference> changing(Subject nic, Set<NovaDifference> rules) {
        return rules.stream()
                .filter(rule -> !rule.refuses && rule.where.test(nic))
                .toList();
    }

    /** What the rules make of Nova's element; each must change something, or it claims too much. */
    static String apply(List<NovaDifference> rules, Subject nic, String novaXml) {
        Element element = Canonical.parse(novaXml);
        String before = Canonical.text(element);
        for (NovaDifference rule : rules) {
            rule.change.accept(nic, element);
            String after = Canonical.text(element);
            if (after.equals(before)) {
                throw new AssertionError(rule + " holds here but changes nothing in " + before);
            }
            before = after;
        }
        return before;
    }

    private static boolean writesQueues(Subject nic) {
        return nic.isVirtType("kvm", "parallels") && nic.wantsQueues();
    }

    private static boolean changesUnderQemu(Subject nic) {
        return nic.ourQueues() > 1 || nic.isMacvtapOverFunction();
    }

    private static void setOurQueues(Subject nic, Element xml) {
        first(xml, "driver").setAttribute("queues", Integer.toString(nic.ourQueues()));
    }

    private static void joinParameters(Element xml) {
        Element port = first(xml, "virtualport");
        Element joined = first(port, "parameters");
        NodeList parameters = port.getElementsByTagName("parameters");
        while (parameters.getLength() > 1) {
            Element next = (Element) parameters.item(1);
            for (int i = 0; i < next.getAttributes().getLength(); i++) {
                var attribute = next.getAttributes().item(i);
                joined.setAttribute(attribute.getNodeName(), attribute.getNodeValue());
            }
            port.removeChild(next);
        }
    }

    private static Element insertAfter(Element xml, String sibling, String name) {
        Element created = xml.getOwnerDocument().createElement(name);
        xml.insertBefore(created, first(xml, sibling).getNextSibling());
        return created;
    }

    private static void remove(Element xml, String name) {
        xml.removeChild(first(xml, name));
    }

    private static boolean has(Element xml, String name) {
        return xml.getElementsByTagName(name).getLength() > 0;
    }

    private static Element first(Element xml, String name) {
        if (!has(xml, name)) {
            throw new AssertionError("a rule looks for <" + name + "> in " + Canonical.text(xml));
        }
        return (Element) xml.getElementsByTagName(name).item(0);
    }
}
