package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** libvirtd goes away, and comes back; the service is there all the while. */
class LibvirtdGoneIT {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration FROZEN = Duration.ofSeconds(25);

    @RegisterExtension
    static final TestHost host = TestHost.named("libvirtd-gone");

    private final Client client = host.client();
    private final Servers servers = host.servers();
    private boolean stopped;

    private void stopLibvirtd() {
        Sandbox.libvirtd("stop");
        stopped = true;
    }

    @AfterEach
    void startLibvirtd() {
        if (stopped) {
            Sandbox.libvirtd("start");
            stopped = false;
        }
    }

    @Test
    void everyAnswerIs503WithinSecondsAndAllIsWellAfterwards() {
        String id = servers.boot(body("stays"));
        servers.awaitActive(id);
        String ends = servers.boot(body("ends unseen"));
        servers.awaitActive(ends);
        stopLibvirtd();
        LiveDomain.kill(ends);
        Footprint away = Footprint.withoutLibvirtd();
        check503(() -> client.get(Servers.PATH));
        check503(() -> client.get(Servers.PATH + "/detail"));
        check503(() -> client.get(Servers.path(id)));
        check503(() -> client.delete(Servers.path(id)));
        check503(() -> client.get(Servers.queuesPath(id)));
        check503(() -> client.post(Servers.path(id) + "/action", "{\"os-getConsoleOutput\": {}}"));
        check503(() -> client.post(Servers.PATH, body("never").json()));
        assertThat(client.health().status()).isEqualTo(500);
        checkCommandLine("list");
        checkCommandLine("boot", "never", "--image=blank", "--flavor=tiny", "--nic=none");
        assertThat(Footprint.withoutLibvirtd()).as("a refused boot and delete").isEqualTo(away);
        startLibvirtd();
        assertThat(servers.ids()).containsExactlyInAnyOrder(id, ends);
        assertThat(client.health().status()).isEqualTo(200);
        servers.awaitActive(id);
        servers.awaitStatus(ends, "SHUTOFF");
        servers.delete(ends);
        servers.delete(id);
        String next = servers.boot(body("next"));
        servers.awaitActive(next);
        servers.delete(next);
    }

    /** Plans need no hypervisor. */
    @Test
    void planIsMadeWithoutLibvirtd() {
        stopLibvirtd();
        String plan = "{\"instance\": {\"uuid\": \"0b6f2b6c-93b3-4f0e-9c6e-0d4f3f9c9f0a\", \"name\": \"dry\"},"
                + " \"flavor\": {\"vcpus\": 4}, \"image\": {}, \"virt_type\": \"qemu\","
                + " \"nics\": [{\"vif\": {\"id\": \"v\", \"type\": \"bridge\", \"address\": \"02:00:00:00:00:01\","
                + " \"devname\": \"tap0\", \"network\": {\"id\": \"n\", \"bridge\": \"br-data\"}}, \"queues\": 4}]}";
        JsonNode answer = client.post("/v1/plans", plan).expect(200);
        assertThat(answer.at("/nics/0/granted").asInt()).isEqualTo(4);
    }

    /** Whether it was taken back, finished or found half-made later: it is not in BUILD for ever, and can be deleted. */
    @ParameterizedTest(name = "{0} ms after the answers")
    @MethodSource("moments")
    void bootUnderWayEndsAndPromisedDeletionHappens(int millis) {
        String doomed = servers.boot(body("doomed"));
        servers.awaitActive(doomed);
        List<String> building = List.of(
                servers.boot(body("building 1")), servers.boot(body("building 2")), servers.boot(body("building 3")));
        client.delete(Servers.path(doomed)).expect(204);
        sleep(Duration.ofMillis(millis));
        stopLibvirtd();
        sleep(Duration.ofSeconds(1));
        startLibvirtd();
        servers.awaitGone(doomed);
        for (String id : building) {
            JsonNode server = servers.awaitBuilt(id);
            assertThat(server.path("status").asText()).isIn("ACTIVE", "ERROR");
            if (server.path("status").asText().equals("ERROR")) {
                assertThat(server.at("/fault/message").asText()).isNotBlank().doesNotContain("service was stopped");
            }
            servers.delete(id);
        }
    }

    static IntStream moments() {
        return Boolean.getBoolean("novamq.full") ? IntStream.of(0, 20, 50, 100, 150, 200, 300, 500) : IntStream.of(0);
    }

    /** Its connections are open, and it answers nothing: keepalive finds out (3 times 5 s, and 5 s more to see it). */
    @Test
    @EnabledIfSystemProperty(named = "novamq.full", matches = "true")
    void whoAsksWhileLibvirtdIsFrozenIsToldSo() {
        String id = servers.boot(body("outlives a frost"));
        servers.awaitActive(id);
        Sandbox.libvirtd("freeze");
        try {
            check503(FROZEN, () -> client.get(Servers.PATH));
            check503(() -> client.get(Servers.path(id)));
            check503(() -> client.delete(Servers.path(id)));
            check503(() -> client.post(Servers.PATH, body("never").json()));
        } finally {
            Sandbox.libvirtd("thaw");
        }
        await().atMost(FROZEN).until(() -> client.get(Servers.PATH).status() == 200);
        assertThat(servers.ids()).containsExactly(id);
        servers.awaitActive(id);
        servers.delete(id);
    }

    /** A daemon that is there again at once must not be noticed by anyone who comes later. */
    @Test
    void restartOfLibvirtdIsSurvived() {
        String id = servers.boot(body("survives"));
        servers.awaitActive(id);
        Sandbox.libvirtd("restart");
        servers.awaitActive(id);
        assertThat(servers.queues(id).at("/nics/0/provisioned/queues").asInt()).isEqualTo(1);
        servers.delete(id);
    }

    @Test
    void commandLineTellsUnreachableFromUnavailable() {
        Program.Result list = host.novamq("list", "--url=http://127.0.0.1:1");
        assertThat(list.status()).as(list.toString()).isEqualTo(3);
        assertThat(list.out()).isEmpty();
        assertThat(list.err()).contains("127.0.0.1:1");
    }

    private static void checkCommandLine(String... arguments) {
        Program.Result result = host.novamq(arguments);
        assertThat(result.status()).as(result.toString()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("libvirt");
    }

    private static void check503(Supplier<Client.Answer> call) {
        check503(SOON, call);
    }

    private static void check503(Duration limit, Supplier<Client.Answer> call) {
        long begun = System.nanoTime();
        String message = call.get().refusal(503, "serviceUnavailable");
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(limit);
        assertThat(message).contains("libvirt").doesNotContain("Exception");
    }

    private static void sleep(Duration time) {
        await().pollDelay(time).until(() -> true);
    }

    private static ServerBody body(String name) {
        return new ServerBody(name).nic("data");
    }
}
