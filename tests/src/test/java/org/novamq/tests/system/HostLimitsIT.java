package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the host's instances have together: reported, and limited. */
class HostLimitsIT {
    private static final int MAX_QUEUES = 6;
    private static final int CALLERS = 4;

    @RegisterExtension
    static final TestHost host = TestHost.named(
            "host-limits", scene -> scene.setting("host_max_queues", MAX_QUEUES).network("narrow", "br-data", 2));

    private final Servers servers = host.servers();

    @Test
    void totalsHeadroomAndTheHostsMaximum() {
        String four = servers.boot(new ServerBody("four").flavor("guest4").nic("data", 4));
        servers.awaitActive(four);
        JsonNode first = host.client().get("/v1/host").expect(200);
        assertThat(first.at("/totals/instances").asInt()).isEqualTo(1);
        assertThat(first.at("/totals/queues").asInt()).isEqualTo(4);
        assertThat(first.at("/totals/nic_vectors").asInt()).isEqualTo(10);
        assertThat(first.at("/limits/host_max_queues").asInt()).isEqualTo(MAX_QUEUES);
        assertThat(first.at("/headroom/queues").asInt()).isEqualTo(2);

        String two = servers.boot(new ServerBody("two").flavor("guest4").nic("data", 4));
        JsonNode nic = servers.queues(two).at("/nics/0/planned");
        assertThat(nic.path("queues").asInt()).isEqualTo(2);
        assertThat(nic.at("/limits/0/limit").asText()).isEqualTo("host");
        assertThat(nic.at("/limits/0/value").asInt()).isEqualTo(MAX_QUEUES);
        assertThat(nic.at("/limits/0/origin").asText()).contains("4 in use by others");
        servers.awaitActive(two);

        Program.Result table = host.novamq("host");
        assertThat(table.status()).as(table.toString()).isZero();
        assertThat(table.sound()).contains("host_max_queues");
        servers.delete(four);
        servers.delete(two);
    }

    /** However many come at once: those still being built are counted too. */
    @Test
    void nobodyGetsTheLastQueuesTwice() throws Exception {
        List<String> ids = AtOnce.call(
                CALLERS,
                () -> servers.boot(
                        new ServerBody("one of four").flavor("guest4").nic("data", 4)));
        int granted = ids.stream()
                .mapToInt(id -> servers.queues(id).at("/nics/0/planned/queues").asInt())
                .sum();
        // 4, then the 2 that are left, then one each, because no NIC has none
        assertThat(granted).isEqualTo(4 + 2 + (CALLERS - 2));
        ids.forEach(servers::awaitActive);
        ids.forEach(servers::delete);
    }

    @Test
    void aNetworksMaximumHoldsForEachOfItsNics() {
        String id = servers.boot(
                new ServerBody("narrow").flavor("guest4").nic("narrow", 4).nic("admin", 3));
        JsonNode nics = servers.queues(id).path("nics");
        assertThat(nics.at("/0/planned/queues").asInt()).isEqualTo(2);
        assertThat(nics.at("/0/planned/limits/0/limit").asText()).isEqualTo("network");
        assertThat(nics.at("/1/planned/queues").asInt()).isEqualTo(3);
        servers.awaitActive(id);
        servers.delete(id);
    }
}
