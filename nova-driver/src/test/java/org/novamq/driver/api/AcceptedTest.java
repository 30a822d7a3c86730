package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.lenient;
import static org.mockito.Mockito.timeout;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.ws.rs.core.Response;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.mockito.Mock;
import org.mockito.junit.jupiter.MockitoExtension;
import org.mockito.stubbing.Answer;
import org.novamq.driver.compute.Claim;
import org.novamq.driver.compute.ComputeDriver;
import org.novamq.driver.disk.BaseImageCheck;
import org.novamq.driver.disk.QemuImg;
import org.novamq.driver.glance.GlanceClient;
import org.novamq.driver.glance.ImageCache;
import org.novamq.driver.instance.Action;
import org.novamq.driver.instance.Blueprint;
import org.novamq.driver.instance.BootSource;
import org.novamq.driver.instance.Fault;
import org.novamq.driver.instance.Instance;
import org.novamq.driver.instance.InstanceRecord;
import org.novamq.driver.instance.Task;
import org.novamq.driver.json.Json;
import org.novamq.driver.libvirt.PowerState;
import org.novamq.vif.request.HostLimits;

/** An answer that accepts work shows it as under way, however fast it fails: a caller takes any other for its end. */
@ExtendWith(MockitoExtension.class)
class AcceptedTest {
    private static final UUID ID = UUID.fromString("11111111-2222-3333-4444-555555555555");
    private static final String NOW = "2026-01-02T03:04:05Z";
    private static final int LIMIT_MILLIS = 5_000;

    /** The worker's, before the answer. */
    private static final int HEAD_START_MILLIS = 200;

    private final CountDownLatch worked = new CountDownLatch(1);

    @Mock
    private ComputeDriver driver;

    @Mock
    private Claim claim;

    private InstanceWorkers workers;
    private InstancesResource instances;

    @BeforeEach
    void setUp() {
        ImageCache images = new ImageCache(
                Path.of("none"),
                Optional.of(new GlanceClient(URI.create("http://127.0.0.1:1"), Duration.ofSeconds(1))),
                new BaseImageCheck(new QemuImg()),
                Duration.ofDays(1),
                Clock.systemUTC());
        workers = new InstanceWorkers(driver, 1);
        instances = new InstancesResource(driver, new SpawnRequestReader(HostLimits.DEFAULT, images), images, workers);
        lenient().when(driver.setPower(any(), any())).thenReturn(true);
        lenient().when(driver.unrescue(any())).thenReturn(true);
        Answer<Void> work = call -> {
            worked.countDown();
            return null;
        };
        lenient().doAnswer(work).when(driver).perform(ID);
        lenient().doAnswer(work).when(driver).spawn(any());
    }

    @AfterEach
    void stop() throws InterruptedException {
        workers.stop();
    }

    static Stream<Named<Function<InstancesResource, Response>>> calls() {
        String id = ID.toString();
        return Stream.of(
                Named.of("power", to -> to.setPower(id, "{\"power_state\": \"running\"}")),
                Named.of("reboot", to -> to.reboot(id, "{\"type\": \"HARD\", \"id\": \"1\"}")),
                Named.of("unrescue", to -> to.unrescue(id)));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void aTaskIsUnderWay(Function<InstancesResource, Response> call) {
        InstanceRecord built = record().done();
        infoIs(built.withTask(Task.of(Action.START, false)), built.notDone(new Fault(500, "simulated", NOW)));

        assertThat(accepted(call.apply(instances)).path("task").asText()).isEqualTo("start");
        verify(driver, timeout(LIMIT_MILLIS)).perform(ID);
    }

    @Test
    void aBuildIsUnderWay() {
        when(claim.uuid()).thenReturn(ID);
        when(driver.claim(any())).thenReturn(claim);
        infoIs(record(), record().failed(new Fault(500, "simulated", NOW)));

        Response answer = instances.spawn(ID.toString(), null, """
                {"request": {"instance": {"uuid": "%s", "name": "one"}, "virt_type": "qemu", "image": {},
                             "flavor": {"vcpus": 1, "memory_mb": 64}, "nics": []},
                 "image": {"kernel": {"id": "%s", "disk_format": "aki", "hash_algo": "md5",
                                      "hash_value": "d41d8cd98f00b204e9800998ecf8427e"}}}
                """.formatted(ID, ID));

        assertThat(accepted(answer).path("task").asText()).isEqualTo("spawn");
        verify(driver, timeout(LIMIT_MILLIS)).spawn(claim);
    }

    private static ObjectNode accepted(Response answer) {
        assertThat(answer.getStatus()).isEqualTo(202);
        return (ObjectNode) answer.getEntity();
    }

    private void infoIs(InstanceRecord before, InstanceRecord after) {
        when(driver.info(ID)).thenAnswer(call -> {
            boolean over = worked.await(HEAD_START_MILLIS, TimeUnit.MILLISECONDS);
            return new Instance(ID, "one", PowerState.SHUTDOWN, false, over ? after : before, List.of(), List.of());
        });
    }

    private static InstanceRecord record() {
        ObjectNode none = Json.parseObject("{\"nics\": []}");
        BootSource boot = new BootSource(Optional.empty(), Optional.empty(), Optional.empty());
        return InstanceRecord.claimed("one", NOW, Map.of(), new Blueprint("i", "f", boot, 0, 0, false, none, none, 0));
    }
}
