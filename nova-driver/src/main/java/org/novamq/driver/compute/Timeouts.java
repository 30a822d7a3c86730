package org.novamq.driver.compute;

import java.time.Duration;

/**
 * How long guests are given, under nova.conf's names.
 *
 * @param shutdown {@code shutdown_timeout}: to power off when asked, before it is done for them; 0 does not ask
 * @param softReboot {@code wait_soft_reboot_seconds}: the same, in a soft reboot
 * @param detach {@code device_detach_timeout}: to let go of a device, each time they are asked
 * @param detachAttempts {@code device_detach_attempts}: how often they are asked
 */
public record Timeouts(Duration shutdown, Duration softReboot, Duration detach, int detachAttempts) {
    /** Nova's defaults. */
    public static final Timeouts DEFAULT =
            new Timeouts(Duration.ofSeconds(60), Duration.ofSeconds(120), Duration.ofSeconds(20), 8);
}
