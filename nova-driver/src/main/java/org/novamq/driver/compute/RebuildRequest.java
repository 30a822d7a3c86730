package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.novamq.driver.instance.BootSource;

/**
 * A rebuild.
 *
 * @param image the image's reference, for the record
 * @param imageJson the same in the form of the dry run's {@code image}
 * @param boot its files
 */
public record RebuildRequest(String image, ObjectNode imageJson, BootSource boot) {}
