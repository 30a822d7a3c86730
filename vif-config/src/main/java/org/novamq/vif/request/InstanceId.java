package org.novamq.vif.request;

import java.util.UUID;

/**
 * Who the instance is.
 *
 * @param uuid names its domain and its directory
 * @param name the display name; text for people, never a path
 */
public record InstanceId(UUID uuid, String name) {}
