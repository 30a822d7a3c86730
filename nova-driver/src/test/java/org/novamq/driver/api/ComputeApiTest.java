package org.novamq.driver.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novamq.driver.glance.FakeGlance;
import org.novamq.driver.json.Json;

/** {@code /v1/instances} as a nova-compute calls it: every call, and every call again. */
@Timeout(120)
class ComputeApiTest extends ComputeApi {
    private static final String FILE = "{\"paths\": [\"openstack/latest/meta_data.json\"], \"content\": \"e30=\"}";

    /** Whatever a test has done, deletion takes it all. */
    @AfterEach
    void deleteIt() throws Exception {
        assertThat(service.delete(path()).statusCode()).isIn(202, 204);
        await().until(() -> service.delete(path()).statusCode(), status -> status == 204);
        assertThat(service.get(path()).statusCode()).isEqualTo(404);
        assertThat(directory.resolve("instances").resolve(id)).doesNotExist();
        assertThat(Json.parseObject(service.get("/v1/instances").body()).path("instances"))
                .isEmpty();
    }

    @Test
    void anInstanceIsMadeOnceHoweverOftenItIsAskedFor() throws Exception {
        HttpResponse<String> first = put(body("\"domain\": \"instance-00000001\""));
        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(put(body("\"domain\": \"instance-00000001\"")).statusCode()).isEqualTo(200);

        JsonNode instance = awaitIdle();
        assertThat(instance.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(instance.path("power_state").asText()).isEqualTo("running");
        assertThat(instance.path("domain").asText()).isEqualTo("instance-00000001");
        assertThat(instance.path("image").asText()).isEqualTo(kernel.toString());
        assertThat(instance.at("/plan/nics/0/granted").asInt()).isEqualTo(2);
        assertThat(instance.toString()).doesNotContain(FakeGlance.TOKEN);
        assertThat(Json.parseObject(service.get("/v1/instances").body())
                        .at("/instances/0")
                        .toString())
                .isEqualTo("{\"id\":\"" + id + "\",\"name\":\"one\",\"domain\":\"instance-00000001\","
                        + "\"status\":\"ACTIVE\",\"power_state\":\"running\",\"task\":null}");
        assertThat(put(body("")).statusCode()).isEqualTo(200);
        assertThat(downloads()).isEqualTo(1);
    }

    @Test
    void twoAtOnceForOneInstanceMakeOne() throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        Callable<Integer> call = () -> put(body("")).statusCode();
        List<Integer> answers = two.invokeAll(List.of(call, call)).stream()
                .map(ComputeApiTest::get)
                .toList();
        two.shutdown();
        assertThat(answers).containsExactlyInAnyOrder(200, 202);
        assertThat(awaitIdle().path("status").asText()).isEqualTo("ACTIVE");
        assertThat(downloads()).isEqualTo(1);
    }

    @Test
    void oneThatIsNotToRunIsMadeAndOff() throws Exception {
        make("\"power_on\": false");
        assertThat(awaitIdle().path("power_state").asText()).isEqualTo("shutdown");
        becomes("running", "ACTIVE");
    }

    @Test
    void aCorruptImageLeavesTheReasonAndNothingElse() throws Exception {
        glance.sends(kernel, FakeGlance::corrupt);
        make("");
        JsonNode instance = awaitIdle();
        assertThat(instance.path("status").asText()).isEqualTo("ERROR");
        String fault = instance.at("/fault/message").asText();
        assertThat(fault)
                .startsWith("cannot use image " + kernel + ": the sha512 of its data is ")
                .contains("Glance says " + FakeGlance.sha512(KERNEL).value());

        HttpResponse<String> again = put(body(""));
        assertThat(again.statusCode()).isEqualTo(409);
        assertThat(again.body()).contains("there is one already: " + fault);
        assertThat(cached()).noneMatch(name -> name.contains(kernel.toString()));
    }

    @Test
    void aTokenThatGlanceDoesNotTakeIsAFaultInWords() throws Exception {
        HttpResponse<String> accepted = service.send(
                service.json(path()).header("X-Auth-Token", "stolen").PUT(BodyPublishers.ofString(body(""))));
        assertThat(accepted.statusCode()).isEqualTo(202);
        assertThat(awaitIdle().at("/fault/message").asText())
                .contains("it answered 401")
                .doesNotContain("stolen");
    }

