package org.novamq.vif.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.vif.InstancePlanner;
import org.novamq.vif.Requests;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.Vif;
import org.novamq.vif.request.VifNetwork;

/** NICs that libvirt or the kernel would refuse, alone or beside another, are refused with the rest of a request. */
class ImpossibleNicsTest {
    private static final HostLimits HOST = HostLimits.builder()
            .vdpaDevicePaths(Map.of("0000:0b:00.1", "/dev/vhost-vdpa-0", "0000:0b:00.2", "/dev/vhost-vdpa-0"))
            .pciNetdevNames(Map.of("0000:0B:00.1", "eth1", "0000:0b:00.2", "eth1"))
            .build();

    private static List<String> problems(Vif... vifs) {
        Requests requests = Requests.vcpus(4);
        Stream.of(vifs).forEach(requests::nic);
        try {
            InstancePlanner.plan(requests.build(), HOST, new Findings());
            return List.of();
        } catch (InvalidRequestException refused) {
            return refused.problems().stream().map(Problem::field).toList();
        }
    }

    private static Vif port(String id, String type, String vnicType, Map<String, Object> details, String slot) {
        return Requests.vif(id, type, vnicType, details, slot.isEmpty() ? Map.of() : Map.of("pci_slot", slot));
    }

    private static Vif changed(Vif vif, String id, String mac, String devname) {
        return new Vif(
                id,
                mac,
                vif.type(),
                vif.vnicType(),
                Optional.of(devname),
                vif.ovsInterfaceId(),
                vif.details(),
                vif.profile(),
                vif.delegateCreate(),
                vif.qbgParams(),
                vif.network());
    }

    private static Vif macvtap(String id, String mode) {
        return port(
                id,
                "macvtap",
                "normal",
                Map.of("macvtap_source", "eth0", "macvtap_mode", mode, "physical_interface", "eth0"),
                "");
    }

    static Stream<Arguments> clashes() {
        Vif bridge = Requests.bridge("a");
        return Stream.of(
                Arguments.of("id", bridge, changed(bridge, "a", "fa:16:3e:ff:00:01", "tapx"), "id"),
                Arguments.of(
                        "MAC",
                        bridge,
                        changed(bridge, "b", bridge.address().toUpperCase(Locale.ROOT), "tapx"),
                        "address"),
                Arguments.of("tap", bridge, changed(bridge, "b", "fa:16:3e:ff:00:01", "tapa"), "devname"),
                Arguments.of(
                        "tap of another kind",
                        bridge,
                        changed(port("b", "tap", "normal", Map.of(), ""), "b", "fa:16:3e:ff:00:01", "tapa"),
                        "devname"),
                Arguments.of(
                        "socket",
                        Requests.vhostUser("a"),
                        port("b", "vhostuser", "normal", Map.of("vhostuser_socket", "/run/vhua"), ""),
                        "details.vhostuser_socket"));
    }

