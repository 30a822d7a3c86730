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
                case $1 in
                    -P) echo "Permanent address: fa:16:3e:00:00:01" ;;
                    -l) printf 'Combined:\\t4\\nCombined:\\t2\\n' ;;
                esac
                """);
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

    @Test
    void anEmptyDirectoryOfVectorsSaysNothing() throws Exception {
        virtio("eth0", 0);
        Files.createDirectories(root.resolve("pci-eth0/msi_irqs"));
        assertThat(run("/bin/sh").nics().get(0).msiVectors()).isEmpty();
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
