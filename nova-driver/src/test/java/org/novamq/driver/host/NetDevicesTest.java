package org.novamq.driver.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetDevicesTest {
    @TempDir
    private Path root;

    @Test
    void countsReceiveQueues() throws IOException {
        for (String queue : List.of("rx-0", "rx-1", "rx-2", "rx-3", "tx-0", "tx-1", "tx-2", "tx-3")) {
            Files.createDirectories(root.resolve("sys/class/net/tap11111111-aa/queues/" + queue));
        }
        assertThat(new NetDevices(root).activeQueues("tap11111111-aa")).hasValue(4);
        assertThat(new NetDevices(root).activeQueues("tap22222222-bb")).isEmpty();
    }

    @Test
    void parsesFullAndEmpty() {
        assertThat(NetDevices.parse(List.of("tx-0", "rx-10", "rx-0", "rx-", "rx-a", "xrx-1")))
                .hasValue(2);
        assertThat(NetDevices.parse(List.of())).hasValue(0);
    }

    @Test
    void theLoopbackOfThisMachineHasAQueue() {
        assertThat(new NetDevices().activeQueues("lo")).hasValue(1);
    }

    @Test
    void seesWhetherAnythingHasComeIn() throws IOException {
        for (String packets : List.of("0", "17", "")) {
            Path statistics = Files.createDirectories(root.resolve("sys/class/net/tap" + packets + "/statistics"));
            Files.writeString(statistics.resolve("rx_packets"), packets + "\n");
        }
        NetDevices devices = new NetDevices(root);
        assertThat(devices.hasReceived("tap17")).isTrue();
        assertThat(devices.hasReceived("tap0")).isFalse();
        assertThat(devices.hasReceived("tap")).isFalse();
        assertThat(devices.hasReceived("tap99")).isFalse();
        assertThat(devices.hasReceived("../net/tap17")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a/b", "../lo", "sixteencharacter", "tap 1", "tap\n", "täp", "tap\0"})
    void whatIsNoNameIsRefused(String name) {
        assertThatThrownBy(() -> new NetDevices(root).activeQueues(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cannot read the queues of tap '" + name + "': a name has 1 to 15 characters");
    }
}
