package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A guest with 4 vCPUs, one NIC that asks for four queues and one that asks for nothing, by either door. */
class BootIT {
    private static final String NAME = "web <1> & \"two\" 'three' ]]> ../../etc/passwd";

    @RegisterExtension
    static final TestHost host = TestHost.named("boot");

    private final Servers servers = host.servers();

    @Test
    void byRest() throws IOException {
        String id = servers.boot(new ServerBody(NAME)
                .image("demo")
                .flavor("guest4")
                .nic("data", 4)
                .nic("admin"));
        assertThat(servers.awaitActive(id).path("name").asText()).isEqualTo(NAME);
        checkHost(id);
        checkFiles(id);
        Guest guest = Guest.await(id);
        JsonNode queues = servers.queues(id);
        checkProof(queues);
        checkLedger(id, queues, guest);
        awaitConsole(id);
        servers.delete(id);
        assertThat(servers.ids()).isEmpty();
        host.client().delete(Servers.path(id)).refusal(404, "itemNotFound");
    }

    @Test
    void byCommandLine() {
        Program.Result boot = host.novamq(
                "boot",
                NAME,
                "--image=demo",
                "--flavor=guest4",
                "--nic=net-id=data,queues=4",
                "--nic=net-name=admin",
                "--wait",
                "--json");
        assertThat(boot.sound().lines()).hasSize(1);
        JsonNode answer = new Client.Answer(0, boot.out()).json();
        assertThat(answer.at("/server/name").asText()).isEqualTo(NAME);
        assertThat(answer.at("/server/status").asText()).isEqualTo("ACTIVE");
        assertThat(answer.at("/queues/nics/0/planned/queues").asInt()).isEqualTo(4);
        assertThat(answer.at("/queues/nics/0/provisioned/queues").asInt()).isEqualTo(4);
        String id = answer.at("/server/id").asText();
        checkHost(id);
        Guest.await(id);
        checkProof(new Client.Answer(0, host.novamq("queues", NAME, "--json").sound()).json());
        assertThat(host.novamq("queues", NAME).sound()).contains("data", "admin", "agent");
        assertThat(host.novamq("list").sound()).contains(id, NAME, "ACTIVE");
        assertThat(host.novamq("show", NAME).sound()).contains(id);
        assertThat(host.novamq("console-log", id).sound()).contains("novamq-guest");
        host.novamq("delete", "--wait", NAME).sound();
        assertThat(servers.ids()).isEmpty();
    }

    private static void checkHost(String id) {
        LiveDomain domain = LiveDomain.of(id);
        assertThat(domain.texts("//interface/source/@bridge")).containsExactly("br-data", "br-admin");
        assertThat(domain.text("//interface[1]/driver/@queues")).isEqualTo("4");
        assertThat(domain.text("//interface[2]/driver/@queues")).isEmpty();
        assertThat(domain.text("/domain/name")).isEqualTo(LiveDomain.name(id));
        assertThat(Footprint.tapsNow()).containsAll(domain.texts("//interface/target/@dev"));
    }

    /** Whatever an instance is called, its files are called after its id. */
    private static void checkFiles(String id) throws IOException {
        assertThat(Footprint.filesBelow(host.instances())).containsExactly("", id, id + "/console.log");
        assertThat(Files.getPosixFilePermissions(host.instances().resolve(id)).toString())
                .doesNotContain("OTHERS_READ", "OTHERS_WRITE");
        assertThat(Path.of("/etc/passwd")).isRegularFile();
    }

    /** Planned, provisioned and found in the guest. */
    private static void checkProof(JsonNode queues) {
        checkNic(queues.at("/nics/0"), "data", 4, 9);
        checkNic(queues.at("/nics/1"), "admin", 1, 3);
        assertThat(queues.at("/nics/0/planned/source").asText()).isEqualTo("nic");
        assertThat(queues.at("/nics/1/planned/source").asText()).isEqualTo("default");
    }

    private static void checkNic(JsonNode nic, String network, int queues, int vectors) {
        assertThat(nic.path("network").asText()).as(nic.toString()).isEqualTo(network);
        assertThat(nic.at("/planned/queues").asInt()).as(nic.toString()).isEqualTo(queues);
        assertThat(nic.at("/provisioned/queues").asInt()).as(nic.toString()).isEqualTo(queues);
        assertThat(nic.at("/active/queues").asInt()).as(nic.toString()).isEqualTo(queues);
        assertThat(nic.at("/active/evidence").asText()).as(nic.toString()).isEqualTo("agent");
        assertThat(nic.at("/planned/vectors/used").asInt()).as(nic.toString()).isEqualTo(vectors);
        assertThat(nic.at("/active/msi_vectors").asInt()).as(nic.toString()).isEqualTo(vectors);
    }

    /** What the guest takes beside its NICs was charged, kind by kind, and the ledger adds up. */
    private static void checkLedger(String id, JsonNode queues, Guest guest) {
        JsonNode ledger = queues.path("vectors");
        int used = 9 + 3;
        for (JsonNode kind : ledger.path("devices")) {
            used += kind.path("vectors").asInt();
        }
        assertThat(ledger.path("used").asInt()).isEqualTo(used);
        assertThat(guest.vectors())
                .isNotEmpty()
                .allSatisfy((kind, seen) -> assertThat(seen)
                        .as(kind + " in " + ledger)
                        .isLessThanOrEqualTo(
                                charged(ledger, kind).path("vectors").asInt()));
        assertThat(charged(ledger, "root-port").path("count").asInt())
                .isEqualTo(LiveDomain.of(id).count("//controller[@model='pcie-root-port']"));
    }

    private static JsonNode charged(JsonNode ledger, String kind) {
        for (JsonNode entry : ledger.path("devices")) {
            if (entry.path("device").asText().equals(kind)) {
                return entry;
            }
        }
        return Client.JSON.missingNode();
    }

    private static void awaitConsole(String id) {
        await("the guest's word on its console")
                .atMost(Duration.ofSeconds(20))
                .until(() -> console(id, "{}").contains("novamq-guest: ready"));
        assertThat(console(id, "{\"length\": 1}").strip().lines()).hasSize(1);
    }

    private static String console(String id, String arguments) {
        return host.client()
                .post(Servers.path(id) + "/action", "{\"os-getConsoleOutput\": " + arguments + "}")
                .expect(200)
                .path("output")
                .asText();
    }
}
