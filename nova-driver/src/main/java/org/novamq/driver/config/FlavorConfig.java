package org.novamq.driver.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of {@code flavors}.
 *
 * @param maxVcpus vCPUs that can be brought online later; as many as at boot unless set
 * @param ram MiB
 * @param disk root disk, GiB; 0 means the image's own size
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record FlavorConfig(
        String id,
        String name,
        int vcpus,
        @Nullable Integer maxVcpus,
        int ram,
        int disk,
        @Nullable Map<String, Object> extraSpecs) {}
