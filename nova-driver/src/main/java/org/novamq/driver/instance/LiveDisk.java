package org.novamq.driver.instance;

import java.util.Optional;

/**
 * A disk or drive as the domain really has it.
 *
 * @param target the guest's name of it, as libvirt thinks
 * @param bus {@code virtio}, {@code scsi}, {@code sata}, …
 * @param address where the guest finds it, {@code 0000:01:00.0}; absent for what is not on its PCI bus itself
 */
public record LiveDisk(String target, String bus, Optional<String> address) {}
