package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Figures for people, with {@code -Dnovamq.numbers=true}: ours beside virsh's in one run, and how lists grow. Prints; what
 * it asserts is only that it has measured what it says.
 */
@EnabledIfSystemProperty(named = "novamq.numbers", matches = "true")
class NumbersIT {
    private static final int ROUNDS = 10;
    private static final int WARM_UP = 5;
    private static final Duration LIMIT = Duration.ofMinutes(10);
    private static final Duration RECONCILE_INTERVAL = Duration.ofSeconds(10);
    private static final int RECONCILE_ROUNDS = 2;

    @RegisterExtension
    static final TestHost host =
            TestHost.named("numbers", scene -> scene.setting("hotplug_nics", 4).setting("max_concurrent_builds", 4));

    private final Servers servers = host.servers();

    @Test
    void bootBesideVirshCreate() throws Exception {
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        Path xml = Sandbox.STATE.resolve("numbers").resolve("created.xml");
        for (int round = 0; round < WARM_UP + ROUNDS; round++) {
            List<String> ids = new ArrayList<>();
            double mine = seconds(() -> {
                ids.add(servers.boot(body()));
                await().pollInterval(Duration.ofMillis(5))
                        .atMost(LIMIT)
                        .until(() ->
                                servers.show(ids.get(0)).path("status").asText().equals("ACTIVE"));
                return 0;
            });
            String id = ids.get(0);
            Files.writeString(
                    xml,
                    likewise(
                            id,
                            Sandbox.virsh("dumpxml", "--inactive", LiveDomain.name(id))
                                    .sound()));
            servers.delete(id);
            double virsh = seconds(() -> Sandbox.virsh("create", xml.toString()).sound());
            Sandbox.virsh("destroy", "created").sound();
            if (round >= WARM_UP) {
                ours.add(mine);
                theirs.add(virsh);
            }
        }
        Files.delete(xml);
        Files.deleteIfExists(Path.of("/run/novamq/it/created.log"));
        report("POST /v2.1/servers to ACTIVE", ours, "virsh create", theirs);
    }

    /** The same domain under another name. */
    private static String likewise(String id, String xml) {
        return xml.replace(LiveDomain.name(id), "created")
                .replace(id, UUID.randomUUID().toString())
                .replaceAll("(?s)<log file=[^>]*>", "")
                .replaceAll("(?s)<metadata>.*</metadata>", "");
    }

    @Test
    void attachBesideVirshAttachDevice() throws Exception {
        String id = servers.boot(body());
        servers.awaitActive(id);
        Guest.await(id);
        List<Double> ours = new ArrayList<>();
        List<Double> theirs = new ArrayList<>();
        Path xml = Sandbox.STATE.resolve("numbers").resolve("nic.xml");
        Files.writeString(
                xml,
                "<interface type='bridge'><mac address='fa:16:3e:00:00:01'/><source bridge='br-data'/>"
                        + "<model type='virtio'/></interface>");
        for (int round = 0; round < WARM_UP + ROUNDS; round++) {
            List<String> nics = new ArrayList<>();
            double mine = seconds(() -> nics.add(servers.attach(id, "data", 1)));
            servers.detach(id, nics.get(0));
            double virsh = seconds(
                    () -> Sandbox.virsh("attach-device", LiveDomain.name(id), xml.toString(), "--live", "--config")
                            .sound());
            Sandbox.virsh("detach-device", LiveDomain.name(id), xml.toString(), "--live", "--config")
                    .sound();
            await().atMost(LIMIT).until(() -> LiveDomain.of(id).count("//interface") == 1);
            if (round >= WARM_UP) {
                ours.add(mine);
                theirs.add(virsh);
            }
        }
        Files.delete(xml);
        servers.delete(id);
        report("POST os-interface", ours, "virsh attach-device", theirs);
    }

    /** From the end of its QEMU until the API says that it is off. */
    @Test
    void aKilledGuestIsSeenToBeOff() throws Exception {
        String id = servers.boot(body());
        servers.awaitActive(id);
        List<Double> seen = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            LiveDomain.kill(id);
            seen.add(seconds(() -> {
                await().pollInterval(Duration.ofMillis(5))
                        .until(() -> servers.show(id).path("status").asText().equals("SHUTOFF"));
                return 0;
            }));
            servers.act(id, "{\"os-start\": null}", "ACTIVE");
        }
        servers.delete(id);
        System.err.printf("NUMBERS killed guest to SHUTOFF: %.0f ms (median of %d)%n", 1000 * median(seen), ROUNDS);
    }

    /** On libvirt's test driver, in the service's own process: what grows is ours. */
    @Test
    void listsOfTenHundredAndThousand() throws Exception {
        host.service().stop();
        host.service().startChanged(scene -> scene.replaceFirst("\\{", "{\"connection_uri\": \"test:///default\","));
        int made = 0;
        for (int count : new int[] {10, 100, 1000}) {
            for (; made < count; made++) {
                servers.boot(body());
            }
            await().atMost(LIMIT)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> host
                            .client()
                            .get(Servers.PATH + "/detail")
                            .expect(200)
                            .path("servers")
                            .findValuesAsText("status")
                            .stream()
                            .noneMatch(status -> status.equals("BUILD")));
            List<Double> detail = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                detail.add(seconds(
                        () -> host.client().get(Servers.PATH + "/detail").expect(200)));
            }
            System.err.printf(
                    "NUMBERS %5d instances: GET /v2.1/servers/detail %.1f ms (median of %d), resident memory %d MiB,"
                            + " a look at all of them %d ms of processor time%n",
                    count,
                    1000 * median(detail),
                    ROUNDS,
                    host.service().residentMib(),
                    reconcileTime().toMillis());
        }
        assertThat(servers.ids()).hasSize(made);
        host.service().stop();
        clearInstances();
        host.service().startChanged(scene -> scene.replace("\"connection_uri\": \"test:///default\",", ""));
    }

    /** Of one round of those that it makes by itself (InstanceWorkers, every ten seconds), when nobody asks anything. */
    private static Duration reconcileTime() {
        Duration before = host.service().cpuTime();
        await().pollDelay(RECONCILE_INTERVAL.multipliedBy(RECONCILE_ROUNDS))
                .atMost(LIMIT)
                .until(() -> true);
        return host.service().cpuTime().minus(before).dividedBy(RECONCILE_ROUNDS);
    }

    private static void clearInstances() throws IOException {
        for (String file : Footprint.filesBelow(host.instances()).stream()
                .sorted(java.util.Comparator.reverseOrder())
                .toList()) {
            if (!file.isEmpty()) {
                Files.delete(host.instances().resolve(file));
            }
        }
    }

    private static ServerBody body() {
        return new ServerBody("measured").image("demo").flavor("guest1").nic("data", 1);
    }

    private static double seconds(Callable<?> work) throws Exception {
        long begun = System.nanoTime();
        work.call();
        return (System.nanoTime() - begun) / 1e9;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void report(String ours, List<Double> mine, String theirs, List<Double> virsh) {
        System.err.printf(
                "NUMBERS %s: %.0f ms; %s: %.0f ms; ratio %.2f (medians of %d in turn)%n",
                ours, 1000 * median(mine), theirs, 1000 * median(virsh), median(mine) / median(virsh), ROUNDS);
    }
}
