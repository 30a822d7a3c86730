package org.novamq.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.novamq.driver.json.Json;

class BootCommandTest {
    private static final String ID = "0d9ed4ae-92a7-4a1f-b0a5-4c1e9f6a1c11";
    private static final String ACCEPTED = "{\"server\":{\"id\":\"" + ID + "\",\"links\":[]}}";
    private static final String INSTANCE = "GET /v1/instances/" + ID;

    /** An answer of GET /v1/instances/{id}/queues. */
    static final String QUEUES = """
            {"instance":{"id":"ID","name":"web1","status":"ACTIVE"},"nics":[
            {"id":"nic-1","mac":"52:54:00:00:00:01","network":"data",
             "planned":{"queues":4,"requested":8,"source":"nic",
               "limits":[{"limit":"vcpus","from":8,"to":4,"value":4,"origin":"vCPUs of the flavor"}],
               "vectors":{"used":9,"reserved":10}},
             "provisioned":{"queues":4,"target":"tap1"},
             "active":{"queues":4,"evidence":"agent","max":4,"msi_vectors":9},
             "verdict":"OK","reason":"4 of 4 queues are in use"},
            {"id":"nic-2","mac":"52:54:00:00:00:02","network":"admin",
             "planned":{"queues":1,"requested":1,"source":"default","limits":[],"vectors":{"used":3,"reserved":4}},
             "provisioned":null,"active":{"queues":null,"evidence":"tap","reason":"the agent does not answer"},
             "verdict":"NIC_ABSENT","reason":"the domain has no such NIC"}],
            "verdict":"NIC_ABSENT","drift":[{"message":"NIC nic-1 has 4 queues and would have 2"}],
            "vectors":{"budget":200,"origin":"guest profile legacy_200","used":30,
              "devices":[{"device":"disk","count":1,"vectors":18}]},
            "warnings":[]}""".replace("ID", ID);

    private StubService service;

    @BeforeEach
    void start() throws IOException {
        service = new StubService();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void sendsNovasBodyWithQueuesBesideTheNetwork() {
        service.on("POST /v2.1/servers", 202, ACCEPTED)
                .on(INSTANCE, 200, "{\"warnings\":[\"hw_vif_modle is not a known name\"]}");

        Shell.Result result = service.novamq(
                "boot",
                "Zoë",
                "--image=debian",
                "--flavor=m1.mq",
                "--nic=net-id=data,queues=4,v4-fixed-ip=10.0.0.9",
                "--nic=port-id=p1,tag=blue,throughput=low",
                "--meta=a=b=c",
                "--uuid=" + ID);

        assertThat(result.exitCode()).isZero();
        assertThat(result.out()).isEqualTo(ID + "\n");
        assertThat(result.err()).isEqualTo("warning: hw_vif_modle is not a known name\n");
        assertThat(service.requests())
                .containsExactly(
                        "POST /v2.1/servers {\"server\":{\"name\":\"Zoë\",\"uuid\":\"" + ID
                                + "\",\"imageRef\":\"debian\",\"flavorRef\":\"m1.mq\",\"networks\":["
                                + "{\"uuid\":\"data\",\"fixed_ip\":\"10.0.0.9\",\"queues\":4},"
                                + "{\"port\":\"p1\",\"tag\":\"blue\",\"throughput\":\"low\"}],\"metadata\":{\"a\":\"b=c\"}}}",
                        INSTANCE);
    }

    @Test
    void bootsWithoutANic() {
        service.on("POST /v2.1/servers", 202, ACCEPTED);
        Shell.Result result = service.novamq("boot", "a", "--image=i", "--flavor=f", "--nic=none", "--json");
        assertThat(result.out()).isEqualTo(ACCEPTED + "\n");
        assertThat(service.requests().get(0)).contains("\"networks\":\"none\"");
    }

    @Test
    void waitsAndShowsTheQueues() {
        service.on("POST /v2.1/servers", 202, ACCEPTED)
                .on("GET /v2.1/servers/" + ID, 200, server("BUILD"))
                .on("GET /v2.1/servers/" + ID, 200, server("ACTIVE"))
                .on("GET /v1/instances/" + ID + "/queues", 200, QUEUES);

        Shell.Result result = service.novamq("boot", "web1", "--image=i", "--flavor=f", "--nic=net-id=data", "--wait");

        assertThat(result.exitCode()).isZero();
        assertThat(result.err()).contains("web1: BUILD\nweb1: ACTIVE\n");
        assertThat(result.lines().get(0)).isEqualTo("web1 (" + ID + "): ACTIVE");
        assertThat(result.out())
                .contains("8 (nic)      4        4          4 of 4, 9 vectors (agent)")
                .contains("8 -> 4 vcpus=4 (vCPUs of the flavor)")
                .contains("unknown (tap)")
                .contains("NIC_ABSENT, NIC nic-2: the domain has no such NIC")
                .contains("drift, at the next hard reboot: NIC nic-1 has 4 queues and would have 2")
                .contains("30 of 200, 170 left (guest profile legacy_200)");
    }

    @Test
    void joinsServerAndQueuesForPrograms() {
        service.on("POST /v2.1/servers", 202, ACCEPTED)
                .on("GET /v2.1/servers/" + ID, 200, server("ACTIVE"))
                .on("GET /v1/instances/" + ID + "/queues", 200, QUEUES);

        Shell.Result result =
                service.novamq("boot", "web1", "--image=i", "--flavor=f", "--nic=net-id=data", "--wait", "--json");

        var answer = Json.parseObject(result.out());
        assertThat(answer.at("/server/status").asText()).isEqualTo("ACTIVE");
        assertThat(answer.at("/queues/nics/0/active/queues").asInt()).isEqualTo(4);
    }

    @Test
    void saysWhyAnInstanceFailed() {
        service.on("POST /v2.1/servers", 202, ACCEPTED)
                .on(
                        "GET /v2.1/servers/" + ID,
                        200,
                        "{\"server\":{\"id\":\"x\",\"status\":\"ERROR\",\"fault\":{\"code\":500,\"message\":\"no tap\"}}}");

        Shell.Result result = service.novamq("boot", "web1", "--image=i", "--flavor=f", "--nic=net-id=data", "--wait");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).endsWith("cannot boot web1 (" + ID + "): no tap\n");
    }

