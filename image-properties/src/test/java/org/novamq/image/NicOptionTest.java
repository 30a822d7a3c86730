package org.novamq.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar of {@code --nic}. */
class NicOptionTest {
    private static NicOption read(String text) {
        Findings findings = new Findings();
        Optional<NicOption> option = NicOption.read(text, "--nic", findings);
        findings.throwIfAny();
        return option.orElseThrow();
    }

    private static String refusal(String text) {
        Findings findings = new Findings();
        assertThat(NicOption.read(text, "--nic", findings)).isEmpty();
        try {
            findings.throwIfAny();
        } catch (InvalidRequestException refused) {
            assertThat(refused.problems()).allMatch(problem -> problem.field().equals("--nic"));
            return String.valueOf(refused.getMessage());
        }
        return "";
    }

    @Test
    void everyKey() {
        NicOption option = read("net-id=blue,v4-fixed-ip=10.0.0.5,v6-fixed-ip=fd00::5,tag=uplink,queues=4");
        assertThat(option.network()).contains("blue");
        assertThat(option.port()).isEmpty();
        assertThat(option.v4FixedIp()).contains("10.0.0.5");
        assertThat(option.v6FixedIp()).contains("fd00::5");
        assertThat(option.tag()).contains("uplink");
        assertThat(option.wish()).contains(new NicWish.Queues(4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "net-id=a,v4-fixed-ip=10.0.0.5 | net_id=a,v4_fixed_ip=10.0.0.5",
                "net-name=a,queues=2 | net_name=a,queues=2",
                "port-id=a,v6-fixed-ip=fd00::1 | port_id=a,v6-fixed_ip=fd00::1",
            })
    void dashesAndUnderscoresAreOne(String dashed, String underscored) {
        assertThat(read(underscored)).isEqualTo(read(dashed));
    }

    @Test
    void valuesMayHoldEqualsSignsAndUnderscores() {
        assertThat(read("net-id=my_net=1").network()).contains("my_net=1");
        assertThat(read("net-id=a,tag=queues=4").tag()).contains("queues=4");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "net-id=a,net-id=b | cannot take net-id twice for one NIC",
                "net-id=a,net_id=b | cannot take net-id twice for one NIC",
                "net-id=a,queues=2,queues=2 | cannot take queues twice for one NIC",
                "queues=2 | exactly one of net-id, net-name and port-id is needed, 0 given",
                "net-id=a,port-id=b | exactly one of net-id, net-name and port-id is needed, 2 given",
                "net-id=a,net-name=b | exactly one of net-id, net-name and port-id is needed, 2 given",
                "net-id=a,queue=4 | did you mean 'queues'?",
                "net-id=a,colour=red | cannot read the key 'colour'",
                "net-id | cannot read 'net-id': key=value is needed",
                "net-id= | cannot read 'net-id=': key=value is needed",
                "net-id=a, | cannot read '': key=value is needed",
                "net-id=a,queues=0 | a whole number from 1 to 256 is needed",
                "net-id=a,queues=0x4 | a whole number from 1 to 256 is needed",
                "net-id=a,queues=+4 | a whole number from 1 to 256 is needed",
                "net-id=a,throughput=hgh | high, medium or low is needed",
                "net-id=a,queues=2,throughput=low | cannot take both queues and throughput",
                "net-id=a,v4-fixed-ip=fd00::1 | cannot use 'fd00::1' as a fixed IP",
                "net-id=a,v6-fixed-ip=10.0.0.1 | cannot use '10.0.0.1' as a fixed IP",
                "net-id=a,v4-fixed-ip=localhost | cannot use 'localhost' as a fixed IP",
                "net-id=a,tag=a/b | 1 to 60 characters without ',' and '/'",
                "net-id=a,tag=queues=four | cannot read the tag 'queues=four'",
            })
    void refusals(String text, String message) {
        assertThat(refusal(text)).contains(message);
    }

    @Test
    void allThatIsWrongAtOnce() {
        assertThat(refusal("nett-id=a,queues=four,throughput=low,v4-fixed-ip=x,tag=a/b,oops")
                        .lines())
                .hasSizeGreaterThanOrEqualTo(6);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ",", "=", "=x", "a=b=c,,,", "net-id=\u0000", "net-id=a,tag=\n"})
    void neverThrowsAnythingElse(String text) {
        Findings findings = new Findings();
        NicOption.read(text, "--nic", findings);
        if (findings.hasProblems()) {
            assertThatThrownBy(findings::throwIfAny).isInstanceOf(InvalidRequestException.class);
        }
    }
}