    @Test
    void anInstanceIsDeletedWhileItsImageIsStillOnItsWay() throws Exception {
        glance.sends(kernel, (exchange, data) -> {
            exchange.sendResponseHeaders(200, data.length);
            Thread.sleep(60_000);
        });
        make("");
        await().until(() -> downloads() == 1);
        assertThat(Json.parseObject(service.get(path()).body()).path("status").asText())
                .isEqualTo("BUILD");
        assertThat(service.delete(path()).statusCode()).isEqualTo(202);
        assertThat(service.delete(path()).statusCode()).isIn(202, 204);
    }

    @Test
    void everyPowerStateIsReachedAndReachedAgain() throws Exception {
        make("");
        awaitIdle();
        becomes("paused", "PAUSED");
        becomes("running", "ACTIVE");
        becomes("suspended", "SUSPENDED");
        refuses(service.put(path("/power-state"), "{\"power_state\": \"paused\"}"), 409, "there is no guest in memory");
        refuses(service.post(path("/reboot"), "{\"type\": \"SOFT\", \"id\": \"x\"}"), 409, "it is suspended");
        becomes("running", "ACTIVE");
        becomes("shutdown", "SHUTOFF");
        refuses(service.put(path("/power-state"), "{\"power_state\": \"suspended\"}"), 409, "no guest in memory");
        becomes("running", "ACTIVE");
        becomes("suspended", "SUSPENDED");
        becomes("shutdown", "SHUTOFF");
    }

    @Test
    void aStartTakesTheNicsOfThen() throws Exception {
        make("\"power_on\": false");
        awaitIdle();
        HttpResponse<String> accepted =
                service.put(path("/power-state"), "{\"power_state\": \"running\", \"nics\": [" + nic("p2", 4) + "]}");
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        JsonNode instance = awaitIdle();
        assertThat(instance.path("power_state").asText()).isEqualTo("running");
        assertThat(instance.at("/plan/nics").findValuesAsText("id")).containsExactly("p2");
        assertThat(instance.at("/plan/nics/0/granted").asInt()).isEqualTo(4);
    }

    @Test
    void aHardRebootTakesTheNicsOfThenAndOnlyOnce() throws Exception {
        make("");
        awaitIdle();
        String reboot =
                "{\"type\": \"HARD\", \"id\": \"req-1\", \"nics\": [" + nic("p3", 3) + ", " + nic("p1", 2) + "]}";
        HttpResponse<String> accepted = service.post(path("/reboot"), reboot);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        JsonNode instance = awaitIdle();
        assertThat(instance.at("/plan/nics").findValuesAsText("id")).containsExactly("p3", "p1");
        assertThat(instance.at("/plan/nics").findValuesAsText("granted")).containsExactly("3", "2");

        HttpResponse<String> again = service.post(path("/reboot"), reboot);
        assertThat(again.statusCode()).isEqualTo(202);
        assertThat(Json.parseObject(again.body())).as("nothing is done").isEqualTo(instance);
        HttpResponse<String> other = service.post(path("/reboot"), "{\"type\": \"HARD\", \"id\": \"req-2\"}");
        assertThat(Json.parseObject(other.body()).path("task").asText()).isEqualTo("hard_reboot");
        assertThat(awaitIdle().at("/plan/nics")).hasSize(2);
    }

