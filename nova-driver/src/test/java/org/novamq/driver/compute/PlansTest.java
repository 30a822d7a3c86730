package org.novamq.driver.compute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.mockito.Mock;
import org.mockito.junit.jupiter.MockitoExtension;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.Hypervisor;
import org.novamq.image.InvalidRequestException;
import org.novamq.image.VectorBudget;
import org.novamq.vif.request.HostLimits;

/** A domain that is built anew with the NICs of then. */
@ExtendWith(MockitoExtension.class)
class PlansTest {
    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");

    /** A domain without a disk takes 8 vectors and one for each NIC's port: 17 are left for two NICs, which is one less than 4 + 4 queues take. */
    private static final HostLimits TIGHT = HostLimits.DEFAULT.toBuilder()
            .hotplugNics(0)
            .vectorBudget(new VectorBudget.Fixed(27))
            .build();

    @Mock
    private Hypervisor hypervisor;

    @Test
    void aNicThatAsksAsBeforeKeepsItsQueuesAndTheOthersGetWhatIsLeft() {
        Plans plans = new Plans(hypervisor, TIGHT);
        Blueprint before = blueprint(plans, TIGHT, "[" + nic("a", 4) + "," + nic("b", 4) + "]");
        assertThat(granted(before)).isEqualTo("[a=4, b=3]");

        assertThat(granted(plans.withNics(ID, before, nics(nic("b", 4), nic("a", 1)))))
                .as("b keeps its 3, though a no longer needs what it had")
                .isEqualTo("[b=3, a=1]");
        assertThat(granted(plans.withNics(ID, before, nics(nic("b", 4), nic("c", 4)))))
                .as("what a had is left for c")
                .isEqualTo("[b=3, c=4]");
        assertThat(granted(plans.withNics(ID, before, nics(nic("a", 4), nic("b", 4), nic("c", 4)))))
                .as("nothing is taken from those who have it")
                .startsWith("[a=4, b=3, c=1");
    }

    @Test
    void aWishIsTheSameHoweverItsNumberIsWritten() {
        Plans plans = new Plans(hypervisor, TIGHT);
        Blueprint before = blueprint(plans, TIGHT, "[" + profile("a", "4") + "," + profile("b", "4") + "]");
        assertThat(granted(plans.withNics(ID, before, nics(profile("b", "\"4\""), profile("a", "\"1\"")))))
                .isEqualTo("[b=3, a=1]");
    }

    @Test
    void aWishFromElsewhereIsAnother() {
        Plans plans = new Plans(hypervisor, TIGHT);
        Blueprint before = blueprint(plans, TIGHT, "[" + nic("a", 4) + "," + nic("b", 4) + "]");
        assertThat(granted(plans.withNics(ID, before, nics(profile("b", "4"))))).isEqualTo("[b=4]");
    }

    @Test
    void domainsOfOtherArchitecturesAreRefusedByName() {
        Plans plans = new Plans(hypervisor, TIGHT);
        Blueprint before = blueprint(plans, TIGHT, "[" + nic("a", 4) + "]");
        ObjectNode request = before.requestCopy();
        ((ObjectNode) request.at("/image")).putObject("properties").put("hw_architecture", "aarch64");
        Blueprint other = before.with(request, before.plan(), before.nicSlots());
        assertThatThrownBy(() -> plans.anew(ID, other))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining(
                        "image.properties.hw_architecture: cannot build a domain for the architecture aarch64");
    }

    @Test
    void aGrantThatStandsHasTheReasonsOfThen() {
        Plans plans = new Plans(hypervisor, TIGHT);
        Blueprint before = blueprint(plans, TIGHT, "[" + nic("a", 4) + "," + nic("b", 4) + "]");
        Blueprint now = plans.withNics(ID, before, nics(nic("b", 4)));
        assertThat(now.nicPlan(0).path("limits"))
                .isNotEmpty()
                .isEqualTo(before.nicPlan(1).path("limits"));
    }

