package org.novamq.driver.libvirt;

/**
 * A machine type that the host's QEMU offers to x86_64 guests.
 *
 * @param name a name or an alias, as in {@code <type machine=…>}
 * @param maxVcpus the most vCPUs of such a machine
 */
public record Machine(String name, int maxVcpus) {}
