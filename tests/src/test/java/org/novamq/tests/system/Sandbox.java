package org.novamq.tests.system;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What {@code devstack/sandbox.sh} has made for us. */
final class Sandbox {
    /** The work tree. */
    static final Path ROOT = Path.of(System.getProperty("novamq.root", "."));

    /** Empty at the start, readable for QEMU's user. */
    static final Path STATE = fromEnvironment("NOVAMQ_STATE_DIR");

    /** Where the test guest's {@code vmlinuz}, {@code initramfs} and {@code cmdline} are. */
    static final Path GUEST = fromEnvironment("NOVAMQ_GUEST_DIR");

    private Sandbox() {}

    /** Fails where there is none: a test that cannot run has not passed. */
    static void require() {
        if (!Files.isDirectory(STATE) || !Files.isReadable(GUEST.resolve("vmlinuz"))) {
            throw new IllegalStateException(
                    "cannot run outside devstack/sandbox.sh, which gives these tests a libvirtd, two"
                            + " bridges and a guest of their own: run devstack/test.sh, or as root, after"
                            + " devstack/guest/build.sh /var/cache/novamq/guest:"
                            + " mvn -DskipITs=false -Dtest=NONE -Dsurefire.failIfNoSpecifiedTests=false"
                            + " -Dit.test=BootIT -pl tests -am verify");
        }
    }

    /** {@code stop}, {@code start}, {@code restart}, {@code freeze} or {@code thaw} the sandbox's libvirtd. */
    static void libvirtd(String verb) {
        Program.run(System.getenv("NOVAMQ_LIBVIRTD"), verb).sound();
    }

    static Program.Result virsh(String... arguments) {
        List<String> command = new ArrayList<>(List.of("virsh", "--connect", "qemu:///system", "--quiet"));
        command.addAll(List.of(arguments));
        return Program.run(command);
    }

    /** The UUIDs of all domains, running or not. */
    static List<String> domains() {
        return virsh("list", "--all", "--uuid")
                .sound()
                .lines()
                .filter(line -> !line.isBlank())
                .sorted()
                .toList();
    }

    private static Path fromEnvironment(String name) {
        String value = System.getenv(name);
        return Path.of(value == null ? "/nonexistent" : value);
    }
}
