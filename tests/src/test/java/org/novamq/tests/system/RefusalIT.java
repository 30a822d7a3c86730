package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused: with a status, with a message that names what and why, and with nothing left behind. */
class RefusalIT {
    private static final int TEN_MB = 10_000_000;

    @RegisterExtension
    static final TestHost host = TestHost.named("refusal", RefusalIT::scene);

    private static void scene(Scene scene) {
        Path images = scene.images();
        Path blank = images.resolve("blank.raw");
        scene.flavor("mq-off", 2, 64, 0, "hw:vif_multiqueue_enabled", "false")
                .flavor("mq-on", 2, 64, 0, "hw:vif_multiqueue_enabled", "true")
                .image("says-false", blank, "raw", "hw_vif_multiqueue_enabled", "false")
                .image("says-true", blank, "raw", "hw_vif_multiqueue_enabled", "true")
                .image("almost", blank, "raw", "hw_vif_multiqueue_enabeld", "true")
                .image("missing", images.resolve("missing.qcow2"), "qcow2")
                .image("directory", images, "raw")
                .image("text", Images.text(images.resolve("text.qcow2"), "no disk at all\n".repeat(100)), "qcow2")
                .image("masked", Images.qcow2(images.resolve("masked.raw"), "8M"), "raw")
                .image("backed", backed(images), "qcow2")
                .image("external", external(images), "qcow2")
                .image("no-kernel", blank, "raw", "kernel_id", "missing")
                .image("future", blank, "raw", "hw_machine_type", "pc-q35-99.0")
                .image("old", blank, "raw", "hw_machine_type", "pc-i440fx-2.0")
                .image("arm", blank, "raw", "hw_architecture", "aarch64");
    }

    private static Path backed(Path images) {
        return Images.qcow2(images.resolve("backed.qcow2"), "8M", "backing_file=/etc/passwd", "backing_fmt=raw");
    }

