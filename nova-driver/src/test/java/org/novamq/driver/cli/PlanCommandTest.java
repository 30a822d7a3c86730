package org.novamq.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novamq.driver.json.Json;

class PlanCommandTest {
    private static final String REQUEST = """
            {"instance":{"uuid":"11111111-2222-4333-8444-555555555555","name":"Zoë"},"flavor":{"vcpus":2},\
            "image":{"properties":{"hw_vif_multiqeue_enabled":"true"}},"virt_type":"kvm",\
            "nics":[{"vif":{"id":"vif-1","address":"52:54:00:00:00:01","type":"bridge",\
            "network":{"id":"net-1","bridge":"br0"}},"queues":64}]}""";
    private static final String REFUSED = REQUEST.replace("\"queues\":64", "\"queues\":257");

    private final Shell shell = new Shell(Map.of());

    @Test
    void answersEachLineWithALineInOrderAndOneRefusedMakesTheExitCode() {
        Shell.Result result = shell.run(
                REQUEST + "\n\n" + REFUSED + "\nnot json\n" + REQUEST + "\n", "plan", "--file", "-", "--json");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEmpty();
        assertThat(result.lines()).hasSize(4);
        assertThat(result.lines().get(0)).isEqualTo(result.lines().get(3)).startsWith("{\"nics\":[{\"id\":\"vif-1\",");
        assertThat(Json.parseObject(result.lines().get(0)).at("/nics/0/granted").asInt())
                .isEqualTo(2);
        ObjectNode refused = Json.parseObject(result.lines().get(1));
        assertThat(refused.at("/problems/0/field").asText()).isEqualTo("nics[0].queues");
        assertThat(refused.at("/problems/0/value").asText()).isEqualTo("257");
        assertThat(result.lines().get(2)).startsWith("{\"problems\":[").contains("cannot read the request as JSON");
    }

    @Test
    void takesASingleRequestOverManyLines(@TempDir Path dir) throws IOException {
        Path file = dir.resolve("request.json");
        Files.writeString(file, Json.pretty(Json.parseObject(REQUEST)));

        Shell.Result result = shell.run("", "plan", "--file", file.toString(), "--json");

        assertThat(result.exitCode()).isZero();
        assertThat(result.lines()).hasSize(1);
        assertThat(Json.parseObject(result.out()).at("/nics/0/granted").asInt()).isEqualTo(2);
    }

    @Test
    void answersALineBeforeTheNextOneComes() throws Exception {
        PipedInputStream answers = new PipedInputStream(1 << 16);
        PipedInputStream requests = new PipedInputStream(1 << 16);
        Terminal terminal = terminal(requests, new PipedOutputStream(answers));
        CompletableFuture<Integer> filter;
        try (PipedOutputStream toFilter = new PipedOutputStream(requests)) {
            filter = CompletableFuture.supplyAsync(() -> NovaMq.run(terminal, "plan", "--file", "-", "--json"));
            toFilter.write((REQUEST + "\n").getBytes(StandardCharsets.UTF_8));
            toFilter.flush();
            Awaitility.await().atMost(20, TimeUnit.SECONDS).until(() -> answers.available() > 0);
        }
        assertThat(filter.get(20, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void aReaderThatHasGoneIsNoErrorButAFullDiskIs() {
        assertThat(planInto(failing("Broken pipe"))).isZero();
        assertThat(planInto(failing("No space left on device"))).isEqualTo(1);
    }

    private static int planInto(OutputStream out) {
        String many = (REQUEST + "\n").repeat(3);
        InputStream in = new ByteArrayInputStream(many.getBytes(StandardCharsets.UTF_8));
        return NovaMq.run(terminal(in, out), "plan", "--file", "-", "--json");
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(why);
            }
        };
    }

    @Test
    void printsATableThatSaysWhy() {
        Shell.Result result = shell.run(REQUEST, "plan", "--file", "-");

        assertThat(result.exitCode()).isZero();
        assertThat(result.lines().get(0)).isEqualTo("Zoë: 2 vCPUs under kvm");
        assertThat(result.lines().get(1)).matches("NIC +WISH +QUEUES +DRIVER +VECTORS +WHY");
        assertThat(result.lines().get(2))
                .isEqualTo(
                        "vif-1  64 (nic)  2       name=vhost queues=2  5        64 -> 2 vcpus=2 (vCPUs of the flavor)");
        assertThat(result.lines().get(3))
                .matches(
                        "MSI vectors \\[#+\\.+] \\d+ of 166, \\d+ left \\(guest os_distro not given, taken for the oldest Linux: .*\\)");
        assertThat(result.lines().get(4)).startsWith("  NICs 5, 1 x disk 3, ");
        assertThat(result.out())
                .contains("warning: image.properties.hw_vif_multiqeue_enabled")
                .contains("did you mean 'hw_vif_multiqueue_enabled'?");
    }

    @Test
    void printsRefusalsToStderr() {
        Shell.Result result = shell.run(REFUSED, "plan", "--file", "-");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err())
                .startsWith("nics[0].queues: cannot give a NIC '257' queues")
                .hasLineCount(1);
    }

