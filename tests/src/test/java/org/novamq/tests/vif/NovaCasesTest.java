package org.novamq.tests.vif;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.xml.sax.SAXException;

/** The 125 cases that were executed on Nova: ours is equal, or differs by the closed list and exactly as it says. */
class NovaCasesTest {
    private static final int CASES = 125;
    private static final String HEAD = "<interface type=\"%s\"><mac address=\"ca:fe:de:ad:be:ef\"/>";
    private static final String TAP = "<mtu size=\"1500\"/><target dev=\"tapdc065497-3c\"/></interface>";
    private static final String OWN_TAP =
            "<mtu size=\"1500\"/><target dev=\"tapdc065497-3c\" managed=\"no\"/></interface>";
    private static final String VDPA = HEAD.formatted("vdpa") + "<model type=\"virtio\"/>";
    private static final String VDPA_SOURCE = "<source dev=\"/dev/vhost-vdpa-3\"/></interface>";
    private static final String QBG_PORT =
            "<source dev=\"eth0\" mode=\"vepa\"/><virtualport type=\"802.1Qbg\"><parameters managerid=\"xxx-yyy-zzz\""
                    + " typeid=\"aaa-bbb-ccc\" typeidversion=\"1\" instanceid=\"ddd-eee-fff\"/></virtualport>";

    /** Every case that a rule touches. */
    private static final Map<NovaDifference, Set<String>> TOUCHED = Map.ofEntries(
            entry(NovaDifference.QBG_ONE_PARAMETERS, Set.of("ut-model-qemu-bandwidth-8021qbg", "mq-8021qbg")),
            entry(
                    NovaDifference.VDPA_MODEL,
                    Set.of("ft-vdpa", "mq-vdpa-ignored", "vdpa-rx-tx-dropped", "vdpa-packed-rx-tx")),
            entry(NovaDifference.NEVER_ABOVE_256, Set.of("mq-300vcpu-kernel6-uncapped")),
            entry(
                    NovaDifference.QEMU_QUEUES,
                    Set.of(
                            "mq-qemu-tap-mismatch",
                            "mq-qemu-createtap-mismatch",
                            "mq-vhostuser-qemu-virt",
                            "mq-bridge-qemu-2026.1")),
            entry(NovaDifference.PACKED_ONLY_ON_VIRTIO, Set.of("packed-e1000-quirk", "packed-lxc-quirk")),
            entry(
                    NovaDifference.CONFLICT_AT_ANY_VCPU_COUNT,
                    Set.of("mq-conflict-1vcpu-not-detected", "mq-conflict-e1000-not-detected-in-driver")));

    /** What we write there, to the letter. */
    private static final Map<String, String> OURS = Map.ofEntries(
            entry(
                    "ut-model-qemu-bandwidth-8021qbg",
                    HEAD.formatted("direct") + "<model type=\"virtio\"/><driver name=\"qemu\"/>" + QBG_PORT
                            + "<bandwidth><inbound average=\"100\" peak=\"200\" burst=\"300\"/>"
                            + "<outbound average=\"10\" peak=\"20\" burst=\"30\"/></bandwidth></interface>"),
            entry(
                    "mq-8021qbg",
                    HEAD.formatted("direct") + "<model type=\"virtio\"/><driver name=\"vhost\" queues=\"4\"/>"
                            + QBG_PORT + "</interface>"),
            entry("ft-vdpa", VDPA + VDPA_SOURCE),
            entry("mq-vdpa-ignored", VDPA + VDPA_SOURCE),
            entry("vdpa-rx-tx-dropped", VDPA + VDPA_SOURCE),
            entry(
                    "vdpa-packed-rx-tx",
                    VDPA + "<driver packed=\"on\" rx_queue_size=\"512\" tx_queue_size=\"1024\"/>" + VDPA_SOURCE),
            entry(
                    "mq-300vcpu-kernel6-uncapped",
                    HEAD.formatted("ethernet") + "<model type=\"virtio\"/><driver name=\"vhost\" queues=\"256\"/>"
                            + TAP),
            entry(
                    "mq-qemu-tap-mismatch",
                    HEAD.formatted("ethernet") + "<model type=\"virtio\"/><driver name=\"qemu\" queues=\"4\"/>"
                            + OWN_TAP),
            entry(
                    "mq-qemu-createtap-mismatch",
                    HEAD.formatted("ethernet") + "<model type=\"virtio\"/><driver name=\"qemu\" queues=\"4\"/>"
                            + OWN_TAP),
            entry(
                    "mq-vhostuser-qemu-virt",
                    HEAD.formatted("vhostuser")
                            + "<model type=\"virtio\"/><driver queues=\"4\" rx_queue_size=\"512\" tx_queue_size=\"1024\"/>"
                            + "<source type=\"unix\" mode=\"client\" path=\"/tmp/usv-xxx-yyy-zzz\"/>"
                            + "<target dev=\"vhudc065497-3c\"/></interface>"),
            entry(
                    "mq-bridge-qemu-2026.1",
                    HEAD.formatted("bridge") + "<model type=\"virtio\"/><driver name=\"qemu\" queues=\"4\"/>"
                            + "<source bridge=\"brq11111111-22\"/>" + TAP),
            entry("packed-e1000-quirk", HEAD.formatted("ethernet") + "<model type=\"e1000\"/>" + TAP),
            entry("packed-lxc-quirk", HEAD.formatted("ethernet") + TAP));

