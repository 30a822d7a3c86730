package org.novamq.driver.libvirt;

import static java.util.Objects.requireNonNull;

/**
 * The host behind the connection.
 *
 * @param uri the connection's URI as libvirt resolved it
 * @param libvirtVersion of the daemon (of the library where there is no daemon)
 * @param hypervisorType libvirt's name of the driver, {@code QEMU} or {@code TEST}
 * @param hypervisorVersion of QEMU
 * @param hostname as libvirt knows it; Nova's {@code hypervisor_hostname}
 * @param cpus CPUs of the host that are online
 * @param memoryKib memory of the host, KiB
 */
public record HostInfo(
        String uri,
        Version libvirtVersion,
        String hypervisorType,
        Version hypervisorVersion,
        String hostname,
        int cpus,
        long memoryKib) {
    /** Checks that nothing is missing. */
    public HostInfo {
        requireNonNull(uri, "uri is null");
        requireNonNull(libvirtVersion, "libvirtVersion is null");
        requireNonNull(hypervisorType, "hypervisorType is null");
        requireNonNull(hypervisorVersion, "hypervisorVersion is null");
        requireNonNull(hostname, "hostname is null");
    }

    /** A version as libvirt counts them: major * 1,000,000 + minor * 1,000 + release. */
    public record Version(int major, int minor, int release) implements Comparable<Version> {
        private static final int MAJOR = 1_000_000;
        private static final int MINOR = 1_000;

        /** Takes libvirt's number apart. */
        public static Version ofEncoded(long encoded) {
            return new Version((int) (encoded / MAJOR), (int) (encoded / MINOR % MINOR), (int) (encoded % MINOR));
        }

        /** libvirt's number again, as Nova reports it in {@code hypervisor_version}. */
        public int encoded() {
            return major * MAJOR + minor * MINOR + release;
        }

        @Override
        public int compareTo(Version other) {
            return Integer.compare(encoded(), other.encoded());
        }

        @Override
        public String toString() {
            return major + "." + minor + "." + release;
        }
    }
}