    @Test
    void rescuedAndBackEachOnceAndNoNicIsAnother() throws Exception {
        make("\"config_drive\": true");
        JsonNode before = awaitIdle();
        HttpResponse<String> accepted = rescue(kernel, ", \"config_drive\": {\"files\": [" + FILE + "]}");
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        JsonNode rescued = awaitIdle();
        assertThat(rescued.path("status").asText()).isEqualTo("RESCUE");
        assertThat(rescued.path("power_state").asText()).isEqualTo("running");
        assertThat(rescued.path("fault").isNull()).as(rescued.toString()).isTrue();
        assertThat(rescued.at("/plan/nics")).isEqualTo(before.at("/plan/nics"));
        assertThat(files()).contains("disk.config.rescue");
        assertThat(rescue(kernel, "").statusCode()).isEqualTo(200);
        refuses(service.put(path("/nics/p2"), nic("p2", 1)), 409, "while it is in vm_state rescued");

        assertThat(service.delete(path("/rescue")).statusCode()).isEqualTo(202);
        JsonNode back = awaitIdle();
        assertThat(back.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(back.at("/plan/nics")).isEqualTo(before.at("/plan/nics"));
        assertThat(files()).doesNotContain("disk.config.rescue");
        assertThat(service.delete(path("/rescue")).statusCode()).isEqualTo(200);
    }

    @Test
    void aRescueImageThatCannotBeUsedLeavesTheGuestRunning() throws Exception {
        make("");
        awaitIdle();
        UUID broken = glance.add(KERNEL);
        glance.sends(broken, FakeGlance::corrupt);
        assertThat(rescue(broken, "").statusCode()).isEqualTo(202);
        JsonNode instance = awaitIdle();
        assertThat(instance.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(instance.at("/fault/message").asText()).startsWith("cannot use image " + broken);
    }

    @Test
    void aHardRebootAndAStartEndARescue() throws Exception {
        make("");
        awaitIdle();
        rescue(kernel, "");
        awaitIdle();
        service.post(path("/reboot"), "{\"type\": \"HARD\", \"id\": \"req-1\", \"nics\": [" + nic("p3", 3) + "]}");
        JsonNode rebooted = awaitIdle();
        assertThat(rebooted.path("status").asText()).isEqualTo("ACTIVE");
        assertThat(rebooted.at("/plan/nics").findValuesAsText("id")).containsExactly("p3");

        rescue(kernel, "");
        awaitIdle();
        service.put(path("/power-state"), "{\"power_state\": \"shutdown\", \"timeout\": 0}");
        assertThat(awaitIdle().path("status").asText()).isEqualTo("RESCUE");
        becomes("running", "ACTIVE");
    }

    private HttpResponse<String> rescue(UUID image, String more) throws Exception {
        String body = """
                {"image": {"kernel": {"id": "%s", "disk_format": "aki", "hash_algo": "sha512", "hash_value": "%s"}}%s}
                """.formatted(image, FakeGlance.sha512(KERNEL).value(), more);
        return service.send(service.json(path("/rescue"))
                .header("X-Auth-Token", FakeGlance.TOKEN)
                .PUT(BodyPublishers.ofString(body)));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("instances").resolve(id))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void aConsoleThatHasSaidNothingIsEmpty() throws Exception {
        make("");
        awaitIdle();
        assertThat(service.get(path("/console-output?lines=5")).body()).isEqualTo("{\"output\":\"\"}");
        refuses(service.get(path("/console-output?lines=x")), 400, "cannot use lines: a whole number from 0 is needed");
    }

    @Test
    void diagnosticsAreNovasOwn() throws Exception {
        make("");
        awaitIdle();
        JsonNode running = Json.parseObject(service.get(path("/diagnostics")).body());
        assertThat(running.path("state").asText()).isEqualTo("running");
        assertThat(running.path("driver").asText()).isEqualTo("libvirt");
        assertThat(running.path("hypervisor").asText()).isEqualTo("qemu");
        assertThat(running.path("num_nics").asInt()).isEqualTo(1);
        assertThat(running.at("/memory_details/maximum").asInt()).isEqualTo(64);
        assertThat(running.at("/nic_details/0/mac_address").asText()).isEqualTo("fa:16:3e:00:00:01");
        becomes("shutdown", "SHUTOFF");
        JsonNode off = Json.parseObject(service.get(path("/diagnostics")).body());
        assertThat(off.path("state").asText()).isEqualTo("shutdown");
        assertThat(off.path("cpu_details")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "domain": "../x"            | domain: cannot call a domain '../x'
            "domain": ""                | domain: cannot call a domain ''
            "root_gb": -1               | root_gb: cannot use '-1' for root_gb
            "power": true               | cannot use the key 'power': it must be request, domain, root_gb
            "metadata": {"a": 1}        | cannot keep the metadata 'a'
            "image": {}                 | image: cannot boot from nothing
            "image": {"kernel": {"id": "x", "disk_format": "aki", "hash_algo": "md5", "hash_value": "0"}} | image.kernel.id: cannot use 'x' as a UUID
            "image": {"kernel": {"disk_format": "aki", "hash_algo": "crc", "hash_value": "0"}} | image.kernel.hash_algo: cannot use 'crc'
            "image": {"disk": {"id": "11111111-2222-3333-4444-555555555555", "disk_format": "vmdk", "hash_algo": "md5", "hash_value": "d41d8cd98f00b204e9800998ecf8427e"}} | image.disk.disk_format: cannot use the image: its disk_format is 'vmdk', this driver boots raw and qcow2
            "image": {"disk": {"id": "11111111-2222-3333-4444-555555555555", "disk_format": "raw", "hash_algo": "md5", "hash_value": "d4"}} | image.disk.hash_value: cannot use 'd4' as md5: 32 hexadecimal digits are needed
            "request": {"host": {}}     | request.host: cannot take it in the request of an instance
            "request": {"running": true}| request.running: cannot take it
            "request": {}               | request.flavor: cannot do without flavor
            """)
    void aBadBodyIsRefused(String keys, String message) throws Exception {
        refuses(put(body(keys)), 400, message);
    }

    @Test
    void aBadRequestIsToldByItsPlaceInTheBody() throws Exception {
        refuses(
                put(body("").replace("\"queues\":2", "\"queues\":0")),
                400,
                "request.nics[0].queues: cannot give a NIC '0'");
        refuses(put(body("").replace("\"queues\":2", "\"granted\":2")), 400, "request.nics[0].granted: cannot take it");
        refuses(put(body("").replace("\"lo\"", "\"br9\"")), 400, "request.nics[0].vif.network.bridge");
        refuses(put(body("").replace("\"bridge\",", "\"tap\",")), 400, "request.nics[0].vif.type: cannot use a VIF");
        refuses(put(body("").replace(id, UUID.randomUUID().toString())), 400, "request.instance.uuid");
        refuses(service.put("/v1/instances/nope", body("")), 404, "Instance 'nope' could not be found.");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PUT  | /power-state | {"power_state": "on"}                           | it must be running, shutdown, paused or suspended
            PUT  | /power-state | {"power_state": "running", "timeout": 1}        | timeout: cannot use timeout
            PUT  | /power-state | {"power_state": "suspended", "nics": []}        | nics: cannot use nics
            PUT  | /power-state | {"power_state": "running", "nics": [{"granted": 2}]} | nics[0].granted
            POST | /reboot      | {"type": "HARD"}                                | cannot do without id
            POST | /reboot      | {"type": "soft", "id": "1", "nics": []}         | a soft reboot leaves the domain as it is
            POST | /reboot      | {"type": "warm", "id": "1"}                     | it must be SOFT or HARD
            PUT  | /rescue      | {}                                              | cannot do without image
            PUT  | /rescue      | {"image": {}, "nics": []}                       | cannot use the key 'nics'
            PUT  | /rescue      | {"image": {}, "config_drive": {}}               | config_drive.files: cannot do without config_drive.files
            PUT  | /nics/p9     | {"vif": {"id": "p8"}}                           | cannot attach NIC 'p9' by the VIF of another: 'p8'
            """)
    void aBadWishIsRefused(String method, String path, String body, String message) throws Exception {
        refuses(service.send(service.json(path(path)).method(method, BodyPublishers.ofString(body))), 400, message);
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(service.put(path("/power-state"), "{\"power_state\": \"running\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.post(path("/reboot"), "{\"type\": \"HARD\", \"id\": \"1\"}")
                        .statusCode())
                .isEqualTo(404);
        assertThat(service.delete(path("/nics/p1")).statusCode()).isEqualTo(404);
        assertThat(service.delete(path("/rescue")).statusCode()).isEqualTo(404);
        assertThat(service.get(path("/diagnostics")).statusCode()).isEqualTo(404);
    }

    private static <T> T get(Future<T> future) {
        try {
            return future.get();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** 202, then 200 for the same again; the wish for a shutdown does not wait for this guest, which has no ears. */
    private void becomes(String powerState, String status) throws Exception {
        String timeout = powerState.equals("shutdown") ? ", \"timeout\": 0" : "";
        String wish = "{\"power_state\": \"" + powerState + "\"" + timeout + "}";
        HttpResponse<String> accepted = service.put(path("/power-state"), wish);
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        JsonNode instance = awaitIdle();
        assertThat(instance.path("power_state").asText())
                .as(instance.toString())
                .isEqualTo(powerState);
        assertThat(instance.path("status").asText()).isEqualTo(status);
        assertThat(service.put(path("/power-state"), wish).statusCode()).isEqualTo(200);
    }

    private long downloads() {
        return glance.requests().stream()
                .filter(request -> request.contains(kernel.toString()))
                .count();
    }

    private static List<String> cached() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("instances/_base"))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
