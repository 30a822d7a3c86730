package org.novamq.vif.request;

import java.util.Optional;
import org.novamq.image.ExtraSpecs;

/**
 * What a flavor gives an instance.
 *
 * @param name for messages; empty when the request has none
 * @param vcpus vCPUs online at boot, from 1: they carry the queues, and the guest's vectors grow with them
 * @param maxVcpus vCPUs that can be brought online later; never fewer. An NVMe controller has a vector for each of them
 * @param memoryMib MiB
 * @param extraSpecs what it says about NICs
 */
public record Flavor(String name, int vcpus, Optional<Integer> maxVcpus, int memoryMib, ExtraSpecs extraSpecs) {}