    private static Path external(Path images) {
        return Images.qcow2(
                images.resolve("external.qcow2"), "8M", "data_file=" + images.resolve("data"), "data_file_raw=on");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refusals")
    void isRefusedWithReason(ServerBody body, List<String> reasons) {
        String message = host.client().post(Servers.PATH, body.json()).refusal(400, "badRequest");
        assertThat(message).contains(reasons);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                refused("queues 0", queues("0"), "queues", "0", "1 to 256"),
                refused("queues -1", queues("-1"), "queues", "-1", "1 to 256"),
                refused("queues 257", queues("257"), "queues", "257", "1 to 256"),
                refused("queues 2^32+1", queues("4294967297"), "queues", "4294967297", "1 to 256"),
                refused("queues four", queues("\"four\""), "queues", "four", "1 to 256"),
                refused("queues 2.5", queues("2.5"), "queues", "2.5", "1 to 256"),
                refused("queues true", queues("true"), "queues", "true"),
                refused(
                        "no such machine",
                        body().image("future").nic("data"),
                        "hw_machine_type",
                        "this host's QEMU has no machine type 'pc-q35-99.0'"),
                refused("old machine", body().image("old").nic("data"), "hw_machine_type", "is too old"),
                refused("other architecture", body().image("arm").nic("data"), "hw_architecture", "aarch64"),
                refused("image says false", body().image("says-false").nic("data", 2), "hw_vif_multiqueue_enabled"),
                refused("flavor says false", body().flavor("mq-off").nic("data", 2), "hw:vif_multiqueue_enabled"),
                refused(
                        "flavor false, image true",
                        body().flavor("mq-off").image("says-true").nic("data"),
                        "hw:vif_multiqueue_enabled",
                        "hw_vif_multiqueue_enabled"),
                refused(
                        "flavor true, image false",
                        body().flavor("mq-on").image("says-false").nic("data"),
                        "hw:vif_multiqueue_enabled",
                        "hw_vif_multiqueue_enabled"),
                refused("unknown network", body().nic("dat"), "network", "'dat'", "did you mean 'data'"),
                refused("unknown image", body().image("blnk").nic("data"), "image", "'blnk'", "did you mean 'blank'"),
                refused("unknown flavor", body().flavor("tinny").nic("data"), "flavor", "'tinny'"),
                refused("name with newline", new ServerBody("a\nb").nic("data"), "name", "printable"),
                refused("name of 300 characters", new ServerBody("n".repeat(300)).nic("data"), "300", "255"),
                refused("no name", new ServerBody("").nic("data"), "name", "1 to 255"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("images")
    void imageThatIsNotWhatItSaysIsRefused(ServerBody body, List<String> reasons) {
        isRefusedWithReason(body, reasons);
    }

    static Stream<Arguments> images() {
        return Stream.of(
                image("missing", "missing.qcow2", "there is no such file"),
                image("directory", "images", "not a regular file"),
                image("text", "text.qcow2", "does not start like qcow2"),
                image("masked", "masked.raw", "starts like qcow2", "disk_format says raw"),
                image("backed", "backed.qcow2", "backing file"),
                image("external", "external.qcow2", "another file"),
                image("no-kernel", "missing.qcow2", "there is no such file"));
    }

    private static Arguments image(String reference, String... reasons) {
        return refused(reference, body().image(reference).nic("data"), reasons);
    }

    private static Arguments refused(String name, ServerBody body, String... reasons) {
        return arguments(named(name, body), Arrays.asList(reasons));
    }

    private static ServerBody body() {
        return new ServerBody("refused");
    }

    private static ServerBody queues(String json) {
        return body().nicAsking("data", json);
    }

    /** All that is wrong comes back at once, by field. */
    @Test
    void everyProblemIsNamed() {
        Client.Answer answer = host.client()
                .post(
                        Servers.PATH,
                        new ServerBody("a\nb")
                                .image("nope")
                                .nicAsking("data", "0")
                                .nicAsking("nowhere", "\"four\"")
                                .json());
        answer.refusal(400, "badRequest");
        assertThat(answer.json().at("/badRequest/problems").findValuesAsText("field"))
                .containsExactlyInAnyOrder(
                        "server.name",
                        "server.imageRef",
                        "server.networks[0].queues",
                        "server.networks[1].queues",
                        "server.networks[1].uuid");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"server\": {\"name\": \"x\"",
                "",
                "null",
                "[]",
                "\"text\"",
                "{}",
                "{\"server\": []}",
                "{\"server\": {}} {\"server\": {}}",
                "{\"server\": {\"name\": \"x\", \"name\": \"y\"}}"
            })
    void brokenJsonIsRefused(String body) {
        assertThat(host.client().post(Servers.PATH, body).refusal(400, "badRequest"))
                .isNotBlank()
                .doesNotContain("Exception", "org.novamq", "com.fasterxml");
    }

    @Test
    void bodyOfTenMegabytesIsRefused() {
        String spaces = " ".repeat(TEN_MB);
        assertThat(host.client().post(Servers.PATH, spaces).refusal(413, "overLimit"))
                .contains("1048576");
        assertThat(host.client().postChunked(Servers.PATH, bytes(spaces)).refusal(413, "overLimit"))
                .contains("1048576");
        assertThat(host.servers().ids()).isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    @Test
    void secondInstanceOfSameUuidIsRefusedAndFirstIsLeftAlone() {
        UUID uuid = UUID.randomUUID();
        ServerBody body = new ServerBody("first").uuid(uuid).nic("data");
        String id = host.servers().boot(body);
        assertThat(id).isEqualTo(uuid.toString());
        host.servers().awaitActive(id);
        Footprint running = Footprint.now();
        assertThat(host.client()
                        .post(
                                Servers.PATH,
                                new ServerBody("second").uuid(uuid).nic("admin").json())
                        .refusal(409, "conflictingRequest"))
                .contains(id);
        assertThat(Footprint.now()).isEqualTo(running);
        assertThat(host.servers().awaitActive(id).path("name").asText()).isEqualTo("first");
        host.servers().delete(id);
    }

    @Test
    void propertySpeltAlmostRightGivesWarning() {
        Program.Result boot =
                host.novamq("boot", "almost", "--image=almost", "--flavor=tiny", "--nic=net-id=data", "--json");
        boot.sound();
        assertThat(boot.err()).contains("warning: ", "hw_vif_multiqueue_enabeld", "hw_vif_multiqueue_enabled");
        var answer = new Client.Answer(0, boot.out()).json();
        String id = answer.at("/server/id").asText();
        host.servers().awaitActive(id);
        assertThat(host.servers().show(id).has("warnings")).isFalse();
        assertThat(host.client()
                        .get("/v1/instances/" + id)
                        .expect(200)
                        .path("warnings")
                        .toString())
                .contains("hw_vif_multiqueue_enabeld");
        host.servers().delete(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"queues=0", "queues=-1", "queues=257", "queues=four", "queues=2.5"})
    void commandLineRefusesQueues(String queues) {
        Program.Result boot =
                host.novamq("boot", "refused", "--image=blank", "--flavor=tiny", "--nic=net-id=data," + queues);
        assertThat(boot.status()).as(boot.toString()).isIn(1, 2);
        assertThat(boot.out()).isEmpty();
        assertThat(boot.err()).contains("--nic", queues.substring("queues=".length()), "1 to 256");
    }

    @Test
    void commandLineTellsWhatTheServiceRefused() {
        Program.Result boot =
                host.novamq("boot", "refused", "--image=says-false", "--flavor=tiny", "--nic=net-id=data,queues=2");
        assertThat(boot.status()).as(boot.toString()).isEqualTo(1);
        assertThat(boot.out()).isEmpty();
        assertThat(boot.err()).contains("hw_vif_multiqueue_enabled");
    }
}
