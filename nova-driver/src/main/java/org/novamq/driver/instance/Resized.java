package org.novamq.driver.instance;

/**
 * What a resized instance was before, until the resize is confirmed.
 *
 * @param from what it was built from
 * @param running whether the guest ran
 */
public record Resized(Blueprint from, boolean running) {}
