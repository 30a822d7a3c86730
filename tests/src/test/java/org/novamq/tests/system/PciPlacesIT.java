package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** NICs of conventional PCI, many NICs, and machines that are too small, on real domains. */
class PciPlacesIT {
    private static final int HOTPLUG_NICS = 4;

    @RegisterExtension
    static final TestHost host = TestHost.named("pci-places", PciPlacesIT::scene);

    private final Servers servers = host.servers();

    private static void scene(Scene scene) {
        scene.setting("hotplug_nics", HOTPLUG_NICS);
        for (String model : new String[] {"e1000", "rtl8139"}) {
            scene.image("disk-" + model, scene.images().resolve("blank.raw"), "raw", "hw_vif_model", model);
        }
        scene.image("pc", scene.images().resolve("blank.raw"), "raw", "hw_machine_type", "pc");
    }

    /** A q35 domain that boots without a NIC has a bridge for the NIC to come. */
    @ParameterizedTest
    @ValueSource(strings = {"e1000", "rtl8139"})
    void conventionalNicsAreHotPlugged(String model) {
        String id =
                servers.boot(new ServerBody("bridged").image("disk-" + model).nic("data"));
        servers.awaitActive(id);
        int ports = LiveDomain.of(id).count("//controller[@model='pcie-root-port']");
        assertThat(charged(id, "root-port")).isEqualTo(ports);
        servers.attach(id, "admin", 1);
        LiveDomain domain = LiveDomain.of(id);
        assertThat(domain.texts("//interface/model/@type")).containsExactly(model, model);
        assertThat(domain.count("//controller[@model='pcie-root-port']")).isEqualTo(ports);
        assertThat(domain.count("//controller[@model='pcie-to-pci-bridge']")).isEqualTo(1);
        // the port of the NIC to come stays; of each NIC the ledger charges one, for it does not know which came later
        assertThat(charged(id, "root-port")).isBetween(ports, ports + 1);
        servers.delete(id);
    }

    /** 57 NICs on pc are one of the numbers that libvirt does not define without named bridges. */
    @ParameterizedTest
    @ValueSource(ints = {28, 57})
    void manyNicsOnPc(int nics) {
        ServerBody body = new ServerBody("many").image("pc");
        for (int i = 0; i < nics; i++) {
            body.nic("data");
        }
        String id = servers.boot(body);
        servers.awaitActive(id);
        assertThat(LiveDomain.of(id).count("//interface")).isEqualTo(nics);
        assertThat(LiveDomain.of(id).count("//controller[@model='pci-bridge']")).isEqualTo(charged(id, "pci-bridge"));
        servers.delete(id);
    }

    @Test
    void moreNicsThanPlacesAreRefused() {
        ServerBody body = new ServerBody("too many");
        for (int i = 0; i < 240; i++) {
            body.nic("data");
        }
        assertThat(host.client().post(Servers.PATH, body.json()).refusal(400, "badRequest"))
                .contains("240 NICs", "hotplug_nics=" + HOTPLUG_NICS, "machine type q35");
    }

    private static int charged(String id, String device) {
        JsonNode devices = host.client().get("/v1/instances/" + id).expect(200).at("/plan/vectors/devices");
        return StreamSupport.stream(devices.spliterator(), false)
                .filter(entry -> entry.path("device").asText().equals(device))
                .mapToInt(entry -> entry.path("count").asInt())
                .sum();
    }
}
