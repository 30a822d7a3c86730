package org.novamq.driver.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.Problem;
import org.novamq.vif.request.HostLimits;
import org.novamq.vif.request.Vif;

/** The values of a VIF that Nova boots with are taken, and read as Nova reads them (executed on Nova 26.2.2). */
class VifReaderTest {
    private static final String NETWORK = "'network':{'id':'n1','bridge':'br0','meta':{'mtu':1500}}";

    /** Quotes are written as apostrophes here; {@code changes} are keys and values of the VIF. */
    private static ObjectNode request(String... changes) {
        ObjectNode vif = Json.parseObject(
                ("{'id':'p1','address':'fa:16:3e:00:00:01','type':'ovs','devname':'tap1'," + NETWORK + "}")
                        .replace('\'', '"'));
        for (int i = 0; i < changes.length; i += 2) {
            ObjectNode at = vif;
            String[] path = changes[i].split("\\.", -1);
            for (int j = 0; j < path.length - 1; j++) {
                at = at.withObject("/" + path[j]);
            }
            at.set(path[path.length - 1], value(changes[i + 1]));
        }
        ObjectNode request =
                Json.parseObject("{\"instance\":{\"uuid\":\"b7c95471-0b82-469f-8962-7b9dabbe3ed5\",\"name\":\"vm\"},"
                        + "\"flavor\":{\"vcpus\":4},\"image\":{},\"virt_type\":\"kvm\"}");
        request.putArray("nics").addObject().set("vif", vif);
        return request;
    }

    private static com.fasterxml.jackson.databind.JsonNode value(String text) {
        return Json.parseObject("{\"v\":" + text.replace('\'', '"') + "}").get("v");
    }

    private static Vif vif(String... changes) {
        var question = PlanRequestReader.read(request(changes), HostLimits.DEFAULT);
        question.findings().throwIfAny();
        return question.request().nics().get(0).vif();
    }

    private static List<String> problems(ObjectNode request) {
        try {
            PlanRequestReader.read(request, HostLimits.DEFAULT).findings().throwIfAny();
            return List.of();
        } catch (InvalidRequestException refused) {
            return refused.problems().stream().map(Problem::field).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vnic_type",
                "devname",
                "ovs_interfaceid",
                "details",
                "profile",
                "qbg_params",
                "delegate_create",
                "network.bridge",
                "network.label",
                "network.meta",
                "network.meta.mtu",
                "network.meta.interface"
            })
    void whatIsEmptyIsAbsent(String key) {
        Vif absent = vif(key, "null");
        for (String empty : List.of("''", "[]", "{}")) {
            assertThat(vif(key, empty)).as(key + " " + empty).isEqualTo(absent);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "address", "network.id"})
    void whatIsNeededIsNotEmpty(String key) {
        for (String empty : List.of("''", "[]", "{}", "null")) {
            assertThat(problems(request(key, empty))).as(empty).containsExactly("nics[0].vif." + key);
        }
    }

