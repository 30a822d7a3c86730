package org.novamq.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceCommandsTest {
    private static final String ONE = "0d9ed4ae-92a7-4a1f-b0a5-4c1e9f6a1c11";
    private static final String TWO = "1d9ed4ae-92a7-4a1f-b0a5-4c1e9f6a1c11";
    private static final String LIST = "{\"servers\":[" + server(ONE, "we b/1") + "," + server(TWO, "twin") + ","
            + server("3d9ed4ae-92a7-4a1f-b0a5-4c1e9f6a1c11", "twin") + "]}";

    private StubService service;

    @BeforeEach
    void start() throws IOException {
        service = new StubService();
        service.on("GET /v2.1/servers/detail", 200, LIST);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void listsInstances() {
        Shell.Result result = service.novamq("list");
        assertThat(result.lines().get(0)).matches("ID +NAME +STATUS +FLAVOR +IMAGE +NETWORKS");
        assertThat(result.lines().get(1)).isEqualTo(ONE + "  we b/1  ACTIVE  m1      deb    data");
        assertThat(service.novamq("list", "--json").out()).isEqualTo(LIST + "\n");
    }

    @Test
    void keepsATerminalFromTheEscapesInAName() {
        service.on(
                "GET /v2.1/servers/" + ONE,
                200,
                "{\"server\":{\"name\":\"a\\u001b[2Jb\",\"links\":[],\"image\":{\"id\":\"i\",\"links\":[]}}}");
        assertThat(service.novamq("show", ONE).lines())
                .containsExactly("FIELD  VALUE", "name   a\\u001b[2Jb", "image  {\"id\":\"i\"}");
    }

    @Test
    void showsWhatThePlanWarnsOf() {
        service.on("GET /v2.1/servers/" + ONE, 200, "{\"server\":{\"name\":\"a\",\"links\":[]}}")
                .on("GET /v1/instances/" + ONE, 200, "{\"warnings\":[\"too many\"]}");
        assertThat(service.novamq("show", ONE).lines()).contains("warning  too many");
        assertThat(service.novamq("show", ONE, "--json").out())
                .isEqualTo("{\"server\":{\"name\":\"a\",\"links\":[]},\"task\":null,\"fault\":null,"
                        + "\"warnings\":[\"too many\"]}\n");
    }

    @Test
    void showsWhyAnInstanceThatGoesOnDidNotDoTheLastThing() {
        String fault = "{\"code\":500,\"message\":\"no slot\",\"created\":\"2026-01-02T03:04:05Z\"}";
        service.on("GET /v2.1/servers/" + ONE, 200, "{\"server\":{\"status\":\"ACTIVE\"}}")
                .on("GET /v1/instances/" + ONE, 200, "{\"task\":null,\"fault\":" + fault + "}");
        assertThat(service.novamq("show", ONE).lines())
                .containsExactly("FIELD   VALUE", "status  ACTIVE", "task    -", "fault   " + fault);
        assertThat(service.novamq("show", ONE, "--json").out())
                .isEqualTo("{\"server\":{\"status\":\"ACTIVE\"},\"task\":null,\"fault\":" + fault
                        + ",\"warnings\":null}\n");
    }

    @Test
    void showsAFaultOnceAndWhatIsBeingDone() {
        service.on("GET /v2.1/servers/" + ONE, 200, "{\"server\":{\"fault\":{\"message\":\"a\"}}}")
                .on("GET /v1/instances/" + ONE, 200, "{\"task\":\"hard_reboot\",\"fault\":{\"message\":\"a\"}}");
        assertThat(service.novamq("show", ONE).lines())
                .containsExactly("FIELD  VALUE", "fault  {\"message\":\"a\"}", "task   hard_reboot");
    }

    @Test
    void findsAnInstanceByName() {
        service.on("GET /v1/instances/" + ONE + "/queues", 200, BootCommandTest.QUEUES);
        Shell.Result result = service.novamq("queues", "we b/1");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).contains("4 of 4, 9 vectors (agent)");

        assertThat(service.novamq("queues", "nobody").err())
                .isEqualTo("cannot find an instance of the id or name 'nobody'\n");
        Shell.Result twins = service.novamq("show", "twin");
        assertThat(twins.exitCode()).isEqualTo(1);
        assertThat(twins.err()).contains("2 have it").contains("\n  " + TWO + "\n  3d9ed4ae-");
    }

    @Test
    void deletesAllItCan() {
        service.on("DELETE /v2.1/servers/" + ONE, 204, "").on("GET /v2.1/servers/" + ONE, 200, "{\"server\":{}}");
        service.on("GET /v2.1/servers/" + ONE, 404, "{\"itemNotFound\":{\"code\":404,\"message\":\"gone\"}}");

        Shell.Result result = service.novamq("delete", TWO, ONE, "--wait");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err())
                .contains("nothing at DELETE /v2.1/servers/" + TWO)
                .contains(ONE + ": deleted");
        assertThat(service.requests()).contains("DELETE /v2.1/servers/" + ONE);
    }

    @Test
    void asksForWhatIsToBeDone() {
        String action = "POST /v2.1/servers/" + ONE + "/action";
        service.on(action, 202, "");
        assertThat(service.novamq("stop", ONE).exitCode()).isZero();
        assertThat(service.novamq("reboot", "--hard", ONE).exitCode()).isZero();
        assertThat(service.novamq("resize", ONE, "m2").exitCode()).isZero();
        assertThat(service.novamq("resize-confirm", ONE).exitCode()).isZero();
        assertThat(service.requests())
                .containsExactly(
                        action + " {\"os-stop\":null}",
                        action + " {\"reboot\":{\"type\":\"HARD\"}}",
                        action + " {\"resize\":{\"flavorRef\":\"m2\"}}",
                        action + " {\"confirmResize\":null}");
    }

    @Test
    void waitsUntilItIsDoneAndTellsWhyItIsNot() {
        service.on("POST /v2.1/servers/" + ONE + "/action", 202, "");
        service.on("GET /v1/instances/" + ONE, 200, "{\"status\":\"ACTIVE\",\"task\":\"stop\",\"fault\":null}");
        service.on(
                "GET /v1/instances/" + ONE,
                200,
                "{\"status\":\"ACTIVE\",\"task\":null,\"fault\":{\"message\":\"libvirt says no\"}}");
        Shell.Result result = service.novamq("stop", "--wait", ONE);
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("libvirt says no");
    }

    @Test
    void attachesAndSetsQueues() {
        String nics = "/v2.1/servers/" + ONE + "/os-interface";
        service.on("POST " + nics, 200, "{\"interfaceAttachment\":{\"port_id\":\"p\",\"net_id\":\"n\"}}");
        service.on("DELETE " + nics + "/p", 202, "");
        service.on("PUT /v1/instances/" + ONE + "/nics/p/queues", 202, "");
        assertThat(service.novamq("interface-attach", ONE, "--nic", "net-id=n,queues=2")
                        .out())
                .contains("p        n");
        service.novamq("interface-detach", ONE, "p");
        service.novamq("queues", "set", ONE, "p", "4", "--replug");
        assertThat(service.requests())
                .containsExactly(
                        "POST " + nics + " {\"interfaceAttachment\":{\"net_id\":\"n\",\"queues\":2}}",
                        "DELETE " + nics + "/p",
                        "PUT /v1/instances/" + ONE + "/nics/p/queues {\"queues\":4,\"replug\":true}");
    }

    @Test
    void setsAndDeletesMetadata() {
        String metadata = "/v2.1/servers/" + ONE + "/metadata";
        service.on("POST " + metadata, 200, "{\"metadata\":{}}").on("DELETE " + metadata + "/a%20b", 204, "");
        assertThat(service.novamq("meta", ONE, "set", "a b=c=d", "e=").exitCode())
                .isZero();
        assertThat(service.novamq("meta", ONE, "delete", "a b").exitCode()).isZero();
        assertThat(service.requests())
                .containsExactly(
                        "POST " + metadata + " {\"metadata\":{\"a b\":\"c=d\",\"e\":\"\"}}",
                        "DELETE " + metadata + "/a%20b");
        assertThat(service.novamq("meta", ONE, "set", "a").exitCode()).isEqualTo(2);
    }

    @Test
    void waitsForNothingWhereAllIsDone() {
        service.on("PUT /v1/instances/" + ONE + "/nics/p/queues", 200, "{}");
        service.on("GET /v1/instances/" + ONE, 200, "{\"task\":null,\"fault\":{\"message\":\"an old one\"}}");
        assertThat(service.novamq("queues", "set", "--wait", ONE, "p", "2").exitCode())
                .isZero();
    }

    @Test
    void attachesByNetworkAndTag() {
        String nics = "/v2.1/servers/" + ONE + "/os-interface";
        service.on("POST " + nics, 200, "{\"interfaceAttachment\":{}}");
        service.novamq("interface-attach", ONE, "--net-id", "n", "--tag", "queues=2");
        service.novamq("interface-attach", ONE, "--nic", "net-id=n,v4-fixed-ip=10.0.0.9");
        assertThat(service.requests())
                .containsExactly(
                        "POST " + nics + " {\"interfaceAttachment\":{\"net_id\":\"n\",\"tag\":\"queues=2\"}}",
                        "POST " + nics
                                + " {\"interfaceAttachment\":{\"net_id\":\"n\",\"fixed_ips\":[{\"ip_address\":\"10.0.0.9\"}]}}");
        assertThat(service.novamq("interface-attach", ONE).exitCode()).isEqualTo(2);
    }

    @Test
    void printsTheConsoleLog() {
        service.on("POST /v2.1/servers/" + ONE + "/action", 200, "{\"output\":\"login:\"}");
        assertThat(service.novamq("console-log", ONE, "--length", "5").out()).isEqualTo("login:\n");
        assertThat(service.requests())
                .containsExactly("POST /v2.1/servers/" + ONE + "/action {\"os-getConsoleOutput\":{\"length\":5}}");
    }

    @Test
    void printsErrorsOfEveryForm() {
        assertError(503, "{\"serviceUnavailable\":{\"code\":503,\"message\":\"no libvirt\"}}", "no libvirt\n");
        assertError(413, "{\"overLimit\":{\"code\":413,\"message\":\"too large\"}}", "too large\n");
        assertError(404, "{\"code\":404,\"message\":\"HTTP 404 Not Found\"}", "HTTP 404 Not Found\n");
        assertError(400, "{\"problems\":[{\"field\":\"a\",\"value\":\"\",\"message\":\"b\"}]}", "a: b\n");
        assertError(502, "<html>", "the service answered 502 '<html>'\n");
        assertError(500, "", "the service answered 500\n");
        assertError(200, "hello", "cannot read the service's answer: 'hello' is no JSON\n");
    }

    @Test
    void tellsAnUnreachableService() throws IOException {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        String url = "http://127.0.0.1:" + port;
        Shell.Result result = Shell.novamq("list", "--url", url + "/");
        assertThat(result.exitCode()).isEqualTo(3);
        assertThat(result.err())
                .startsWith("cannot reach the service at " + url + ": ")
                .hasLineCount(1);

        assertThat(new Shell(Map.of("NOVAMQ_URL", "ftp://x")).run("", "list").exitCode())
                .isEqualTo(2);
    }

    @Test
    void helpsWithExamplesOnEveryCommand() {
        List<String> commands = Shell.novamq("--help").lines().stream()
                .dropWhile(line -> !line.equals("Commands:"))
                .skip(1)
                .takeWhile(line -> !line.isBlank())
                .filter(line -> line.startsWith("  ") && line.charAt(2) != ' ')
                .map(line -> line.strip().replaceFirst("[ ,].*", ""))
                .filter(command -> !command.equals("help") && !command.equals("generate-completion"))
                .toList();
        assertThat(commands).hasSizeGreaterThan(20).contains("boot", "meta", "start", "interface-list");
        for (String command : commands) {
            Shell.Result help = Shell.novamq(command, "--help");
            assertThat(help.exitCode()).isZero();
            assertThat(help.out()).startsWith("Usage: novamq " + command);
            assertThat(help.out()).matches("(?s).*Examples:.* novamq " + command + "\\b.*");
        }
        for (String command : List.of("set", "activate", "snippet")) {
            assertThat(Shell.novamq("queues", command, "--help").out())
                    .contains("Examples:", "  novamq queues " + command);
        }
        assertThat(Shell.novamq("--version").out()).startsWith("novamq ");
        assertThat(Shell.novamq("generate-completion").out()).contains("complete -F _complete_novamq");
    }

    @Test
    void tellsAWrongCommandLine() {
        assertThat(Shell.novamq().exitCode()).isEqualTo(2);
        assertThat(Shell.novamq("bot").exitCode()).isEqualTo(2);
        assertThat(Shell.novamq("bot").err()).contains("Did you mean: novamq boot");
        assertThat(Shell.novamq("show").err()).contains("SERVER").contains("Try 'novamq show --help'.");
        Shell.Result missing = Shell.novamq("server", "--config", "/nonexistent.yaml");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).startsWith("cannot read /nonexistent.yaml").doesNotContain("\tat ");
    }

    private static void assertError(int status, String body, String printed) {
        try (StubService failing = new StubService()) {
            Shell.Result result =
                    failing.on("GET /v2.1/servers/detail", status, body).novamq("list");
            assertThat(result.exitCode()).isEqualTo(1);
            assertThat(result.err()).isEqualTo(printed);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String server(String id, String name) {
        return "{\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"status\":\"ACTIVE\",\"flavor\":{\"id\":\"m1\"},"
                + "\"image\":{\"id\":\"deb\"},\"addresses\":{\"data\":[]}}";
    }
}
