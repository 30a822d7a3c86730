package org.novamq.driver.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes recorded from devices of QEMU 7.2 and from a virtio NIC under another hypervisor, and spoilt ones. */
class PciConfigTest {
    static byte[] recorded(String device) throws IOException {
        String name = "/pci/" + device + ".hex";
        try (InputStream in = Objects.requireNonNull(PciConfigTest.class.getResourceAsStream(name), name)) {
            String hex = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
            return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nvme, 65", // MSI-X alone
        "xhci, 16", // MSI-X
        "e1000e, 5", // MSI before MSI-X
        "virtio-net, 3", // MSI-X behind five vendor capabilities
        "ahci, 1", // MSI alone
        "vga, 0", // no list
    })
    void recordedDevices(String device, int messages) throws IOException {
        assertThat(PciConfig.messages(recorded(device))).contains(messages);
    }

    @Test
    void aTableMayHave2048EntriesAndMsi32Messages() throws IOException {
        byte[] table = recorded("nvme");
        table[0x42] = (byte) 0xff;
        table[0x43] = (byte) 0xff; // enabled and masked, too
        assertThat(PciConfig.messages(table)).contains(2048);
        byte[] msi = recorded("ahci");
        msi[0x82] = 0x0a;
        assertThat(PciConfig.messages(msi)).contains(32);
    }

    @Test
    void anUnprivilegedReaderLearnsNothingOfAListAndAllWhereThereIsNone() throws IOException {
        assertThat(PciConfig.messages(Arrays.copyOf(recorded("nvme"), 64))).isEmpty();
        assertThat(PciConfig.messages(Arrays.copyOf(recorded("vga"), 64))).contains(0);
    }

    @ParameterizedTest
    @CsvSource({"0", "6", "7", "52", "63"})
    void lessThanAHeaderTellsNothing(int length) throws IOException {
        assertThat(PciConfig.messages(Arrays.copyOf(recorded("vga"), length))).isEmpty();
    }

    @Test
    void aListThatLoopsOrLeavesTheBytesTellsNothing() throws IOException {
        byte[] loop = recorded("ahci");
        loop[0x81] = (byte) 0x80; // the MSI capability is its own successor
        assertThat(PciConfig.messages(loop)).isEmpty();
        byte[] outside = recorded("ahci");
        outside[0x81] = (byte) 0xfc;
        assertThat(PciConfig.messages(outside)).as("the last four bytes").contains(1);
        assertThat(PciConfig.messages(Arrays.copyOf(outside, 0xfe))).isEmpty();
    }

    @Test
    void aPointerIntoTheHeaderEndsTheList() throws IOException {
        byte[] config = recorded("nvme");
        config[0x34] = 0x20;
        assertThat(PciConfig.messages(config)).contains(0);
    }

    @Test
    void theLowBitsOfAPointerAreNotItsOwn() throws IOException {
        byte[] config = recorded("nvme");
        config[0x34] |= 3;
        assertThat(PciConfig.messages(config)).contains(65);
    }

    @Test
    void aDeviceThatDoesNotAnswerTellsNothing() {
        byte[] silent = new byte[256];
        Arrays.fill(silent, (byte) 0xff);
        assertThat(PciConfig.messages(silent)).isEmpty();
    }

    @Test
    void anyBytesGiveANumberInRangeOrNone() {
        Random random = new Random(11);
        for (int i = 0; i < 100_000; i++) {
            byte[] config = new byte[random.nextInt(300)];
            random.nextBytes(config);
            Optional<Integer> messages = PciConfig.messages(config);
            messages.ifPresent(n -> assertThat(n).isBetween(0, 2048));
        }
    }
}
