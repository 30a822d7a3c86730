package org.novamq.driver.compute;

import java.util.Map;
import java.util.Optional;
import org.novamq.driver.instance.BootSource;

/**
 * What an instance is to be rescued from. In memory only, but for the files' names: where a service ends before all is
 * there, the rescue fails.
 *
 * @param boot its files
 * @param fetch what is to be brought from Glance first
 * @param configDrive contents by path; absent where it stays
 */
public record RescueRequest(BootSource boot, Fetch fetch, Optional<Map<String, byte[]>> configDrive) {}
