package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A resize.
 *
 * @param flavor the new flavor's reference, for the record
 * @param flavorJson the same in the form of the dry run's {@code flavor}
 * @param rootGib its root disk, GiB; 0 leaves the disk as it is
 */
public record ResizeRequest(String flavor, ObjectNode flavorJson, int rootGib) {}