    @Test
    void plansFromOptions() {
        Shell.Result result = Shell.novamq(
                "plan",
                "--vcpus=4",
                "--virt-type=qemu",
                "--image-property=os_distro=debian",
                "--image-property=os_version=12",
                "--extra-spec=hw:vif_multiqueue_enabled=true",
                "--nic=net-id=data,throughput=medium",
                "--nic=net_id=data,tag=queues=3",
                "--nic=net-name=admin",
                "--json");

        assertThat(result.exitCode()).isZero();
        ObjectNode answer = Json.parseObject(result.out());
        assertThat(answer.at("/nics/0/id").asText()).isEqualTo("data");
        assertThat(answer.at("/nics/0/requested").toString()).isEqualTo("{\"queues\":2,\"source\":\"nic\"}");
        assertThat(answer.at("/nics/1/id").asText()).isEqualTo("data-2");
        assertThat(answer.at("/nics/1/requested").toString()).isEqualTo("{\"queues\":3,\"source\":\"tag\"}");
        assertThat(answer.at("/nics/2/requested").toString()).isEqualTo("{\"queues\":4,\"source\":\"flavor\"}");
        assertThat(answer.at("/nics/2/interface_xml").asText()).contains("<source bridge=\"admin\"");
    }

    @Test
    void sharesTheBudgetOfEightHungryNics() {
        String[] args = new String[11];
        args[0] = "plan";
        args[1] = "--vcpus=64";
        for (int i = 2; i < 10; i++) {
            args[i] = "--nic=net-id=n" + i + ",queues=64";
        }
        args[10] = "--json";

        ObjectNode answer = Json.parseObject(Shell.novamq(args).out());

        assertThat(answer.at("/vectors/budget").asInt()).isEqualTo(166);
        assertThat(answer.at("/nics/0/limits/0/limit").asText()).isEqualTo("msi_vectors");
        int nics = 0;
        for (var nic : answer.path("nics")) {
            nics += nic.at("/vectors/used").asInt();
        }
        int devices = 0;
        for (var device : answer.at("/vectors/devices")) {
            devices += device.path("vectors").asInt();
        }
        assertThat(nics + devices).isEqualTo(answer.at("/vectors/used").asInt()).isLessThanOrEqualTo(166);
    }

    @Test
    void refusesACommandLineThatSaysTooLittleOrTooMuch() {
        assertThat(Shell.novamq("plan").exitCode()).isEqualTo(2);
        assertThat(Shell.novamq("plan", "--vcpus", "2").exitCode()).isEqualTo(2);
        assertThat(Shell.novamq("plan", "--vcpus", "four", "--nic", "net-id=a").exitCode())
                .isEqualTo(2);
        assertThat(Shell.novamq("plan", "--file", "-", "--vcpus", "2").err())
                .contains("give either --file, or --vcpus and at least one --nic");
        Shell.Result missing = Shell.novamq("plan", "--file", "/nonexistent/request.json");
        assertThat(missing.exitCode()).isEqualTo(1);
        assertThat(missing.err()).isEqualTo("cannot read /nonexistent/request.json: no such file\n");
    }

    @Test
    void listsEveryProblemOfEveryNic() {
        Shell.Result result =
                Shell.novamq("plan", "--vcpus=2", "--nic=net-id=a,queus=2", "--nic=queues=0,v4-fixed-ip=::1");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(result.err())
                .contains("--nic (number 1): cannot read the key 'queus'")
                .contains("did you mean 'queues'?")
                .contains("--nic (number 2): cannot tell what to connect the NIC to")
                .contains("--nic (number 2): cannot give a NIC '0' queues")
                .contains("--nic (number 2): cannot use '::1' as a fixed IP");
    }

    @Test
    void takesWhatRequestsLeaveOutFromAConfiguration(@TempDir Path dir) throws IOException {
        Path config = dir.resolve("novamq.yaml");
        Files.writeString(config, "max_queues: 1\n");
        String file = config.toString();
        Shell.Result result = shell.run(REQUEST, "plan", "--config", file, "--file", "-", "--json");
        assertThat(Json.parseObject(result.out()).at("/nics/0/limits/1/limit").asText())
                .isEqualTo("max_queues");

        Files.writeString(config, "max_quees: 1\n");
        Shell.Result misspelt = shell.run(REQUEST, "plan", "--config", file, "--file", "-");
        assertThat(misspelt.exitCode()).isEqualTo(1);
        assertThat(misspelt.err()).contains("max_quees").contains("max_queues").doesNotContain("\tat ");
    }

    private static Terminal terminal(InputStream in, OutputStream out) {
        return new Terminal(
                in, new AnswerStream(out), new PrintStream(OutputStream.nullOutputStream()), Map.of(), false);
    }
}