    @Test
    void givesUpWaiting() {
        service.on("POST /v2.1/servers", 202, ACCEPTED).on("GET /v2.1/servers/" + ID, 200, server("BUILD"));
        Shell.Result result =
                service.novamq("boot", "web1", "--image=i", "--flavor=f", "--nic=net-id=data", "--wait", "--timeout=1");
        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).contains("cannot wait longer than 1 s for " + ID + " to be ACTIVE: it is BUILD");
    }

    @Test
    void printsOneProblemALine() {
        service.on(
                "POST /v2.1/servers",
                400,
                "{\"badRequest\":{\"code\":400,\"message\":\"both\",\"problems\":["
                        + "{\"field\":\"server.imageRef\",\"value\":\"i\",\"message\":\"cannot find the image 'i'\"},"
                        + "{\"field\":\"\",\"value\":\"\",\"message\":\"and a second one\"}]}}");

        Shell.Result result = service.novamq("boot", "web1", "--image=i", "--flavor=f", "--nic=net-id=data");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.err()).isEqualTo("server.imageRef: cannot find the image 'i'\nand a second one\n");
    }

    @Test
    void checksTheCommandLineBeforeItSendsAnything() {
        assertUsage("give a NIC '257' queues", "--nic=net-id=a,queues=257");
        assertUsage("both queues and throughput", "--nic=net-id=a,queues=2,throughput=low");
        assertUsage("both v4-fixed-ip and v6-fixed-ip", "--nic=net-id=a,v4-fixed-ip=10.0.0.1,v6-fixed-ip=::1");
        assertUsage("--nic none beside another", "--nic=none", "--nic=net-id=a");
        assertUsage("'x' as a UUID", "--nic=none", "--uuid=x");
        assertUsage("KEY=VALUE", "--nic=none", "--meta=a");
        assertThat(service.requests()).isEmpty();
    }

    private void assertUsage(String message, String... options) {
        String[] args = new String[options.length + 4];
        args[0] = "boot";
        args[1] = "web1";
        args[2] = "--image=i";
        args[3] = "--flavor=f";
        System.arraycopy(options, 0, args, 4, options.length);
        Shell.Result result = service.novamq(args);
        assertThat(result.exitCode()).as(message).isEqualTo(2);
        assertThat(result.err()).contains(message).contains("Try 'novamq boot --help'.");
    }

    private static String server(String status) {
        return "{\"server\":{\"id\":\"" + ID + "\",\"status\":\"" + status + "\"}}";
    }
}
