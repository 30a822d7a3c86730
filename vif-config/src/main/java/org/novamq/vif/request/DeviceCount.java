package org.novamq.vif.request;

/**
 * So many devices of one kind.
 *
 * @param count 0 or more
 */
public record DeviceCount(DeviceKind kind, int count) {}