    @ParameterizedTest
    @CsvSource({"17, 17", "2.5, 2.5", "1450.0, 1450.0", "true, True", "'''x''', x"})
    void aScalarIsItsText(String json, String text) {
        assertThat(vif("devname", json).devname()).contains(text);
        assertThat(vif("network.bridge", json).network().bridge()).contains(text);
        assertThat(vif("ovs_interfaceid", json).ovsInterfaceId()).contains(text);
        assertThat(vif("vnic_type", json).vnicType()).isEqualTo(text);
        assertThat(vif("id", json).id()).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({
        "true, true",
        "1, true",
        "0.5, true",
        "'''false''', true",
        "'''no''', true",
        "[1], true",
        "false, false",
        "0, false",
        "0.0, false",
        "'''''', false",
        "[], false",
        "{}, false",
        "null, false"
    })
    void truthIsPythons(String json, boolean expected) {
        assertThat(vif("delegate_create", json).delegateCreate()).isEqualTo(expected);
        assertThat(vif("details.ovs_hybrid_plug", json).detailIsTrue("ovs_hybrid_plug"))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "1450, 1450",
                "'1450', 1450",
                "` ' 1450 ' `, 1450",
                "1450.0, 1450",
                "1450.9, 1450",
                "'+1450', 1450",
                "true, 1",
                "-1, -1",
                "'-1', -1"
            })
    void anMtuIsTruncated(String json, int mtu) {
        assertThat(vif("network.meta.mtu", json).network().mtu()).contains(mtu);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "'0'", "false", "0.9", "''"})
    void anMtuOfZeroIsNone(String json) {
        assertThat(vif("network.meta.mtu", json).network().mtu()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"'x'", "'1450.0'", "[1]", "{'a':1}", "1e12", "-1e12", "1e400", "'99999999999'"})
    void anMtuIsANumber(String json) {
        assertThat(problems(request("network.meta.mtu", json))).containsExactly("nics[0].vif.network.meta.mtu");
    }

    @Test
    void keysBesideMetaArePartOfIt() {
        Vif vif = vif("network.mtu", "1450", "network.interface", "'eth1'");
        assertThat(vif.network().mtu()).contains(1450);
        assertThat(vif.network().hostInterface()).contains("eth1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "devname",
                "type",
                "vnic_type",
                "ovs_interfaceid",
                "id",
                "address",
                "network.bridge",
                "network.label",
                "network.id",
                "network.meta.interface",
                "details.macvtap_source",
                "details.macvtap_mode",
                "details.vhostuser_socket",
                "details.vhostuser_mode",
                "details.profileid",
                "details.vlan",
                "profile.pci_slot",
                "qbg_params.managerid",
                "qbg_params.typeid",
                "qbg_params.typeidversion",
                "qbg_params.instanceid"
            })
    void whatIsNoScalarIsRefused(String key) {
        for (String json : List.of("{'a':1}", "[1]", "[['x']]")) {
            assertThat(problems(request(key, json))).as(json).containsExactly("nics[0].vif." + key);
        }
    }

    @ParameterizedTest
    @CsvSource({"details, 1", "details, '''x'''", "profile, [1]", "qbg_params, true", "network, []", "network, '''n'''"
    })
    void aBagIsAnObject(String key, String json) {
        assertThat(problems(request(key, json))).contains("nics[0].vif." + key);
    }

    @Test
    void whatNovaDoesNotWriteMayBeAnything() {
        Vif vif = vif(
                "details.bound_drivers",
                "{'0':['ovn']}",
                "profile.capabilities",
                "['switchdev']",
                "profile.x",
                "'a\\nb'");
        assertThat(vif.details()).containsEntry("bound_drivers", Map.of("0", List.of("ovn")));
        assertThat(vif.profile()).containsEntry("capabilities", List.of("switchdev"));
    }

    @ParameterizedTest
    @CsvSource({
        "ovs, FA-16-3E-00-00-0A, fa:16:3e:00:00:0a",
        "bridge, FA:16:3E:00:00:0A, fa:16:3e:00:00:0a",
        "tap, FA:16:3E:00:00:0A, FA:16:3E:00:00:0A"
    })
    void aMacIsSpeltAsNovaWritesIt(String type, String mac, String written) {
        assertThat(vif("type", "'" + type + "'", "address", "'" + mac + "'").address())
                .isEqualTo(written);
    }

    @ParameterizedTest
    @CsvSource({
        "tap, fa-16-3e-00-00-0a",
        "ovs, fa16.3e00.000a",
        "ovs, a3:e9:3d:00:00:01",
        "tap, ff:ff:ff:ff:ff:ff",
        "ovs, 01-00-5e-00-00-01"
    })
    void aMacIsOneOfANic(String type, String mac) {
        assertThat(problems(request("type", "'" + type + "'", "address", "'" + mac + "'")))
                .containsExactly("nics[0].vif.address");
    }

    @Test
    void namesOfHostDevicesBySlot() {
        ObjectNode request = request("vnic_type", "'vdpa'", "profile.pci_slot", "'0000:0A:00.1'");
        ObjectNode host = request.putObject("host");
        host.putObject("vdpa_device_path")
                .put("0000:0a:00.1", "/dev/vhost-vdpa-7")
                .put("0000:0a:00.2", "/dev/vhost-vdpa-8");
        assertThat(PlanRequestReader.read(request, HostLimits.DEFAULT).host().vdpaDeviceAt("0000:0A:00.1"))
                .isEqualTo(Optional.of("/dev/vhost-vdpa-7"));
        host.put("vdpa_device_path", "/dev/vhost-vdpa-0");
        assertThat(PlanRequestReader.read(request, HostLimits.DEFAULT).host().vdpaDeviceAt("0000:0a:00.1"))
                .isEqualTo(Optional.of("/dev/vhost-vdpa-0"));
        request.withArray("/nics").addObject().set("vif", request.at("/nics/0/vif"));
        assertThat(problems(request)).containsExactly("host.vdpa_device_path");
        host.put("pci_netdev_name", "eth0");
        assertThat(problems(request)).as("nobody needs that one").containsExactly("host.vdpa_device_path");
    }

    @Test
    void aSlotIsASlotAndANameIsAText() {
        ObjectNode request = request();
        request.putObject("host")
                .putObject("pci_netdev_name")
                .put("eth0", "eth0")
                .put("0000:0a:00.1", 5);
        assertThat(problems(request)).containsExactly("host.pci_netdev_name.eth0", "host.pci_netdev_name.0000:0a:00.1");
    }
}
