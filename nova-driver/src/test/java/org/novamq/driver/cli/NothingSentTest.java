package org.novamq.driver.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit code 2 means that the command line is wrong and that nothing was sent. */
class NothingSentTest {
    private StubService service;

    @BeforeEach
    void start() throws IOException {
        service = new StubService();
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start web1 --wait --timeout 0",
                "stop web1 --timeout 0",
                "pause --timeout -1 web1",
                "unpause web1 --wait --timeout 0",
                "suspend web1 --wait --timeout 0",
                "resume web1 --wait --timeout 0",
                "resize-confirm web1 --wait --timeout 0",
                "resize-revert web1 --wait --timeout 0",
                "delete web1 --wait --timeout 0",
                "reboot web1 --wait --timeout 0",
                "rebuild web1 deb --wait --timeout 0",
                "resize web1 m1 --wait --timeout 0",
                "boot web1 --image=i --flavor=f --nic=net-id=data --wait --timeout 0",
                "boot web1 --image=i --flavor=f --nic=net-id=data --timeout x",
                "interface-detach web1 port --wait --timeout 0",
                "interface-attach web1 --net-id data --wait --timeout 0",
                "interface-attach web1",
                "interface-attach web1 --nic net-id=a,queues=0",
                "meta web1 set novalue",
            })
    void whatCannotBeUsedIsRefusedFirst(String line) {
        Shell.Result result = service.novamq(line.split(" ", -1));
        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCode.USAGE);
        assertThat(result.err()).contains("Try 'novamq ");
        assertThat(service.requests()).isEmpty();
        if (line.matches(".*--timeout (0|-1)( web1)?")) {
            assertThat(result.err()).contains(" s: --timeout must be from 1");
        }
    }
}
