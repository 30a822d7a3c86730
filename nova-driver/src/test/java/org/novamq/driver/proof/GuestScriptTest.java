package org.novamq.driver.proof;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script in real shells, over a directory that looks like a guest's sysfs; ProofIT runs it in busybox. */
class GuestScriptTest {
    private static final String MAC = "fa:16:3e:00:00:01";
    private static final int SECONDS = 60;

    @TempDir
    private Path root;

    private Path programs;

    @BeforeEach
    void anEthtool() throws IOException {
        programs = Files.createDirectories(root.resolve("bin"));
        Path ethtool = programs.resolve("ethtool");
        Files.writeString(ethtool, """
                #!/bin/sh
                echo "$*" >>%s
                case "$*" in
                    "-P eth0") echo "Permanent address: fa:16:3e:00:00:01" ;;
                    "-l eth0") printf 'Channel parameters for eth0:\\nCombined:\\t4\\nCombined:\\t2\\n' ;;
                    *) echo 'netlink error: No such device' >&2; exit 1 ;;
                esac
                """.formatted(root.resolve("started")));
        Files.setPosixFilePermissions(ethtool, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh", "/bin/bash"})
    void describesAVirtioNic(String shell) throws Exception {
        virtio("eth0", 9);
        Files.createDirectories(root.resolve("net/br0"));

        GuestLook look = run(shell);

        assertThat(look.complete()).isTrue();
        assertThat(look.nics())
                .containsExactly(new GuestNic(
                        "eth0",
                        MAC,
                        Optional.of("virtio_net"),
                        Optional.of(true),
                        Optional.of(9),
                        Optional.of(new GuestNic.Channels(2, 4)),
                        ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh", "/bin/bash"})
    void countsNoVectorsOfADeviceThatUsesALine(String shell) throws Exception {
        virtio("eth0", 0);
        assertThat(run(shell).nics().get(0).msiVectors()).contains(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh", "/bin/bash"})
    void countsNothingOfADeviceThatIsNotPci(String shell) throws Exception {
        virtio("eth0", 0);
        Files.delete(root.resolve("pci-eth0/config"));
        assertThat(run(shell).nics().get(0).msiVectors()).isEmpty();
    }

    /** Newer ones describe all NICs at once. */
    @Test
    void startsEthtoolOnceWhereItCanDescribeAllNics() throws Exception {
        String all = "'*') printf 'Channel parameters for eth%d:\\nCombined:\\t4\\nCombined:\\t2\\n' 0 1 2 ;;";
        Path ethtool = programs.resolve("ethtool");
        Files.writeString(
                ethtool, Files.readString(ethtool).replace("\"-l eth0\")", "\"-l \"" + all + " \"-l eth0\")"));
        for (int i = 0; i < 3; i++) {
            virtio("eth" + i, 9);
            Files.writeString(root.resolve("net/eth" + i + "/addr_assign_type"), "0\n");
        }

        assertThat(run("/bin/sh").nics())
                .hasSize(3)
                .allMatch(nic -> nic.channels().equals(Optional.of(new GuestNic.Channels(2, 4))));
        assertThat(root.resolve("started")).hasContent("-l *");
    }

    @Test
    void asksForThePermanentMacWhereTheMacIsAnother() throws Exception {
        virtio("eth0", 9);
        Files.writeString(root.resolve("net/eth0/address"), "02:00:00:00:00:01\n");
        Files.writeString(root.resolve("net/eth0/addr_assign_type"), "3\n");

        assertThat(run("/bin/sh").nics().get(0).mac()).isEqualTo(MAC);
        assertThat(root.resolve("started")).hasContent("-l *\n-P eth0\n-l eth0");
    }

    /** As Linux 6.1 has it with {@code pci=nomsi}. */
    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh", "/bin/bash"})
    void anEmptyDirectoryOfVectorsIsNoVectors(String shell) throws Exception {
        virtio("eth0", 0);
        Files.createDirectories(root.resolve("pci-eth0/msi_irqs"));
        assertThat(run(shell).nics().get(0).msiVectors()).contains(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/bin/sh", "/bin/bash"})
    void doesWithoutEthtoolAndWithoutFiles(String shell) throws Exception {
        Files.delete(programs.resolve("ethtool"));
        virtio("eth0", 9);
        Files.delete(root.resolve("pci-eth0/virtio0/uevent"));
        Files.delete(root.resolve("pci-eth0/virtio0/features"));

        GuestNic nic = run(shell).nics().get(0);

        assertThat(nic.complaint()).isEqualTo("the guest has no ethtool");
        assertThat(nic.driver()).isEmpty();
        assertThat(nic.multiqueue()).isEmpty();
        assertThat(nic.msiVectors()).contains(9);
    }

    /** A name must not become an option, a command or a pattern. */
    @ParameterizedTest
    @ValueSource(strings = {"-L", "$(reboot)", "a b", "*", "a;b"})
    void passesOverNamesThatAreNotPlain(String name) throws Exception {
        virtio(name, 9);
        virtio("eth9", 9);

        GuestLook look = run("/bin/sh");

        assertThat(look.nics()).extracting(GuestNic::name).containsExactly("eth9");
        assertThat(look.complete()).isFalse();
    }

    @Test
    void endsAfterItsMostNics() throws Exception {
        for (int i = 0; i < GuestScript.MAX_NICS + 1; i++) {
            Path nic = Files.createDirectories(root.resolve("net/n" + i));
            Files.writeString(nic.resolve("address"), MAC + "\n");
            Files.createDirectories(nic.resolve("device"));
        }
        GuestLook look = run("/bin/sh");
        assertThat(look.nics()).hasSize(GuestScript.MAX_NICS);
        assertThat(look.complete()).isFalse();
    }

    /** As sysfs has it: net/NAME/device leads to the virtio device, which lies in its PCI function. */
    private void virtio(String name, int vectors) throws IOException {
        Path pci = Files.createDirectories(root.resolve("pci-" + name));
        Files.writeString(pci.resolve("config"), "");
        Path device = Files.createDirectories(pci.resolve("virtio0"));
        Files.writeString(device.resolve("uevent"), "DRIVER=virtio_net\nMODALIAS=virtio:d00000001v00001AF4\n");
        Files.writeString(device.resolve("features"), "0".repeat(22) + "1" + "0".repeat(41) + "\n");
        Path nic = Files.createDirectories(root.resolve("net").resolve(name));
        Files.writeString(nic.resolve("address"), MAC + "\n");
        Files.createSymbolicLink(nic.resolve("device"), device);
        if (vectors > 0) {
            Files.createDirectories(pci.resolve("msi_irqs"));
        }
        for (int i = 0; i < vectors; i++) {
            Files.writeString(pci.resolve("msi_irqs").resolve(String.valueOf(24 + i)), "msix\n");
        }
    }

    private GuestLook run(String shell) throws IOException, InterruptedException {
        Files.createDirectories(root.resolve("net"));
        String script = GuestScript.TEXT.replace(
                GuestScript.NIC_CLASS, root.resolve("net").toString());
        assertThat(script).isNotEqualTo(GuestScript.TEXT);
        Path output = root.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(shell, "-c", script)
                .redirectOutput(output.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().clear();
        builder.environment().put("PATH", programs.toString());
        Process process = builder.start();
        assertThat(process.waitFor(SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return GuestLook.parse(Files.readString(output, StandardCharsets.UTF_8));
    }
}
