package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A version of the service that knows fewer vectors for a guest than the one that booted it. */
class UpgradeIT {
    private static final String BEFORE = "\"msi_vector_budget\" : 40";
    private static final String AFTER = "\"msi_vector_budget\" : 24, \"strict\" : true";
    private static final String HARD_REBOOT = "{\"reboot\": {\"type\": \"HARD\"}}";

    @RegisterExtension
    static final TestHost host = TestHost.named(
            "upgrade", scene -> scene.setting("msi_vector_budget", 40).flavor("guest4b", 4, 320, 0));

    private final Servers servers = host.servers();

    /** Two NICs of four queues take 18 vectors, the devices 14: they fit in 40, and not in 24. */
    @Test
    void aLowerBudgetLeavesNicsAsTheyAreUntilTheyArePlannedAnew() {
        String id = servers.boot(new ServerBody("upgraded")
                .image("demo")
                .flavor("guest4")
                .nic("data", 4)
                .nic("admin", 4));
        servers.awaitActive(id);
        assertThat(servers.granted(id)).containsExactly(4, 4);
        assertThat(warnings(id)).isEmpty();

        host.service().stop();
        host.service().startChanged(scene -> scene.replace(BEFORE, AFTER));
        assertThat(servers.granted(id)).containsExactly(4, 4);
        servers.act(id, HARD_REBOOT, "ACTIVE");
        assertThat(servers.granted(id)).containsExactly(4, 4);
        assertThat(provisioned(id)).containsExactly(4, 4);
        assertThat(warnings(id))
                .contains("take 32 of msi_vectors, 24 are there")
                .contains("a resize, or \\\"queues set\\\" with fewer queues for a NIC");
        // a guest that has not booted does not hear its power button
        Guest.await(id);
        servers.act(id, "{\"os-stop\": null}", "SHUTOFF");
        servers.act(id, "{\"os-start\": null}", "ACTIVE");
        assertThat(servers.granted(id)).containsExactly(4, 4);

        // a new NIC finds no room, and changes nothing
        host.client()
                .post("/v2.1/servers/" + id + "/os-interface", "{\"interfaceAttachment\": {\"net_id\": \"data\"}}")
                .expect(409);
        assertThat(servers.granted(id)).containsExactly(4, 4);

        host.service().stop();
        host.service().startChanged(scene -> scene.replace(", \"strict\" : true", ""));
        Guest.await(id);
        servers.act(id, "{\"resize\": {\"flavorRef\": \"guest4b\"}}", "VERIFY_RESIZE");
        servers.act(id, "{\"confirmResize\": null}", "ACTIVE");
        assertThat(servers.granted(id)).containsExactly(2, 2);
        assertThat(warnings(id)).isEmpty();
        servers.delete(id);
    }

    private static String warnings(String id) {
        JsonNode warnings = host.client().get("/v1/instances/" + id).expect(200).at("/plan/warnings");
        return warnings.isEmpty() ? "" : warnings.toString();
    }

    /** Queues of each NIC in the live domain. */
    private List<Integer> provisioned(String id) {
        return servers.queues(id).path("nics").findValues("provisioned").stream()
                .map(nic -> nic.path("queues").asInt())
                .toList();
    }
}