    @Test
    void aNicThatCannotBeReadIsTold() {
        Plans plans = new Plans(hypervisor, TIGHT);
        Blueprint before = blueprint(plans, TIGHT, "[" + nic("a", 1) + "]");
        assertThatThrownBy(() -> plans.withNics(ID, before, nics(nic("a", 1), "{\"vif\": {\"id\": \"b\"}}")))
                .isInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("nics[1].vif.address: cannot do without nics[1].vif.address");
    }

    @Test
    void aTapThatIsMadeBeforeItsPlanIsRefusedWhereverItIsAskedFor() {
        Plans plans = new Plans(hypervisor, TIGHT);
        Blueprint before = blueprint(plans, TIGHT, "[" + nic("a", 1) + "]");
        String tap = nic("b", 1).replace("\"bridge\",", "\"tap\",");
        String ovs = vif("b", ", \"delegate_create\": true, \"details\": {\"ovs_create_tap\": true}")
                        .replace("\"bridge\",", "\"ovs\",")
                + "}";

        refusesTap(
                "nics[0].vif.type: cannot use a VIF of type 'tap' here",
                () -> blueprint(plans, TIGHT, nics(tap).toString()));
        refusesTap(
                "nics[0].vif.type: cannot use a VIF of type 'tap' here", () -> plans.withNics(ID, before, nics(tap)));
        refusesTap(
                "nics[1].vif.type: cannot use a VIF of type 'ovs' with ovs_create_tap here",
                () -> plans.withNic(ID, before, nics(ovs).get(0), false));
    }

    /** By an earlier version, which took its chances. */
    @Test
    void anInstanceThatHasSuchATapKeepsIt() {
        Plans plans = new Plans(hypervisor, TIGHT);
        Blueprint bridged = blueprint(plans, TIGHT, "[" + nic("a", 1) + "]");
        ObjectNode request = bridged.requestCopy();
        ((ObjectNode) request.at("/nics/0/vif")).put("type", "tap");
        Blueprint before = bridged.with(request, bridged.plan(), bridged.nicSlots());

        assertThat(plans.kept(ID, before).plan().nics()).hasSize(1);
        assertThat(plans.withNic(ID, before, nics(nic("b", 1)).get(0), false).nicCount())
                .isEqualTo(2);
    }

    private static void refusesTap(String message, ThrowingCallable plan) {
        assertThatThrownBy(plan).isInstanceOf(InvalidRequestException.class).hasMessageContaining(message);
    }

    private static Blueprint blueprint(Plans plans, HostLimits limits, String nics) {
        ObjectNode json = Json.parseObject("""
                {"instance": {"uuid": "%s", "name": "one"}, "flavor": {"vcpus": 4, "memory_mb": 64},
                 "image": {"properties": {"kernel_id": "k", "ramdisk_id": "r"}}, "virt_type": "qemu", "nics": %s}
                """.formatted(ID, nics));
        SpawnRequest spawn =
                Computes.spawn(json, limits, new BootSource(Optional.empty(), Optional.empty(), Optional.empty()));
        return plans.first(ID, spawn, 0).blueprint();
    }

    private static ArrayNode nics(String... nics) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (String nic : nics) {
            list.add(Json.parseObject(nic));
        }
        return list;
    }

    private static String nic(String id, int queues) {
        return vif(id, "") + ", \"queues\": " + queues + "}";
    }

    private static String profile(String id, String queues) {
        return vif(id, ", \"profile\": {\"queues\": " + queues + "}") + "}";
    }

    private static String vif(String id, String more) {
        return """
                {"vif": {"id": "%s", "address": "fa:16:3e:00:00:0%s", "type": "bridge",
                         "network": {"id": "n", "bridge": "br0"}%s}""".formatted(id, id, more);
    }

    private static String granted(Blueprint blueprint) {
        StringBuilder text = new StringBuilder();
        for (JsonNode nic : blueprint.plan().path("nics")) {
            text.append(text.isEmpty() ? "[" : ", ")
                    .append(nic.path("id").asText())
                    .append('=')
                    .append(nic.path("granted").asInt());
        }
        return text.append(']').toString();
    }
}
