package org.novamq.driver.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import org.jspecify.annotations.Nullable;

/**
 * One of {@code networks}.
 *
 * @param bridge a Linux bridge of the host
 * @param mtu bytes
 * @param maxQueues the most that a NIC on this network gets
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record NetworkConfig(
        String id,
        String name,
        String bridge,
        @Nullable Integer mtu,
        @Nullable Integer maxQueues) {}
