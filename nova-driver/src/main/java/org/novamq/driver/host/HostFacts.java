package org.novamq.driver.host;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What of the host's kernel bears on queues.
 *
 * @param kernelRelease as {@code uname -r} prints it, {@code 6.1.0-18-amd64} for instance
 * @param vhostNet whether {@code /dev/vhost-net} is there; without it a KVM guest's NIC cannot use vhost
 */
public record HostFacts(String kernelRelease, boolean vhostNet) {
    // Documentation/admin-guide/sysctl/kernel.rst: ostype, osrelease, version
    private static final Path OSRELEASE = Path.of("proc/sys/kernel/osrelease");
    // drivers/vhost/net.c: misc device "vhost-net"
    private static final Path VHOST_NET = Path.of("dev/vhost-net");

    /** Checks that the release is there. */
    public HostFacts {
        requireNonNull(kernelRelease, "kernelRelease is null");
    }

    /** The facts of this machine. */
    public static HostFacts read() {
        return read(Path.of("/"));
    }

    /**
     * The facts of the machine whose files lie under {@code root}.
     *
     * @throws UncheckedIOException when there is no kernel release to read
     */
    public static HostFacts read(Path root) {
        Path release = root.resolve(OSRELEASE);
        try {
            return new HostFacts(parseRelease(Files.readString(release)), Files.exists(root.resolve(VHOST_NET)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the kernel release from " + release + ": " + e, e);
        }
    }

    /** The first line; the kernel ends it with a newline. */
    static String parseRelease(String text) {
        return text.lines().findFirst().orElse("").strip();
    }
}
