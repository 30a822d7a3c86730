package org.novamq.driver.compute;

import java.util.Optional;

/**
 * A NIC as the domain really has it.
 *
 * @param mac lower case
 * @param target the host's device
 * @param queues queue pairs; libvirt drops a 1, so absent reads as 1
 */
public record LiveInterface(String mac, Optional<String> target, int queues) {}
