package org.novamq.driver.compute;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Optional;
import org.novamq.driver.instance.BootSource;

/**
 * A rebuild.
 *
 * @param image the image's reference, for the record
 * @param imageJson the same in the form of the dry run's {@code image}
 * @param boot its files
 * @param name the instance's new one
 * @param metadata the user's keys and values, in place of those that it has
 */
public record RebuildRequest(
        String image,
        ObjectNode imageJson,
        BootSource boot,
        Optional<String> name,
        Optional<Map<String, String>> metadata) {}
