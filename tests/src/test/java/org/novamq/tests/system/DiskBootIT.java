package org.novamq.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Root disks: an overlay over the image, as large as the flavor says. */
class DiskBootIT {
    private static final long MIB = 1 << 20;
    private static final long GIB = 1 << 30;
    private static final int SECTOR = 512;

    @RegisterExtension
    static final TestHost host = TestHost.named("disk", DiskBootIT::scene);

    private final Servers servers = host.servers();

    private static void scene(Scene scene) {
        Path images = scene.images();
        scene.image("qcow2-base", Images.qcow2(images.resolve("base.qcow2"), "16M"), "qcow2", Scene.guestProperties())
                .image("raw-base", Images.raw(images.resolve("base.raw"), "24M"), "raw", Scene.guestProperties())
                .image("large", Images.qcow2(images.resolve("large.qcow2"), "1025M"), "qcow2")
                .flavor("disk1", 1, 256, 1);
    }

    @Test
    void guestSeesDiskOfFlavorOverQcow2AndOfImageOverRaw() {
        String overQcow2 = servers.boot(
                new ServerBody("over qcow2").image("qcow2-base").flavor("disk1").nic("data"));
        String overRaw = servers.boot(
                new ServerBody("over raw").image("raw-base").flavor("guest1").nic("data"));
        servers.awaitActive(overQcow2);
        servers.awaitActive(overRaw);
        checkOverlay(overQcow2, "qcow2", "base.qcow2", GIB);
        checkOverlay(overRaw, "raw", "base.raw", 24 * MIB);
        checkGuest(overQcow2, GIB);
        checkGuest(overRaw, 24 * MIB);
        servers.delete(overQcow2);
        servers.delete(overRaw);
    }

    private static void checkOverlay(String id, String baseFormat, String base, long bytes) {
        Path disk = host.instances().resolve(id).resolve("disk");
        JsonNode info = new Client.Answer(
                        0,
                        Program.run("qemu-img", "info", "--force-share", "--output=json", disk.toString())
                                .sound())
                .json();
        assertThat(info.path("format").asText()).isEqualTo("qcow2");
        assertThat(info.path("virtual-size").asLong()).isEqualTo(bytes);
        assertThat(info.path("backing-filename-format").asText()).isEqualTo(baseFormat);
        assertThat(Path.of(info.path("full-backing-filename").asText()))
                .isEqualTo(host.instances().resolveSibling("images").resolve(base));
        LiveDomain domain = LiveDomain.of(id);
        assertThat(domain.texts("//disk/source/@file")).containsExactly(disk.toString());
        assertThat(domain.text("//disk/driver/@type")).isEqualTo("qcow2");
        assertThat(domain.text("//disk/target/@bus")).isEqualTo("virtio");
    }

    /** The size that the guest sees, that it may write, and that what it writes stays out of the base. */
    private static void checkGuest(String id, long bytes) {
        Guest guest = Guest.await(id);
        assertThat(guest.run("cat /sys/block/vda/size").strip()).isEqualTo(Long.toString(bytes / SECTOR));
        guest.run("echo novamq-was-here | dd of=/dev/vda conv=fsync 2>/dev/null");
        assertThat(guest.run("head -c 15 /dev/vda")).isEqualTo("novamq-was-here");
        assertThat(Program.run(
                                "grep",
                                "-rl",
                                "novamq-was-here",
                                host.instances().resolveSibling("images").toString())
                        .status())
                .as("grep finds it in a base")
                .isEqualTo(1);
    }

    @Test
    void flavorSmallerThanItsImageIsRefused() {
        String message = host.client()
                .post(
                        Servers.PATH,
                        new ServerBody("small")
                                .image("large")
                                .flavor("disk1")
                                .nic("data")
                                .json())
                .refusal(400, "badRequest");
        assertThat(message).contains("large", Long.toString(1025 * MIB), Long.toString(GIB), "disk: 1 GiB");
    }
}
