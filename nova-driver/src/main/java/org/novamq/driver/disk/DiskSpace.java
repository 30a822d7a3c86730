package org.novamq.driver.disk;

/**
 * The size of a file system.
 *
 * @param totalBytes all of it
 * @param freeBytes what this service may still use of it
 */
public record DiskSpace(long totalBytes, long freeBytes) {}
