package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts that guests print: full, empty, cut off anywhere, and hostile. */
class GuestLookTest {
    private static final String MAC = "fa:16:3e:00:00:01";
    private static final String OTHER = "fa:16:3e:00:00:02";

    /** Bits 5 (MAC), 17 (CTRL_VQ) and 22 (MQ). */
    private static final String WITH_MQ = "0000010000000000010000100000000010000000000000000000000000000000";

    private static final String WITHOUT_MQ = "0000010000000000010000000000000010000000000000000000000000000000";

    /** As Debian 12 prints it (ethtool 6.1, Linux 6.1, eth0 of a virtio NIC with 4 queues). */
    private static final String FULL = """
            nic eth0
            address fa:16:3e:00:00:01
            driver virtio_net
            features %s
            vectors 9
            Permanent address: fa:16:3e:00:00:01
            Channel parameters for eth0:
            Pre-set maximums:
            RX:\t\tn/a
            TX:\t\tn/a
            Other:\t\tn/a
            Combined:\t4
            Current hardware settings:
            RX:\t\tn/a
            TX:\t\tn/a
            Other:\t\tn/a
            Combined:\t2
            done
            nic eth1
            address fa:16:3e:00:00:02
            driver e1000e
            vectors 3
            netlink error: Operation not supported
            done
            end
            """.formatted(WITH_MQ);

    @Test
    void readsAFullText() {
        GuestLook look = GuestLook.parse(FULL);

        assertThat(look.complete()).isTrue();
        assertThat(look.nics())
                .containsExactly(
                        new GuestNic(
                                "eth0",
                                MAC,
                                Optional.of("virtio_net"),
                                Optional.of(true),
                                Optional.of(9),
                                Optional.of(new GuestNic.Channels(2, 4)),
                                ""),
                        new GuestNic(
                                "eth1",
                                OTHER,
                                Optional.of("e1000e"),
                                Optional.empty(),
                                Optional.of(3),
                                Optional.empty(),
                                "the guest's ethtool -l says 'Operation not supported'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n\n", "end", "ethtool none\nend\n", "\u0000\u0001", "done\ndone\nend\n"})
    void readsATextWithoutNics(String text) {
        assertThat(GuestLook.parse(text).nics()).isEmpty();
        assertThat(GuestLook.parse(text).complete()).isEqualTo(text.endsWith("end\n"));
    }

    /** A number that has lost digits, or a maximum without what is in use, must never count. */
    @Test
    void aTextThatIsCutOffAnywhereShowsWholeNicsOnly() {
        GuestLook full = GuestLook.parse(FULL);
        for (int length = 0; length < FULL.length() - 1; length++) {
            GuestLook cut = GuestLook.parse(FULL.substring(0, length));
            assertThat(full.nics()).as("cut after %s", length).containsAll(cut.nics());
            assertThat(cut.complete()).as("cut after %s", length).isFalse();
        }
    }

    /** One ethtool for all NICs, before the first of them. */
    @Test
    void readsTheChannelsOfAllNicsAtOnce() {
        String two = """

                Channel parameters for eth0:
                Combined:\t4
                Combined:\t2

                Channel parameters for eth1:
                Combined:\t16
                Combined:\t12
                """;
        String nics = "nic eth0\naddress " + MAC + "\ndone\nnic eth1\naddress " + OTHER + "\ndone\n";
        assertThat(GuestLook.parse(two + nics + "end\n").nics())
                .extracting(GuestNic::channels)
                .containsExactly(Optional.of(new GuestNic.Channels(2, 4)), Optional.of(new GuestNic.Channels(12, 16)));
        assertThat(GuestLook.parse(nics + two).nics()).hasSize(2);
        assertThat(GuestLook.parse(nics + two.strip()).nics().get(1).channels())
                .as("without the end of its last line")
                .isEmpty();
        assertThat(GuestLook.parse(two + two + nics).nics().get(0).channels())
                .as("twice")
                .contains(new GuestNic.Channels(2, 4));
    }

    @Test
    void aListThatTheScriptHasCutIsNotComplete() {
        assertThat(GuestLook.parse("cut\n" + FULL).complete()).isFalse();
        assertThat(GuestLook.parse("cut\n" + FULL).nics()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "nic eth0",
        "nic eth0\\naddress fa:16:3e:00:00",
        "nic ../../etc\\naddress fa:16:3e:00:00:01",
        "nic eth0;reboot\\naddress fa:16:3e:00:00:01",
        "nic sixteencharacter\\naddress fa:16:3e:00:00:01",
        "address fa:16:3e:00:00:01"
    })
    void passesOverANicWithoutNameOrMac(String lines) {
        assertThat(GuestLook.parse(lines.replace("\\n", "\n") + "\ndone\nend\n").nics())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "vectors -1",
        "vectors 99999999999999999999",
        "vectors 9x",
        "features 01",
        "driver a b",
        "Combined: 4",
        "Combined: 99999999999",
        "Combined: 2\\nCombined: 4",
        "Combined: 4\\nCombined: 0",
        "Combined: 4\\nCombined: 4\\nCombined: 4"
    })
    void passesOverWhatIsNoSuchFact(String lines) {
        GuestNic nic = one("address " + MAC + "\nChannel parameters for eth0:\n" + lines.replace("\\n", "\n"));
        assertThat(nic.driver()).isEmpty();
        assertThat(nic.multiqueue()).isEmpty();
        assertThat(nic.msiVectors()).isEmpty();
        assertThat(nic.channels()).isEmpty();
        assertThat(nic.complaint()).isNotEmpty();
    }

