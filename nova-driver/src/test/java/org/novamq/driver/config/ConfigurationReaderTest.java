package org.novamq.driver.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dropwizard.jackson.Jackson;
import io.dropwizard.jersey.validation.Validators;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.novamq.image.Findings;
import org.novamq.image.InvalidRequestException;

/** A configuration file says all that is wrong with it at once, in words that name keys and no classes. */
class ConfigurationReaderTest {
    private static final String MISTAKES = """
            virt_type: kwm
            max_queue: 4
            max_queues: many
            libvirt_timeout: 2.5
            shutdown_timeout: ''
            strict: 1
            vnc_enabled: maybe
            policy: [max-min]
            vhost_net_missing: qemuu
            host_max_queues: 99999999999
            instances_path: instances
            virt_type: kvn
            flavors: [{id: f, name: f, vcpus: two, ram: 512, disk: 1, colour: red}, 5]
            networks: {id: n}
            images: [{id: i, name: i, path: /i, disk_format: raw, properties: {kernel_id: k}}]
            server:
              applicationConnectors: [{type: http, port: 99999999, bindHost: 127.0.0.1, prot: 1}]
              adminConnectors: [{type: http, port: 8776, bindHost: 0.0.0.0, idleTimeout: soon}]
            """;

    private static NovaMqConfiguration read(String yaml) throws Exception {
        return new ConfigurationReader(Validators.newValidator(), Jackson.newObjectMapper(), "dw")
                .build(path -> new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)), "novamq.yaml");
    }

    private static String refusal(String yaml) throws Exception {
        try {
            read(yaml);
            return "";
        } catch (InvalidRequestException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Test
    void everyKindOfMistakeIsInOneList() throws Exception {
        assertThat(refusal(MISTAKES).lines())
                .containsExactlyInAnyOrder(
                        "virt_type: cannot use the key 'virt_type' twice: lines 1 and 12 have it",
                        "virt_type: cannot use 'kvn': it must be kvm, qemu, lxc or parallels (did you mean 'kvm'?)",
                        "max_queue: cannot use the key 'max_queue': there is none of this name"
                                + " (did you mean 'max_queues'?)",
                        "max_queues: cannot use 'many': a whole number is needed",
                        "libvirt_timeout: cannot use '2.5': a whole number is needed",
                        "shutdown_timeout: cannot use '': a whole number is needed",
                        "strict: cannot use '1': true or false is needed",
                        "vnc_enabled: cannot use 'maybe': true or false is needed",
                        "policy: cannot use a list: a text is needed",
                        "vhost_net_missing: cannot use 'qemuu': it must be refuse or qemu",
                        "host_max_queues: cannot use '99999999999': a whole number up to 2147483647 is needed",
                        "instances_path: cannot use a relative path: libvirt needs it absolute",
                        "flavors[0].vcpus: cannot use 'two': a whole number is needed",
                        "flavors[0].colour: cannot use the key 'colour': there is none of this name",
                        "flavors[1]: cannot use '5': an object of keys is needed",
                        "networks: cannot use an object: a list is needed",
                        "images[0].properties.kernel_id: cannot find the image 'k' (did you mean 'i'?)",
                        "server.applicationConnectors[0].prot: cannot use the key 'prot': there is none of this name"
                                + " (did you mean 'port'?)",
                        "server.applicationConnectors[0].port: cannot use '99999999': it must be between 1 and 65535",
                        "server.adminConnectors[0].idleTimeout: cannot use 'soon': Invalid duration: soon",
                        "server.adminConnectors: cannot listen on 0.0.0.0: there is no authentication, so it must be a"
                                + " loopback address (127.0.0.1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing but words\n", "---\n", "{}", "server:\n"})
    void aFileThatSaysNothingIsTheDefaults(String yaml) throws Exception {
        assertThat(read(yaml).connectionUri()).isEqualTo("qemu:///system");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[1, 2] | cannot read novamq.yaml: a configuration is made of keys with values",
                "words | cannot read novamq.yaml: a configuration is made of keys with values",
                "a: [1, | cannot read novamq.yaml as YAML: while parsing a flow node (line 1",
                "a: b: c | cannot read novamq.yaml as YAML: mapping values are not allowed here (line 1"
            })
    void whatIsNoConfigurationAtAll(String yaml, String words) {
        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(IOException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .startsWith(words)
                        .doesNotContain("\n")
                        .doesNotContainPattern("(com|org|java|io)\\.[a-z]"));
    }

    @Test
    void noMessageNamesAClass() throws Exception {
        assertThat(refusal("""
                        logging: {level: LOUD, appenders: [{type: nowhere}]}
                        metrics: 5
                        server: {type: simple, requestLog: no, gzip: {enabled: perhaps}}
                        flavors: {a: b}
                        """))
                .contains("server.", "metrics", "flavors")
                .doesNotContainPattern("(com|org|java|io)\\.[a-z]")
                .doesNotContain("class ");
    }

    @Test
    void aPortInUseIsSaidForEachAddress() throws Exception {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            NovaMqConfiguration configuration =
                    read("server: {applicationConnectors: [{type: http, bindHost: 127.0.0.1,"
                            + " port: " + one.getLocalPort()
                            + "}], adminConnectors: [{type: http, bindHost: 127.0.0.1, port: "
                            + two.getLocalPort() + "}]}");
            Findings findings = new Findings();
            ServerSection.checkPorts(configuration, findings);
            assertThatThrownBy(findings::throwIfAny)
                    .hasMessage("server.applicationConnectors: cannot listen on 127.0.0.1 port " + one.getLocalPort()
                            + ": another program, or another service of this kind, listens there\n"
                            + "server.adminConnectors: cannot listen on 127.0.0.1 port " + two.getLocalPort()
                            + ": another program, or another service of this kind, listens there");
        }
    }
}
