package org.novamq.driver.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One of {@code images}.
 *
 * @param path the file, absolute; an image without one boots kernel and ramdisk and has no root disk
 * @param diskFormat {@code raw} or {@code qcow2}; {@code aki} and {@code ari} for a kernel and a ramdisk
 */
@JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
public record ImageConfig(
        String id,
        String name,
        @Nullable String path,
        @Nullable String diskFormat,
        @Nullable Map<String, Object> properties) {}