    /** Their ids are no numbers and no UUIDs, so that libvirt refuses Nova's as well as ours. */
    private static final Set<String> INVALID_BY_INPUT = Set.of("ut-model-qemu-bandwidth-8021qbg", "mq-8021qbg");

    private static InterfaceSchema schema;

    @BeforeAll
    static void loadSchema() throws IOException, SAXException {
        schema = InterfaceSchema.load();
    }

    static Stream<NovaCases.Case> cases() {
        return NovaCases.all().stream();
    }

    static Stream<NovaCases.Case> planned() {
        return cases().filter(c -> !Answers.of(c.request()).isRefused());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsNovaButForTheClosedList(NovaCases.Case example) {
        Subject nic = subject(example);
        Answers.Answer ours = Answers.of(example.request());
        if (example.novaXml().isEmpty()) {
            assertThat(ours.problems()).as("Nova refuses this").isNotEmpty();
            return;
        }
        if (!NovaDifference.refusing(nic, NovaDifference.ofNova()).isEmpty()) {
            assertThat(ours.problems()).as("we refuse this").hasSize(1);
            return;
        }
        assertThat(ours.problems()).isEmpty();
        List<NovaDifference> rules = NovaDifference.changing(nic, NovaDifference.ofNova());
        assertThat(rules).as("rules for one case").hasSizeLessThanOrEqualTo(1);
        String expected = NovaDifference.apply(rules, nic, example.novaXml().get());
        assertThat(Canonical.difference(expected, ours.interfaces().get(0)))
                .as(ours.interfaces().get(0) + "\nby " + rules)
                .isEmpty();
        assertThat(OURS.containsKey(example.id())).isEqualTo(!rules.isEmpty());
        assertThat(ours.interfaces().get(0))
                .isEqualTo(OURS.getOrDefault(example.id(), ours.interfaces().get(0)));
    }

    @ParameterizedTest
    @MethodSource("planned")
    void isValidByLibvirtsSchema(NovaCases.Case example) {
        List<String> complaints = schema.complaintsAbout(
                Answers.of(example.request()).interfaces().get(0));
        if (INVALID_BY_INPUT.contains(example.id())) {
            assertThat(complaints).isNotEmpty();
            assertThat(example.definedByLibvirt()).isFalse();
        } else {
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void everyRuleTouchesTheCasesThatItIsSaidToTouch() {
        assertThat(cases()).hasSize(CASES);
        for (NovaDifference rule : NovaDifference.ofNova()) {
            Set<String> touched = new TreeSet<>();
            cases().filter(example -> example.novaXml().isPresent())
                    .filter(example -> touches(rule, subject(example)))
                    .forEach(example -> touched.add(example.id()));
            assertThat(touched)
                    .as(rule.name())
                    .containsExactlyInAnyOrderElementsOf(TOUCHED.getOrDefault(rule, Set.of()));
            assertThat(touched.isEmpty())
                    .as(rule + " is touched by a case, or by the oracle's requests")
                    .isEqualTo(NovaOracleTest.ONLY_THERE.contains(rule));
        }
    }

    private static boolean touches(NovaDifference rule, Subject nic) {
        return !NovaDifference.changing(nic, Set.of(rule)).isEmpty()
                || !NovaDifference.refusing(nic, Set.of(rule)).isEmpty();
    }

    static Subject subject(NovaCases.Case example) {
        return new Subject(
                example.request(), example.request().get("nics").get(0).get("vif"));
    }
}