    static Stream<Arguments> clashesOfDevices() {
        Map<String, Object> vlan = Map.of("vlan", 5);
        return Stream.of(
                Arguments.of(
                        "VF",
                        port("a", "hw_veb", "direct", vlan, "0000:0A:00.1"),
                        port("b", "ovs", "direct", Map.of(), "0000:0a:00.1"),
                        "profile.pci_slot"),
                Arguments.of(
                        "VF and whole device",
                        port("a", "hostdev_physical", "direct-physical", Map.of(), "0000:0a:00.1"),
                        port("b", "802.1qbh", "direct", Map.of("profileid", "p"), "00000:0a:00.1"),
                        "profile.pci_slot"),
                Arguments.of(
                        "VF and a macvtap over it",
                        port("a", "hw_veb", "direct", vlan, "0000:0b:00.1"),
                        port("b", "hw_veb", "macvtap", vlan, "0000:0b:00.1"),
                        "profile.pci_slot"),
                Arguments.of(
                        "vDPA device of two slots",
                        port("a", "ovs", "vdpa", Map.of(), "0000:0b:00.1"),
                        port("b", "ovs", "vdpa", Map.of(), "0000:0b:00.2"),
                        "profile.pci_slot"),
                Arguments.of(
                        "host NIC of two slots",
                        port("a", "hw_veb", "macvtap", vlan, "0000:0b:00.1"),
                        port("b", "hw_veb", "macvtap", vlan, "0000:0b:00.2"),
                        "details.macvtap_source"),
                Arguments.of(
                        "passthrough", macvtap("a", "passthrough"), macvtap("b", "bridge"), "details.macvtap_source"),
                Arguments.of(
                        "passthrough later",
                        macvtap("a", "vepa"),
                        macvtap("b", "passthrough"),
                        "details.macvtap_source"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"clashes", "clashesOfDevices"})
    void aClashIsOneProblemOfTheSecondNic(String name, Vif first, Vif second, String field) {
        assertThat(problems(first)).isEmpty();
        assertThat(problems(second)).isEmpty();
        assertThat(problems(first, second)).containsExactly("nics[1].vif." + field);
    }

    @Test
    void whatMayBeShared() {
        assertThat(problems(macvtap("a", "bridge"), macvtap("b", "private"))).isEmpty();
        assertThat(problems(Requests.bridge("a"), Requests.bridge("b"), Requests.vdpa("c")))
                .containsExactly("nics[2].vif.profile.pci_slot"); // not a clash: the host knows no device at this slot
    }

    @Test
    void aClashNamesBothNicsAndComesWithTheOtherProblems() {
        Requests requests = Requests.vcpus(4)
                .nic(Requests.bridge("a"))
                .nic(Requests.bridge("a"))
                .nic(port("c", "nosuch", "normal", Map.of(), ""));
        try {
            InstancePlanner.plan(requests.build(), HOST);
            throw new AssertionError("planned");
        } catch (InvalidRequestException refused) {
            assertThat(refused.problems())
                    .extracting(Problem::field)
                    .containsExactly(
                            "nics[2].vif.type", "nics[1].vif.id", "nics[1].vif.address", "nics[1].vif.devname");
            assertThat(refused.problems().get(3).message())
                    .isEqualTo("cannot give nics[1] the tap 'tapa': nics[0] has it, and no two NICs can share it");
        }
    }

    /** Measured: libvirt 9.0, Linux 6.18; "Cannot set interface MTU on 'tapx': Invalid argument". */
    @ParameterizedTest
    @CsvSource({"67, false", "68, true", "1500, true", "65521, true", "65522, false", "65535, false", "-1, false"})
    void anMtuIsWhatTheKernelTakes(int mtu, boolean sound) {
        for (String type : List.of("bridge", "tap", "ivs", "ovs", "vrouter")) {
            assertThat(problems(withMtu(type, mtu)))
                    .as(type)
                    .isEqualTo(sound ? List.of() : List.of("nics[0].vif.network.meta.mtu"));
        }
        assertThat(problems(withMtu("vhostuser", mtu))).as("writes no MTU").isEmpty();
    }

    private static Vif withMtu(String type, int mtu) {
        Vif vif = port("a", type, "normal", Map.of("vhostuser_socket", "/run/a"), "");
        return new Vif(
                vif.id(),
                vif.address(),
                vif.type(),
                vif.vnicType(),
                vif.devname(),
                vif.ovsInterfaceId(),
                vif.details(),
                vif.profile(),
                vif.delegateCreate(),
                vif.qbgParams(),
                new VifNetwork("n", Optional.of("br0"), Optional.empty(), Optional.of(mtu), Optional.empty()));
    }

    /** Measured: libvirt 9.0, Linux 6.18, with the schema's check; a name with a percent sign is a pattern to the kernel. */
    @ParameterizedTest
    @CsvSource({
        "tap0123456789ab, true",
        "tap0123456789abc, false",
        "tap.1_a-b, true",
        "'ta p', false",
        "ta/p, false",
        "ta:p, false",
        "tap%d, false",
        "täp, false",
        "., false",
        ".., false",
        "vnet7, true"
    })
    void aTapHasANameThatTheKernelAndLibvirtTake(String name, boolean sound) {
        assertThat(DeviceNames.isSound(name)).isEqualTo(sound);
        Vif vif = changed(Requests.bridge("a"), "a", "fa:16:3e:00:00:01", name);
        assertThat(problems(vif)).isEqualTo(sound ? List.of() : List.of("nics[0].vif.devname"));
    }

    @Test
    void namesOfBridgesAndHostNicsToo() {
        Vif vif = Requests.bridge("a");
        Vif badBridge = new Vif(
                vif.id(),
                vif.address(),
                vif.type(),
                vif.vnicType(),
                vif.devname(),
                vif.ovsInterfaceId(),
                vif.details(),
                vif.profile(),
                vif.delegateCreate(),
                vif.qbgParams(),
                new VifNetwork("n", Optional.of("a bridge"), Optional.empty(), Optional.empty(), Optional.empty()));
        assertThat(problems(badBridge)).containsExactly("nics[0].vif.network.bridge");
        Map<String, Object> details = Map.of(
                "macvtap_source", "an-interface-too-long", "macvtap_mode", "brigde", "physical_interface", "eth0");
        assertThat(problems(port("a", "macvtap", "normal", details, "")))
                .containsExactly("nics[0].vif.details.macvtap_mode", "nics[0].vif.details.macvtap_source");
    }

    @ParameterizedTest
    @CsvSource({"/run/a b, true", "run/a, false", "'', false"})
    void aSocketIsAnAbsolutePath(String path, boolean sound) {
        assertThat(problems(port("a", "vhostuser", "normal", Map.of("vhostuser_socket", path), "")))
                .isEqualTo(sound ? List.of() : List.of("nics[0].vif.details.vhostuser_socket"));
    }

    @Test
    void aSocketsPathFitsIntoItsAddress() {
        String longest = "/" + "a".repeat(106);
        assertThat(problems(port("a", "vhostuser", "normal", Map.of("vhostuser_socket", longest), "")))
                .isEmpty();
        assertThat(problems(port("a", "vhostuser", "normal", Map.of("vhostuser_socket", longest + "a"), "")))
                .containsExactly("nics[0].vif.details.vhostuser_socket");
    }

    /** libvirt 9.0: "Invalid PCI address slot='0x20', must be <= 0x1F"; a domain has 32 bits. */
    @ParameterizedTest
    @CsvSource({
        "0000:0a:00.1, true",
        "0000:0A:1F.7, true",
        "10000:0a:00.1, true",
        "ffffffff:0a:00.1, true",
        "100000000:0a:00.1, false",
        "0000:0a:20.1, false",
        "0000:0a:00.8, false",
        "000:0a:00.1, false",
        "0a:00.1, false"
    })
    void aPciDeviceHasAnAddress(String slot, boolean sound) {
        assertThat(problems(port("a", "hostdev_physical", "direct-physical", Map.of(), slot)))
                .isEqualTo(sound ? List.of() : List.of("nics[0].vif.profile.pci_slot"));
    }
}