    @Test
    void aHostileTextIsBounded() {
        String nics = IntStream.range(0, 40_000)
                .mapToObj(i -> "nic n" + i + "\naddress " + MAC + "\ndone\n")
                .collect(Collectors.joining());
        GuestLook look = GuestLook.parse(nics + "end\n");
        assertThat(look.nics()).hasSizeLessThanOrEqualTo(GuestLook.MAX_LINES / 3);
        assertThat(look.complete()).isFalse();

        String line = "vectors 9" + " ".repeat(GuestLook.MAX_LINE);
        assertThat(one("address " + MAC + "\n" + line).msiVectors()).isEmpty();
    }

    @Test
    void anythingAtAllIsRead() {
        Random random = new Random(1);
        List<String> words = List.of(
                "nic ",
                "eth0",
                "address ",
                MAC,
                "\n",
                "done\n",
                "end\n",
                "cut\n",
                "vectors ",
                "Combined:\t",
                "4",
                " ",
                "\u0000",
                "channels\n",
                "features ",
                WITH_MQ,
                "Permanent address: ",
                "\r",
                "\u2028");
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int word = random.nextInt(30); word > 0; word--) {
                text.append(words.get(random.nextInt(words.size())));
            }
            GuestLook look = GuestLook.parse(text.toString());
            look.nics().forEach(nic -> assertThat(nic.name()).matches("[A-Za-z0-9_.-]{1,15}"));
        }
    }

    @Test
    void theSecondNicOfAnyNameIsPassedOver() {
        String twice = "nic eth0\naddress " + MAC + "\ndone\nnic eth0\naddress " + OTHER + "\ndone\nend\n";
        assertThat(GuestLook.parse(twice).nics()).extracting(GuestNic::mac).containsExactly(MAC);
    }

    @Test
    void aNicIsFoundByItsPermanentAddress() {
        assertThat(one("address " + OTHER + "\nPermanent address: FA:16:3E:00:00:01")
                        .mac())
                .isEqualTo(MAC);
        assertThat(one("address " + OTHER + "\nPermanent address: 00:00:00:00:00:00")
                        .mac())
                .as("Linux before 3.8")
                .isEqualTo(OTHER);
        assertThat(one("address " + OTHER + "\nPermanent address: not set").mac())
                .isEqualTo(OTHER);
    }

    /** A virtual function that stands in for a virtio NIC has the MAC of that. */
    @Test
    void aNicOfAnotherModelIsNotTheOneThatIsSought() {
        GuestLook look = GuestLook.parse("nic eth0\naddress " + MAC + "\ndriver mlx5_core\ndone\n"
                + "nic eth1\naddress " + MAC + "\ndriver virtio_net\ndone\nend\n");
        assertThat(look.matching(MAC, true)).extracting(GuestNic::name).containsExactly("eth1");
        assertThat(look.matching(MAC, false)).extracting(GuestNic::name).containsExactly("eth0");
        assertThat(GuestLook.parse("nic eth0\naddress " + MAC + "\ndone\nend\n").matching(MAC, true))
                .as("whose driver is not shown")
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // features, what ethtool -l says, what shows that the driver has one queue only
                "mq, Combined: 4\\nCombined: 1, -",
                "no, Combined: 1\\nCombined: 1, its virtio features",
                "no, netlink error: Operation not supported, its virtio features",
                "-, Combined: 1\\nCombined: 1, a maximum of 1 in ethtool -l",
                "mq, Combined: 1\\nCombined: 1, a maximum of 1 in ethtool -l",
                "-, Cannot get device channel parameters\\n: Operation not supported, ethtool -l: Operation not supported",
                "mq, netlink error: Operation not supported, -",
                "-, Permission denied, -",
                "-, '', -"
            })
    void tellsADriverWithoutMultiqueue(String features, String ethtool, String how) {
        String bits = features == null ? "" : "\nfeatures " + (features.equals("mq") ? WITH_MQ : WITHOUT_MQ);
        GuestNic nic = one("address " + MAC + bits + "\nChannel parameters for eth0:\n" + ethtool.replace("\\n", "\n"));
        assertThat(nic.oneQueueOnly()).isEqualTo(Optional.ofNullable(how));
    }

    @Test
    void saysWhenThereIsNoEthtool() {
        GuestLook look = GuestLook.parse("ethtool none\nnic eth0\naddress " + MAC + "\nvectors 9\ndone\nend\n");
        assertThat(look.nics().get(0).complaint()).isEqualTo("the guest has no ethtool");
        assertThat(look.nics().get(0).oneQueueOnly()).isEmpty();
    }

    private static GuestNic one(String lines) {
        return GuestLook.parse("nic eth0\n" + lines + "\ndone\nend\n").nics().get(0);
    }
}
