package org.novamq.driver.compute;

import java.util.List;
import java.util.Optional;
import org.novamq.driver.glance.GlanceImage;
import org.novamq.driver.glance.Token;

/**
 * What is to be brought from Glance before an instance can be made. It is in memory only: a service that ends before it is
 * done leaves the instance in ERROR.
 *
 * @param token of the user who asks
 */
public record Fetch(List<GlanceImage> images, Optional<Token> token) {
    /** Nothing: all files are there. */
    public static final Fetch NONE = new Fetch(List.of(), Optional.empty());
}
